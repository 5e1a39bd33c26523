import { monotonicMs, pause } from "../clock.ts";
import type { Plan } from "../definition/types.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import { BackstitchError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { isFinal, type SagaState } from "../machine/state.ts";
import type { Metrics } from "../metrics.ts";
import type { Lease, SagaHeader, SagaKey, SagaRecord, Started, Store } from "../store/store.ts";
import { type AdmissionLimits, createAdmission } from "./admission.ts";
import { createChildren } from "./children.ts";
import { createClaims } from "./claims.ts";
import { createDrive, type Driven } from "./drive.ts";
import { createEndings } from "./endings.ts";
import { createHousekeeping } from "./housekeeping.ts";
import { createLocks } from "./locks.ts";
import { createSagaLog } from "./saga-log.ts";
import { createSagaMetrics } from "./saga-metrics.ts";
import { createSleepers } from "./sleepers.ts";
import { type Begun, createStart, type SagaToStart } from "./start.ts";
import { createTimeTravel, type TimeMoved, type TimeTarget } from "./time-travel.ts";

/** How often the store is counted; and where starts depend on the count. */
const COUNT_MS = 5000;
const HURRIED_COUNT_MS = 1000;

export interface WorkerOptions {
  readonly leaseMs: number;
  /** The most sagas driven at once; more are left to others, and starts are refused. */
  readonly capacity: number;
  /** How long finished sagas are kept unless their definition says otherwise. */
  readonly retentionMs: number;
  /** So many owners in a row that were lost with it suspend a saga. */
  readonly maxCrashes: number;
  readonly limits: AdmissionLimits;
}

export interface WorkerDeps {
  readonly store: Store;
  readonly dispatcher: Pick<Dispatcher, "send">;
  /** The plan a saga runs on, `version` undefined: the latest; rejects with DEFINITION_NOT_FOUND. */
  readonly planOf: (namespace: string, definition: string, version: number | undefined) => Plan | Promise<Plan>;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface Worker {
  /**
   * Starts a saga and drives it here. Rejects with OVERLOADED above the capacity or a limit, with STOPPING when draining,
   * with LOCKED where another saga holds its lock, and with INVALID_REQUEST where the input gives no key for that.
   */
  start(saga: SagaToStart): Promise<Started>;
  /** Begins to receive. */
  run(): void;
  /** Whether the store answered lately: without it nothing moves. */
  reachesStore(): boolean;
  /** How many sagas are driven here now. */
  owned(): number;
  /**
   * In development mode: moves the clock forward from timer to timer. Rejects with INVALID_REQUEST for a time that is past,
   * and with STOPPING where the signal ends it on the way.
   */
  advance(target: TimeTarget, signal: AbortSignal): Promise<TimeMoved>;
  /** Hands everything over: calls in flight get `graceMs` to end, what is left is released for other replicas. */
  stop(graceMs: number): Promise<void>;
}

/** Receives sagas, drives them, keeps their leases and takes over those of owners that died. */
export function createWorker(deps: WorkerDeps, options: WorkerOptions): Worker {
  const { store, dispatcher, metrics, logger } = deps;
  const owned = new Map<string, Driven>();
  const sagaMetrics = createSagaMetrics(metrics);
  const sagaLog = createSagaLog(logger);
  const stopping = new AbortController();
  const isLimited = options.limits.activeSagas !== undefined || options.limits.backlog !== undefined;
  const statsMs = isLimited ? HURRIED_COUNT_MS : COUNT_MS;
  const admission = createAdmission(options.limits, statsMs);
  const locks = createLocks(store);
  let receiving: Promise<void> = Promise.resolve();
  let onEmpty: (() => void) | undefined;
  let onRoom: (() => void) | undefined;

  const sleepers = createSleepers(store, (saga) => {
    saga.events.push({ kind: "woken" });
    drive.advance(saga);
  });

  const thenOf = (plan: Plan, state: SagaState, at: number) => drive.thenOf(plan, state, at);
  const start = createStart({ store, locks, thenOf, onBegun });
  const children = createChildren({
    store,
    planOf: deps.planOf,
    start: (saga) => (stopping.signal.aborted ? Promise.reject(isStopping()) : start(saga)),
    thenOf,
  });
  const endings = createEndings({ locks, children, logger });

  const drive = createDrive({
    store,
    dispatcher,
    children,
    leaseMs: options.leaseMs,
    retentionMs: options.retentionMs,
    draining: () => stopping.signal.aborted,
    onAnswer: sagaLog.answered,
    onCommit(saga, before, made) {
      sagaMetrics.moved(saga.header.definition, before, saga.state, made);
      sagaLog.moved(saga, before);
      if (isFinal(saga.state.status) !== isFinal(before.status)) admission.moved(isFinal(before.status) ? 1 : -1);
      endings.committed(saga.header, saga.state, made);
    },
    onSleep: (saga) => sleepers.note(saga),
    onGone(saga, why, cause) {
      sleepers.forget(saga);
      if (owned.get(nameOf(saga.header)) === saga) owned.delete(nameOf(saga.header));
      if (why === "lost") metrics.leasesLost.inc();
      // The lease is left to run out: whoever takes it next raises the crash count, so a poison saga ends suspended.
      if (why === "failed")
        logger.error({ saga_id: saga.header.sagaId, err: cause }, "saga dropped until its lease runs out");
      if (why === "parked") housekeeping.parked(saga.state);
      if (owned.size === 0) onEmpty?.();
      onRoom?.();
    },
  });

  const housekeeping = createHousekeeping({
    store,
    metrics,
    logger,
    leaseMs: options.leaseMs,
    owned: () => owned.values(),
    room,
    take: (received) => claims.take(received),
    lose: (saga) => drive.lose(saga),
    mail: readMail,
    statsMs,
    counted: admission.counted,
  });

  const claims = createClaims({
    planOf: deps.planOf,
    ownerOf: (key) => owned.get(nameOf(key)),
    adopt,
    drive,
    locks,
    children,
    renew: housekeeping.renew,
    logger,
    leaseMs: options.leaseMs,
    maxCrashes: options.maxCrashes,
    stopping: stopping.signal,
  });

  const advance = createTimeTravel({
    store,
    wake: housekeeping.wake,
    woken: housekeeping.woken,
    owned: () => owned.values(),
    unsettled: () => claims.arriving() > 0 || endings.pending() > 0,
    stopping: stopping.signal,
  });

  function room(): number {
    return Math.max(0, options.capacity - owned.size);
  }

  function adopt(lease: Lease, header: SagaHeader, plan: Plan, record: SagaRecord): Driven {
    const saga: Driven = {
      lease,
      header,
      plan,
      state: record.state,
      revision: record.revision,
      events: [],
      inbox: [],
      committing: false,
      survived: Promise.withResolvers(),
      leasedAt: monotonicMs(),
      wakeAt: undefined,
      gone: false,
    };
    owned.set(nameOf(header), saga);
    return saga;
  }

  function onBegun({ header, plan, lease, record, effects, askedAt }: Begun): void {
    sagaMetrics.started(header.definition, record.state);
    if (!isFinal(record.state.status)) admission.moved(1);
    if (lease) drive.begin(adopt(lease, header, plan, record), effects, askedAt);
    else if (isFinal(record.state.status)) endings.committed(header, record.state);
    else housekeeping.parked(record.state);
  }

  /** What a caller may ask for; children of sagas that run are not asked this. */
  function admit(): void {
    if (stopping.signal.aborted) throw isStopping();
    if (room() === 0) throw new BackstitchError("OVERLOADED", `this replica drives ${options.capacity} sagas already`);
    admission.check();
  }

  async function receive(): Promise<void> {
    const { signal } = stopping;
    while (!signal.aborted) {
      if (room() === 0) {
        await new Promise<void>((resolve) => {
          onRoom = resolve;
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
        onRoom = undefined;
        continue;
      }
      try {
        await claims.take(await store.receive(Math.min(room(), 64), signal));
      } catch (thrown) {
        if (signal.aborted) return;
        logger.warn({ err: thrown }, "receiving failed");
        await pause(500, signal);
      }
    }
  }

  async function readMail(saga: Driven): Promise<void> {
    if (saga.committing || saga.gone) return;
    const inbox = await store.readInbox(saga.lease);
    if (saga.committing || saga.gone || inbox.length === 0) return;
    saga.inbox = [...inbox];
    drive.advance(saga);
  }

  const unpoke = store.onPoke((key: SagaKey) => {
    const saga = owned.get(nameOf(key));
    if (saga) readMail(saga).catch((thrown) => logger.warn({ err: thrown }, "inbox not read"));
  });

  return {
    async start(saga) {
      try {
        admit();
        return await start(saga);
      } catch (thrown) {
        if (thrown instanceof BackstitchError) sagaMetrics.refused(thrown.code);
        throw thrown;
      }
    },
    run() {
      receiving = receive();
      housekeeping.run();
    },
    reachesStore: () => housekeeping.reachesStore(),
    owned: () => owned.size,
    advance,
    async stop(graceMs) {
      stopping.abort();
      unpoke();
      await receiving;
      await housekeeping.stopTaking();
      if (owned.size > 0) {
        const empty = new Promise<void>((resolve) => {
          onEmpty = resolve;
        });
        const late = new AbortController();
        await Promise.race([empty, pause(graceMs, late.signal)]);
        late.abort();
      }
      await Promise.allSettled([...owned.values()].map((saga) => drive.release(saga)));
      await endings.told();
      await housekeeping.stop();
      sleepers.stop();
    },
  };
}

function isStopping(): BackstitchError {
  return new BackstitchError("STOPPING", "this replica is stopping; ask another");
}

function nameOf(key: SagaKey): string {
  return `${key.namespace}/${key.sagaId}`;
}
