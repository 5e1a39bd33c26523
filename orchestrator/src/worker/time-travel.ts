import { monotonicMs } from "../clock.ts";
import { BackstitchError } from "../errors.ts";
import type { Store } from "../store/store.ts";

/** How far to move the clock: by so many ms, or to a time in ms since the epoch. */
export type TimeTarget = { readonly byMs: number } | { readonly toMs: number };

export interface TimeMoved {
  /** By the store's clock. */
  readonly now: number;
  /** How many timers went off on the way. */
  readonly timers: number;
}

/** So long, in real time, it is waited at a timer for the sagas that it woke to come to rest. */
const REST_LIMIT_MS = 10_000;
const LOOK_MS = 2;

/** A saga that is being advanced here. */
interface Busy {
  readonly revision: number;
  /** When it goes on by itself, by the store's clock. */
  readonly wakeAt: number | undefined;
}

/** What did not come to rest in time: each saga at its revision of then. */
interface Waited {
  inVain: boolean;
  readonly forSagas: Map<Busy, number>;
}

/**
 * Moves the clock of a store in development mode, from timer to timer: at each, the sagas that it woke do what they can
 * before the clock moves on. A saga whose participant does not answer is waited for once, and then left alone.
 */
export function createTimeTravel(deps: {
  readonly store: Pick<Store, "now" | "advance" | "stats">;
  /** Moves what is due to the commands; gives when the next timer is due. */
  readonly wake: () => Promise<{ readonly nextAt: number | undefined }>;
  /** Counts the timers that went off in this process. */
  readonly woken: () => number;
  readonly owned: () => Iterable<Busy>;
  /** Whether something is under way that belongs to no saga that is owned: a claim that came in, or a parent to be told. */
  readonly unsettled: () => boolean;
  readonly stopping: AbortSignal;
}): (target: TimeTarget, signal: AbortSignal) => Promise<TimeMoved> {
  const { store } = deps;
  let last: Promise<unknown> = Promise.resolve();

  async function travel(target: TimeTarget, signal: AbortSignal): Promise<TimeMoved> {
    const start = store.now();
    const end = "toMs" in target ? target.toMs : start + target.byMs;
    if (end < start)
      throw new BackstitchError("INVALID_REQUEST", "the clock only moves forward", {
        faults: [{ field: "to", rule: "past", message: "is before the orchestrator's present time" }],
      });
    const before = deps.woken();
    const waited: Waited = { inVain: false, forSagas: new Map() };
    for (;;) {
      const soFar = deps.woken();
      await rest(waited, signal);
      const { nextAt } = await deps.wake();
      // What went off just now, here or in the regular look at the timers, comes to rest first.
      if (deps.woken() !== soFar) continue;
      const now = store.now();
      const next = earliest(nextAt, now);
      if (next === undefined || next > end) break;
      if (next > now) await store.advance(next - now);
    }
    const left = end - store.now();
    if (left > 0) await store.advance(left);
    return { now: store.now(), timers: deps.woken() - before };
  }

  /** The next moment at which something is due, in the store or in a saga that is held in memory. */
  function earliest(nextAt: number | undefined, now: number): number | undefined {
    let next = nextAt;
    for (const { wakeAt } of deps.owned()) {
      if (wakeAt !== undefined && wakeAt > now && (next === undefined || wakeAt < next)) next = wakeAt;
    }
    return next;
  }

  /** Waits until nothing moves: no saga owned but those that were waited for in vain, none to be received. */
  async function rest(waited: Waited, signal: AbortSignal): Promise<void> {
    const limit = monotonicMs() + REST_LIMIT_MS;
    // Twice: what is received and not owned yet is only seen once it has been idle for a while.
    for (let calm = 0; calm < 2; ) {
      if (signal.aborted) throw new BackstitchError("STOPPING", "the clock has moved only a part of the way");
      calm = (await isBusy(waited)) ? 0 : calm + 1;
      if (monotonicMs() > limit) {
        waited.inVain = true;
        for (const saga of deps.owned()) waited.forSagas.set(saga, saga.revision);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async function isBusy({ inVain, forSagas }: Waited): Promise<boolean> {
    if (deps.unsettled()) return true;
    for (const saga of deps.owned()) if (forSagas.get(saga) !== saga.revision) return true;
    const { backlog, oldestPendingMs } = await store.stats();
    return backlog > 0 || (!inVain && oldestPendingMs > 0);
  }

  return (target, signal) => {
    const moved = last.then(() => travel(target, AbortSignal.any([signal, deps.stopping])));
    last = moved.catch(() => undefined);
    return moved;
  };
}
