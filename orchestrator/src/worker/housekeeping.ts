import { createLoop, type Loop, monotonicMs } from "../clock.ts";
import type { Logger } from "../logger.ts";
import type { SagaState } from "../machine/state.ts";
import { wakeAt } from "../machine/transition.ts";
import type { Metrics } from "../metrics.ts";
import type { Claimed, Store, StoreStats } from "../store/store.ts";
import type { Driven } from "./drive.ts";
import { createSweepRounds } from "./sweep-rounds.ts";

/** A timer that another replica set, which has died since, is late by this at most. */
const WAKE_POLL_MS = 750;
const WAKE_BATCH = 1000;
/** After a sweep that failed; others say themselves when the next comes. */
const SWEEP_MS = 1000;
const RETIRE_MS = 5000;
const RETIRE_BATCH = 1000;
const RENEW_BATCH = 256;
/** Wake-ups are asked for more than once a second: after so long without an answer the store cannot be reached. */
const SILENCE_MS = 3000;

/** What a worker does beside driving: keeps leases, takes over dead owners' sagas, moves timers, sweeps, retires, counts. */
export interface Housekeeping {
  run(): void;
  /** A saga was parked here: its wake-up may be the next. */
  parked(state: SagaState): void;
  /** Moves timers that are due to the commands, beside the regular look. Gives when the next is due. */
  wake(): Promise<{ readonly nextAt: number | undefined }>;
  /** How many timers went off here so far. */
  woken(): number;
  /** Keeps the leases of these now, beside the regular renewals: clears their crashes. */
  renew(sagas: readonly Driven[]): Promise<void>;
  /** Whether the store answered lately. */
  reachesStore(): boolean;
  /** No further sagas come in; leases are still kept. */
  stopTaking(): Promise<void>;
  stop(): Promise<void>;
}

export function createHousekeeping(deps: {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly leaseMs: number;
  readonly owned: () => Iterable<Driven>;
  readonly room: () => number;
  readonly take: (claims: readonly Claimed[]) => Promise<void>;
  readonly lose: (saga: Driven) => void;
  readonly mail: (saga: Driven) => Promise<void>;
  readonly statsMs: number;
  readonly counted: (stats: StoreStats) => void;
}): Housekeeping {
  const { store, metrics, logger, leaseMs } = deps;
  let taking: Loop[] = [];
  let keeping: Loop[] = [];
  let waker: Loop | undefined;
  let heardAt = monotonicMs();
  let wokenHere = 0;

  function every(pauseMs: number, name: string, task: () => Promise<unknown>): Loop {
    return createLoop({
      pauseMs,
      task,
      onError: (thrown) => logger.warn({ err: thrown, task: name }, "housekeeping failed"),
    });
  }

  async function renewStale(): Promise<void> {
    await renew([...deps.owned()].filter((saga) => monotonicMs() - saga.leasedAt > leaseMs / 4));
  }

  async function renew(sagas: readonly Driven[]): Promise<void> {
    for (let from = 0; from < sagas.length; from += RENEW_BATCH) {
      const batch = sagas.slice(from, from + RENEW_BATCH);
      const askedAt = monotonicMs();
      const answers = await store.renew(batch.map((saga) => saga.lease));
      for (const [i, saga] of batch.entries()) {
        const answer = answers[i]!;
        if (saga.gone) continue;
        if (!answer.held) {
          deps.lose(saga);
          continue;
        }
        saga.leasedAt = askedAt;
        if (answer.inbox > 0) await deps.mail(saga);
      }
    }
  }

  async function reclaim(): Promise<number | undefined> {
    const claims = deps.room() === 0 ? [] : await store.reclaim(Math.min(deps.room(), 256));
    metrics.leasesReclaimed.inc(claims.length);
    await deps.take(claims);
    // Of those that may have killed their owner the store gives one at a time.
    return claims.some(({ crashes }) => crashes > 1) ? 0 : undefined;
  }

  async function wakeDue() {
    const answer = await store.wakeDue(WAKE_BATCH);
    heardAt = monotonicMs();
    wokenHere += answer.woken;
    return answer;
  }

  async function wake(): Promise<number> {
    const { woken, nextAt } = await wakeDue();
    if (woken === WAKE_BATCH) return 0;
    return nextAt === undefined ? WAKE_POLL_MS : Math.max(1, Math.min(WAKE_POLL_MS, nextAt - store.now()));
  }

  const sweep = createSweepRounds(store.sweep, (mended) => {
    metrics.swept.inc(mended);
    logger.warn({ mended }, "sweeper mended sagas");
  });

  async function retire(): Promise<number> {
    const retired = await store.retire(RETIRE_BATCH);
    return retired === RETIRE_BATCH ? 0 : RETIRE_MS;
  }

  async function count(): Promise<void> {
    const [stats] = await Promise.all([store.stats(), store.heartbeat()]);
    for (const [status, number] of Object.entries(stats.byStatus)) {
      metrics.sagasByStatus.labels(status.toLowerCase()).set(number);
    }
    metrics.backlog.set(stats.backlog);
    metrics.oldestPending.set(stats.oldestPendingMs / 1000);
    metrics.timers.set(stats.timers);
    metrics.sagasOwned.set([...deps.owned()].length);
    deps.counted(stats);
  }

  return {
    run() {
      waker = every(WAKE_POLL_MS, "wake", wake);
      taking = [waker, every(leaseMs / 4, "reclaim", reclaim)];
      keeping = [
        every(leaseMs / 4, "renew", renewStale),
        every(SWEEP_MS, "sweep", sweep),
        every(RETIRE_MS, "retire", retire),
        every(deps.statsMs, "stats", count),
      ];
      for (const loop of [...taking, ...keeping]) loop.hurry(0);
    },
    parked(state) {
      const at = wakeAt(state);
      if (at !== undefined) waker?.hurry(Math.max(0, at - store.now()));
    },
    wake: wakeDue,
    woken: () => wokenHere,
    renew,
    reachesStore: () => monotonicMs() - heardAt < SILENCE_MS,
    async stopTaking() {
      await Promise.all(taking.map((loop) => loop.stop()));
    },
    async stop() {
      await Promise.all(keeping.map((loop) => loop.stop()));
    },
  };
}
