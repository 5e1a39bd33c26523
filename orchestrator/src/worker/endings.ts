import type { Logger } from "../logger.ts";
import { isFinal, type SagaState } from "../machine/state.ts";
import type { SagaHeader } from "../store/store.ts";
import type { Children } from "./children.ts";
import { crashPoint } from "./crash-points.ts";
import type { CommitMade } from "./drive.ts";
import type { Locks } from "./locks.ts";

/**
 * What follows from the end of a saga: its lock goes to the next, and the saga that runs it is told. Done after the commit
 * that ends it, and once: where it is lost, who waits for it looks for himself after a while.
 */
export interface Endings {
  /** A commit was made. */
  committed(header: SagaHeader, state: SagaState, made?: CommitMade): void;
  /** How many are being told. */
  pending(): number;
  /** Resolves once nobody is. */
  told(): Promise<void>;
}

export function createEndings(deps: {
  readonly locks: Pick<Locks, "release">;
  readonly children: Pick<Children, "tellParent">;
  readonly logger: Logger;
}): Endings {
  const running = new Set<Promise<void>>();

  function run(sagaId: string, what: string, task: Promise<void>): void {
    const telling = task
      .catch((thrown) => deps.logger.warn({ saga_id: sagaId, err: thrown }, what))
      .finally(() => running.delete(telling));
    running.add(telling);
  }

  return {
    committed(header, state, made) {
      const { lock, parent, sagaId } = header;
      if (lock === undefined && parent === undefined) return;
      const ended = isFinal(state.status);
      const refused = parent !== undefined && made !== undefined && refusedToCompensate(made);
      if (!ended && !refused) return;
      crashPoint("after-finish", sagaId);
      if (ended && lock) run(sagaId, "lock not given back", deps.locks.release(lock, header));
      if (parent) run(sagaId, "parent not told", deps.children.tellParent(header, state, refused));
    },
    pending: () => running.size,
    async told() {
      await Promise.all(running);
    },
  };
}

function refusedToCompensate({ inbox, results }: CommitMade): boolean {
  return inbox.some(({ command }, i) => command.kind === "compensate" && results[i]?.refusal === "PAST_PIVOT");
}
