import { hash } from "node:crypto";
import type { DefinitionCatalog } from "../catalog.ts";
import { checkName, createFaultList } from "../definition/faults.ts";
import { limits, names } from "../definition/limits.ts";
import type { Plan } from "../definition/types.ts";
import { checkLabels } from "../definition/validate.ts";
import type { StartSagaRequest } from "../gen/backstitch/v1/saga_service_pb.js";
import type { SagaHeader } from "../store/store.ts";
import { throwIfFaults } from "./faults.ts";
import { checkMetadata, checkText, durationOf, namespaceOf, payloadOf, waitOf } from "./fields.ts";
import { requestLimits } from "./limits.ts";
import { deriveSagaId, randomSagaId } from "./saga-id.ts";

/** A start that breaks no rule. */
export interface CheckedStart {
  readonly header: SagaHeader;
  readonly plan: Plan;
  readonly input: string;
  readonly deadlineMs: number | undefined;
  readonly waitMs: number;
}

/** Checks a start and fills in what it leaves out. Throws with all faults; nothing has been written then. */
export async function checkStart(
  request: StartSagaRequest,
  catalog: DefinitionCatalog,
  now: number,
): Promise<CheckedStart> {
  const faults = createFaultList();
  const namespace = namespaceOf(faults, request.namespace);
  checkName(faults, "definition", request.definition, names.definition);
  if (request.sagaId !== "") checkName(faults, "saga_id", request.sagaId, names.sagaId);
  checkText(faults, "request_id", request.requestId, requestLimits.requestId);
  checkLabels(request.labels, "labels", faults);
  checkMetadata(faults, request.metadata);
  const input = payloadOf(faults, "input", request.input) ?? "{}";
  const waitMs = waitOf(faults, request.wait);
  const asked = durationOf(faults, "deadline", request.deadline, 1, limits.durationMs);
  throwIfFaults(faults.list);

  const found = catalog.version(namespace, request.definition, request.version || undefined);
  const plan = found instanceof Promise ? await found : found;
  const { definition } = plan;
  if (asked !== undefined && definition.deadlineMs !== undefined && asked > definition.deadlineMs)
    faults.add("deadline", "range", `is beyond the definition's deadline of ${definition.deadlineMs / 1000} s`);
  const labels = mergeLabels(definition.labels, request.labels);
  if (Object.keys(labels).length > limits.labels)
    faults.add("labels", "max_items", `has, with those of the definition, more than ${limits.labels} labels`);
  throwIfFaults(faults.list);

  return {
    header: {
      namespace,
      sagaId: request.sagaId || (request.requestId ? deriveSagaId(namespace, request.requestId) : randomSagaId(now)),
      definition: definition.name,
      version: plan.version,
      labels,
      metadata: request.metadata,
      contentDigest: digestOf(request, input, asked),
      parent: undefined,
      // Found out where the saga is started, with the plan and the input.
      lock: undefined,
    },
    plan,
    input,
    deadlineMs: asked ?? definition.deadlineMs,
    waitMs,
  };
}

function mergeLabels(usual: Readonly<Record<string, string>>, given: Record<string, string>): Record<string, string> {
  return Object.keys(usual).length === 0 ? given : { ...usual, ...given };
}

/** Tells a repeated start from a conflicting one: definition and version as requested, labels, deadline and input. */
function digestOf(request: StartSagaRequest, input: string, deadlineMs: number | undefined): string {
  const labels = Object.entries(request.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const rest = JSON.stringify([request.definition, request.version, deadlineMs ?? null, labels]);
  return hash("sha256", `${rest}\n${input}`, "base64url");
}
