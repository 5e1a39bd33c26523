import { createFaultList } from "../definition/faults.ts";
import type { SagaService } from "../gen/backstitch/v1/saga_service_pb.js";
import { isFinal } from "../machine/state.ts";
import { completeStep } from "./complete-step.ts";
import { createFindEffect } from "./effects.ts";
import { throwIfFaults } from "./faults.ts";
import { waitOf } from "./fields.ts";
import { followSaga, untilFinal } from "./follow.ts";
import type { ServiceHandlers } from "./handlers.ts";
import { heartbeatStep } from "./heartbeat-step.ts";
import type { Inbox } from "./inbox.ts";
import type { Latch } from "./latch.ts";
import { getSagaHistory, listSagas } from "./lists.ts";
import type { ApiDeps } from "./ports.ts";
import { describeSaga, sagaKeyOf, sagaNotFound } from "./sagas.ts";
import { signalSaga } from "./signal.ts";
import { createStarter } from "./start.ts";
import { startMany } from "./start-stream.ts";
import type { Verbs } from "./verbs.ts";
import { watchSaga } from "./watch.ts";
import { watchEvents } from "./watch-events.ts";

export function createSagaService(
  deps: ApiDeps,
  { verbs, inbox, stopping }: { readonly verbs: Verbs; readonly inbox: Inbox; readonly stopping: Latch },
): ServiceHandlers<typeof SagaService> {
  const { store, logger } = deps;
  const findEffect = createFindEffect(deps);
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
          saga: await describeSaga(deps, record, request.view),
        };
      } finally {
        follow?.stop();
      }
    },

    listSagas: (request) => listSagas(deps, request),
    watchSaga: (request, call) => watchSaga(deps, stopping, request, call),
    getSagaHistory: (request) => getSagaHistory(deps, request),
    watchEvents: (request, call) => watchEvents(deps, stopping, request, call),
    cancelSaga: async (request, call) => ({
      $typeName: "backstitch.v1.CancelSagaResponse",
      saga: await verbs.ofSaga(request, call, { kind: "cancel" }, (faults) => ({
        view: request.view,
        waitMs: waitOf(faults, request.wait),
      })),
    }),
    signalSaga: (request, call) => signalSaga(deps, inbox, request, call),
    completeStep: (request, call) => completeStep(deps, findEffect, inbox, request, call),
    heartbeatStep: (request) => heartbeatStep(store, findEffect, request),
  };
}
