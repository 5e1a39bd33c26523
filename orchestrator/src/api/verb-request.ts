import { randomUUID } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import type { FaultList } from "../definition/faults.ts";
import { didYouMean } from "../definition/suggest.ts";
import type { Plan } from "../definition/types.ts";
import type { ResolveStepAction, ResolveStepRequest } from "../gen/backstitch/v1/operator_service_pb.js";
import type { CallPlace, Resolution } from "../machine/event.ts";
import type { SagaState } from "../machine/state.ts";
import { invalidRequest } from "./faults.ts";
import { checkText, payloadOf, revisionOf } from "./fields.ts";
import { requestLimits } from "./limits.ts";

/** What is asked of a saga as a whole; who asks is added to it. */
export interface SagaVerb {
  readonly kind: "cancel" | "suspend" | "resume" | "abandon";
}

/** What is asked of one step; who asks, and of which step, is added to it. */
export type StepVerb =
  | { readonly kind: "retry"; readonly input: string | undefined }
  | { readonly kind: "skip"; readonly output: string | undefined }
  | { readonly kind: "resolve"; readonly resolution: Resolution; readonly output: string | undefined };

/** Who asks, why, and of which revision. */
export interface Asker {
  readonly identity: string;
  readonly reason: string;
  readonly expectedRevision: number | undefined;
}

export function askerOf(
  faults: FaultList,
  request: { readonly identity: string; readonly reason: string; readonly expectedRevision: bigint },
): Asker {
  const { identity, reason } = request;
  checkText(faults, "identity", identity, requestLimits.identity);
  checkText(faults, "reason", reason, requestLimits.reason);
  return { identity, reason, expectedRevision: revisionOf(faults, "expected_revision", request.expectedRevision) };
}

/** The caller's request id, or a random one. */
export function requestIdOf(faults: FaultList, requestId: string): string {
  checkText(faults, "request_id", requestId, requestLimits.requestId);
  return requestId || randomUUID();
}

export function requireStep(faults: FaultList, step: string, path = ""): void {
  if (step === "") faults.add(`${path}step`, "required", "is missing: the name of a step");
}

/** `path` stands before the fields' names, such as `retry_step.`. */
export function retryOf(faults: FaultList, input: JsonObject | undefined, path = ""): StepVerb {
  return { kind: "retry", input: payloadOf(faults, `${path}input`, input) };
}

export function skipOf(faults: FaultList, output: JsonObject | undefined, path = ""): StepVerb {
  return { kind: "skip", output: payloadOf(faults, `${path}output`, output) };
}

export function resolveOf(
  faults: FaultList,
  outcome: (ResolveStepRequest | ResolveStepAction)["outcome"],
  path = "",
): StepVerb {
  switch (outcome.case) {
    case "doApplied": {
      const output = payloadOf(faults, `${path}do_applied.output`, outcome.value.output);
      return { kind: "resolve", resolution: outcome.case, output };
    }
    case "doNotApplied":
    case "undoApplied":
      return { kind: "resolve", resolution: outcome.case, output: undefined };
    case undefined:
      faults.add(`${path}outcome`, "required", "is missing: one of do_applied, do_not_applied and undo_applied");
      return { kind: "resolve", resolution: "doNotApplied", output: undefined };
  }
}

/** The step, and the item of a for_each step, that a request names. Throws INVALID_REQUEST where there is none such. */
export function placeOf(
  plan: Plan,
  state: SagaState,
  { step: name, item }: { readonly step: string; readonly item?: number | undefined },
): CallPlace {
  const step = plan.steps.findIndex((planned) => planned.step.name === name);
  if (step < 0) {
    const known = plan.steps.map((planned) => planned.step.name);
    const where = `definition '${plan.definition.name}' version ${plan.version}`;
    throw invalidRequest("step", "unknown_step", `'${name}' is no step of ${where}${didYouMean(name, known)}`);
  }
  if (item !== undefined) {
    if (plan.steps[step]!.step.kind !== "for_each")
      throw invalidRequest("item", "range", `step '${name}' is no for_each step and has no items`);
    // Whether the step has begun at all is for the saga's owner to say.
    const { items } = state.steps[step]!;
    if (items && item >= items.length)
      throw invalidRequest("item", "range", `step '${name}' has ${items.length} items, counted from 0`);
  }
  return { step, item };
}
