import { createLoop, type Loop } from "../clock.ts";
import type { Driven } from "./drive.ts";

/** Coarse on purpose: one scan for all sagas costs less than a timer for each. */
const TICK_MS = 20;

/** Wakes sagas that wait in memory: held ones with a branch in backoff or a deadline. */
export interface Sleepers {
  note(saga: Driven): void;
  forget(saga: Driven): void;
  stop(): Promise<void>;
}

export function createSleepers(clock: { now(): number }, wake: (saga: Driven) => void): Sleepers {
  const sleeping = new Set<Driven>();
  const loop: Loop = createLoop({ pauseMs: TICK_MS, task: async () => scan(), onError: () => undefined });

  function scan(): void {
    if (sleeping.size === 0) return;
    const now = clock.now();
    for (const saga of sleeping) {
      if (saga.wakeAt === undefined) sleeping.delete(saga);
      else if (saga.wakeAt <= now) {
        sleeping.delete(saga);
        saga.wakeAt = undefined;
        wake(saga);
      }
    }
  }

  return {
    note: (saga) => void sleeping.add(saga),
    forget: (saga) => void sleeping.delete(saga),
    stop: () => loop.stop(),
  };
}
