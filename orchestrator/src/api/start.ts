import type { Plan } from "../definition/types.ts";
import { BackstitchError } from "../errors.ts";
import type { StartSagaRequest, StartSagaResponse } from "../gen/backstitch/v1/saga_service_pb.js";
import type { SagaRecord, Started } from "../store/store.ts";
import { followSaga, untilFinal } from "./follow.ts";
import type { Call } from "./handlers.ts";
import type { Latch } from "./latch.ts";
import type { ApiDeps } from "./ports.ts";
import { type CheckedStart, checkStart } from "./start-request.ts";
import { sagaToWire } from "./wire-saga.ts";

/** Starts one saga: for StartSaga, and for each start of a StartSagas stream. */
export type Starter = (
  request: StartSagaRequest,
  call: Call,
) => Promise<{ readonly response: StartSagaResponse; readonly record: SagaRecord }>;

export function createStarter(deps: ApiDeps, stopping: Latch): Starter {
  const { store, catalog } = deps;

  return async (request, call) => {
    const checked = await checkStart(request, catalog, store.now());
    const { header, waitMs } = checked;
    const { started, record } = accepted(await deps.start(checked), checked);
    if (waitMs === 0) return await answer(request, checked, started, record);
    // Followed only now: a saga driven here cannot have been answered within this turn. One that was there already can.
    const follow = followSaga(store, header);
    try {
      const current = started ? record : ((await follow.refresh(true)) ?? record);
      return await answer(request, checked, started, await untilFinal(follow, current, { waitMs, call, stopping }));
    } finally {
      follow.stop();
    }
  };

  async function answer(request: StartSagaRequest, { plan }: CheckedStart, started: boolean, record: SagaRecord) {
    const saga = sagaToWire(record, await planOf(record, plan), request.view);
    return { response: { $typeName: "backstitch.v1.StartSagaResponse" as const, saga, started }, record };
  }

  /** A saga that was there already may run on another version than a new one would. */
  function planOf({ header }: SagaRecord, plan: Plan): Plan | Promise<Plan> {
    if (header.version === plan.version && header.definition === plan.definition.name) return plan;
    return catalog.version(header.namespace, header.definition, header.version);
  }
}

function accepted(outcome: Started, { header }: CheckedStart): { started: boolean; record: SagaRecord } {
  switch (outcome.kind) {
    case "started":
      return { started: true, record: outcome.record };
    case "existing":
      return { started: false, record: outcome.record };
    case "conflict":
      throw new BackstitchError("SAGA_ID_IN_USE", `saga '${header.sagaId}' exists with other content`, {
        faults: [
          {
            field: "saga_id",
            rule: "same_content",
            message: "is in use by a start with another definition, version, input, deadline or other labels",
          },
        ],
      });
    case "full":
      throw new BackstitchError("OVERLOADED", "the store is above its memory watermark");
  }
}
