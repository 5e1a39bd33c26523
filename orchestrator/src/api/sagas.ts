import { checkName, type FaultList } from "../definition/faults.ts";
import { names } from "../definition/limits.ts";
import type { Plan } from "../definition/types.ts";
import { BackstitchError } from "../errors.ts";
import type { SagaView, Saga as WireSaga } from "../gen/backstitch/v1/saga_pb.js";
import type { SagaHeader, SagaKey, SagaRecord } from "../store/store.ts";
import { namespaceOf } from "./fields.ts";
import type { ApiDeps } from "./ports.ts";
import { sagaToWire } from "./wire-saga.ts";

type Deps = Pick<ApiDeps, "store" | "catalog">;

/** The key in a request that names a saga. */
export function sagaKeyOf(
  faults: FaultList,
  request: { readonly namespace: string; readonly sagaId: string },
): SagaKey {
  const namespace = namespaceOf(faults, request.namespace);
  checkName(faults, "saga_id", request.sagaId, names.sagaId);
  return { namespace, sagaId: request.sagaId };
}

export function sagaNotFound(key: SagaKey): BackstitchError {
  return new BackstitchError("SAGA_NOT_FOUND", `there is no saga '${key.sagaId}' in namespace '${key.namespace}'`);
}

/** A saga with the plan that it runs on. Rejects with SAGA_NOT_FOUND. */
export async function loadSaga(
  { store, catalog }: Deps,
  key: SagaKey,
): Promise<{ readonly record: SagaRecord; readonly plan: Plan }> {
  const record = await store.get(key);
  if (record === undefined) throw sagaNotFound(key);
  return { record, plan: await planOf(catalog, record.header) };
}

/** A saga's record as it goes over the wire, with the names that its definition gives the steps. */
export async function describeSaga(
  { catalog }: Pick<Deps, "catalog">,
  record: SagaRecord,
  view: SagaView,
): Promise<WireSaga> {
  return sagaToWire(record, await planOf(catalog, record.header), view);
}

/** The plan that a saga runs on. */
export function planOf(catalog: Deps["catalog"], { namespace, definition, version }: SagaHeader): Plan | Promise<Plan> {
  return catalog.version(namespace, definition, version);
}
