import { createFaultList } from "../definition/faults.ts";
import { BackstitchError } from "../errors.ts";
import type { SagaService } from "../gen/backstitch/v1/saga_service_pb.js";
import { isFinal } from "../machine/state.ts";
import { cancelSaga } from "./cancel.ts";
import { throwIfFaults } from "./faults.ts";
import { waitOf } from "./fields.ts";
import { followSaga, untilFinal } from "./follow.ts";
import type { ServiceHandlers } from "./handlers.ts";
import type { Latch } from "./latch.ts";
import { getSagaHistory, listSagas } from "./lists.ts";
import type { ApiDeps } from "./ports.ts";
import { describeSaga, sagaKeyOf, sagaNotFound } from "./sagas.ts";
import { createStarter } from "./start.ts";
import { startMany } from "./start-stream.ts";
import { notImplemented } from "./unimplemented.ts";
import { watchSaga } from "./watch.ts";

export function createSagaService(deps: ApiDeps, stopping: Latch): ServiceHandlers<typeof SagaService> {
  const { store, catalog, logger } = deps;
  const start = createStarter(deps, stopping);
  return {
    startSaga: async (request, call) => (await start(request, call)).response,

    startSagas: (requests, call) =>
      startMany(requests, call, start, (error) => {
        if (error.code === "INTERNAL") logger.error({ err: error.cause }, "StartSagas: a start failed");
      }),

    async getSaga(request, call) {
      const faults = createFaultList();
      const key = sagaKeyOf(faults, request);
      const waitMs = waitOf(faults, request.wait);
      throwIfFaults(faults.list);
      const follow = waitMs > 0 ? followSaga(store, key) : undefined;
      try {
        let record = await store.get(key);
        if (record === undefined) throw sagaNotFound(key);
        if (follow && !isFinal(record.state.status))
          record = await untilFinal(follow, record, { waitMs, call, stopping });
        return {
          $typeName: "backstitch.v1.GetSagaResponse",
          saga: await describeSaga(catalog, record, request.view),
        };
      } finally {
        follow?.stop();
      }
    },

    listSagas: (request) => listSagas(deps, request),
    watchSaga: (request, call) => watchSaga(deps, stopping, request, call),
    getSagaHistory: (request) => getSagaHistory(deps, request),
    cancelSaga: (request, call) => cancelSaga(deps, stopping, request, call),
    signalSaga: notImplemented("SignalSaga"),
    completeStep: notImplemented("CompleteStep"),
    heartbeatStep: notImplemented("HeartbeatStep"),
    // biome-ignore lint/correctness/useYield: it only refuses.
    async *watchEvents() {
      throw new BackstitchError("NOT_IMPLEMENTED", "WatchEvents is not implemented in this version");
    },
  };
}
