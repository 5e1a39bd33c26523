import { BackstitchError } from "../errors.ts";
import { isFinal, type SagaStatus } from "../machine/state.ts";
import type { StoreStats } from "../store/store.ts";

/** Above these no sagas are started, while those that run go on. undefined: no limit. */
export interface AdmissionLimits {
  /** Sagas that are not final, of all replicas. */
  readonly activeSagas: number | undefined;
  /** Commands that no replica has received yet. */
  readonly backlog: number | undefined;
}

export interface Admission {
  /** Throws OVERLOADED, with a time to wait, where a start is one too many. */
  check(): void;
  /** What the store counted. */
  counted(stats: StoreStats): void;
  /** So many more are active, or less: what this process does is known at once, not only with the next count. */
  moved(by: number): void;
}

/** `recountMs`: how often the store is counted, and so how long a caller who is refused waits. */
export function createAdmission({ activeSagas, backlog }: AdmissionLimits, recountMs: number): Admission {
  let active = 0;
  let waiting = 0;

  function refuse(what: string): never {
    throw new BackstitchError("OVERLOADED", `${what}; no more are started until some have ended`, {
      retryAfterMs: recountMs,
    });
  }

  return {
    check() {
      if (activeSagas !== undefined && active >= activeSagas) refuse(`${activeSagas} sagas are active`);
      if (backlog !== undefined && waiting >= backlog) refuse(`${waiting} sagas wait for a replica`);
    },
    counted(stats) {
      const statuses = Object.keys(stats.byStatus) as SagaStatus[];
      active = statuses.reduce((sum, status) => (isFinal(status) ? sum : sum + stats.byStatus[status]), 0);
      waiting = stats.backlog;
    },
    moved(by) {
      active += by;
    },
  };
}
