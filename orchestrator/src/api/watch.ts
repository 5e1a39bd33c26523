import { createFaultList } from "../definition/faults.ts";
import { BackstitchError } from "../errors.ts";
import type { WatchSagaRequest, WatchSagaResponse } from "../gen/backstitch/v1/saga_service_pb.js";
import { isFinal } from "../machine/state.ts";
import { throwIfFaults } from "./faults.ts";
import { revisionOf } from "./fields.ts";
import { followSaga } from "./follow.ts";
import type { Call } from "./handlers.ts";
import type { Latch } from "./latch.ts";
import type { ApiDeps } from "./ports.ts";
import { describeSaga, sagaKeyOf, sagaNotFound } from "./sagas.ts";

/** How often the store is asked although no change was heard of: news from another replica may be lost. */
const RECHECK_MS = 15_000;

/** Gives a saga now and at every change until it is final. A slow client gets the newest state, not every one. */
export async function* watchSaga(
  deps: ApiDeps,
  stopping: Latch,
  request: WatchSagaRequest,
  call: Call,
): AsyncGenerator<WatchSagaResponse> {
  const faults = createFaultList();
  const key = sagaKeyOf(faults, request);
  let seen = revisionOf(faults, "after_revision", request.afterRevision) ?? 0;
  throwIfFaults(faults.list);

  const follow = followSaga(deps.store, key);
  let gone = false;
  let changed = false;
  let wake: (() => void) | undefined;
  const rouse = () => {
    changed = true;
    wake?.();
  };
  follow.onChange(rouse);
  const offStopping = stopping.onFire(rouse);
  const offEnd = call.onEnd(() => {
    gone = true;
    rouse();
  });

  try {
    while (!gone) {
      const isHeard = changed;
      // Before the newest is looked at: a change that is told from here on is looked at in the next turn.
      changed = false;
      const record = await follow.refresh(!isHeard);
      if (gone) return;
      if (record === undefined) throw sagaNotFound(key);
      if (record.revision > seen) {
        seen = record.revision;
        yield { $typeName: "backstitch.v1.WatchSagaResponse", saga: await describeSaga(deps, record, request.view) };
      }
      if (isFinal(record.state.status)) return;
      if (stopping.fired) throw new BackstitchError("STOPPING", "this replica is stopping; watch through another");
      if (changed) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, RECHECK_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = undefined;
    }
  } finally {
    follow.stop();
    offStopping();
    offEnd();
  }
}
