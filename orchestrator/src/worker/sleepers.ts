import type { Driven } from "./drive.ts";

/** Coarse on purpose: one scan for all sagas costs less than a timer for each. */
const TICK_MS = 20;

/** Wakes sagas that wait in memory: held ones with a branch in backoff or a deadline. */
export interface Sleepers {
  note(saga: Driven): void;
  forget(saga: Driven): void;
  stop(): void;
}

export function createSleepers(clock: { now(): number }, wake: (saga: Driven) => void): Sleepers {
  const sleeping = new Set<Driven>();
  // Runs only while someone sleeps: an idle process is to use no CPU.
  let ticking: NodeJS.Timeout | undefined;

  function scan(): void {
    const now = clock.now();
    for (const saga of sleeping) {
      if (saga.wakeAt === undefined) sleeping.delete(saga);
      else if (saga.wakeAt <= now) {
        sleeping.delete(saga);
        saga.wakeAt = undefined;
        wake(saga);
      }
    }
    if (sleeping.size === 0) stop();
  }

  function stop(): void {
    clearInterval(ticking);
    ticking = undefined;
  }

  return {
    note(saga) {
      sleeping.add(saga);
      ticking ??= setInterval(scan, TICK_MS);
    },
    forget: (saga) => void sleeping.delete(saga),
    stop,
  };
}
