import { monotonicMs } from "../clock.ts";
import type { Plan } from "../definition/types.ts";
import type { Effect } from "../machine/effect.ts";
import type { SagaState } from "../machine/state.ts";
import { begin } from "../machine/transition.ts";
import type { Lease, SagaHeader, SagaRecord, Started, Store, Then } from "../store/store.ts";
import { crashPoint } from "./crash-points.ts";
import type { Locks } from "./locks.ts";

/** A saga to start: checked, its plan at hand. What the definition locks is found out from the input. */
export interface SagaToStart {
  readonly header: SagaHeader;
  readonly plan: Plan;
  /** JSON text of an object. */
  readonly input: string;
  /** From now; undefined: what the definition says. */
  readonly deadlineMs: number | undefined;
}

/** A saga that was just recorded. */
export interface Begun {
  readonly header: SagaHeader;
  readonly plan: Plan;
  readonly lease: Lease | undefined;
  readonly record: SagaRecord;
  readonly effects: readonly Effect[];
  /** When the store was asked to record it, on the monotonic clock. */
  readonly askedAt: number;
}

/** Records sagas: the first step of each is recorded with it, and sent by `onBegun`. */
export function createStart(deps: {
  readonly store: Pick<Store, "start" | "now">;
  readonly locks: Locks;
  readonly thenOf: (plan: Plan, state: SagaState, at: number) => Then;
  readonly onBegun: (begun: Begun) => void;
}): (saga: SagaToStart) => Promise<Started> {
  const { store, locks } = deps;

  async function record(saga: SagaToStart, header: SagaHeader, blocked: boolean): Promise<Started> {
    const { plan, input, deadlineMs } = saga;
    const at = store.now();
    const { state, history, effects } = begin(plan, { input, sagaId: header.sagaId, deadlineMs, now: at, blocked });
    const askedAt = monotonicMs();
    crashPoint("before-start", header.sagaId);
    const then = deps.thenOf(plan, state, at);
    const started = await store.start({ header, state, history, at, then });
    crashPoint("after-start", header.sagaId);
    if (started.kind === "started")
      deps.onBegun({ header, plan, lease: started.lease, record: started.record, effects, askedAt });
    return started;
  }

  return (saga) => {
    if (saga.plan.lockKey === undefined) return record(saga, saga.header, false);
    return locks.start(saga, (header, blocked) => record(saga, header, blocked));
  };
}
