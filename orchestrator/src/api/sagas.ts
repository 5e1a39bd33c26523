import type { DefinitionCatalog } from "../catalog.ts";
import { checkName, type FaultList } from "../definition/faults.ts";
import { names } from "../definition/limits.ts";
import { BackstitchError } from "../errors.ts";
import type { SagaView, Saga as WireSaga } from "../gen/backstitch/v1/saga_pb.js";
import type { SagaKey, SagaRecord } from "../store/store.ts";
import { namespaceOf } from "./fields.ts";
import { sagaToWire } from "./wire-saga.ts";

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

/** A saga's record as it goes over the wire, with the names that its definition gives the steps. */
export async function describeSaga(catalog: DefinitionCatalog, record: SagaRecord, view: SagaView): Promise<WireSaga> {
  const { namespace, definition, version } = record.header;
  return sagaToWire(record, await catalog.version(namespace, definition, version), view);
}
