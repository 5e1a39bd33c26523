import { monotonicMs } from "../clock.ts";
import type { Plan } from "../definition/types.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import { BackstitchError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { begin, inFlight } from "../machine/transition.ts";
import type { Metrics } from "../metrics.ts";
import type { Claimed, Lease, SagaHeader, SagaKey, SagaRecord, Started, Store } from "../store/store.ts";
import { crashPoint } from "./crash-points.ts";
import { createDrive, type Driven } from "./drive.ts";
import { createHousekeeping } from "./housekeeping.ts";
import { createSagaLog } from "./saga-log.ts";
import { createSagaMetrics } from "./saga-metrics.ts";
import { createSleepers } from "./sleepers.ts";

export interface WorkerOptions {
  readonly leaseMs: number;
  /** The most sagas driven at once; more are left to others, and starts are refused. */
  readonly capacity: number;
  /** How long finished sagas are kept unless their definition says otherwise. */
  readonly retentionMs: number;
  /** So many owners in a row that were lost with it suspend a saga. */
  readonly maxCrashes: number;
}

export interface WorkerDeps {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  /** The plan a saga runs on; rejects where there is none. */
  readonly planOf: (namespace: string, definition: string, version: number) => Plan | Promise<Plan>;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

export interface Worker {
  /** Starts a saga and drives it here. Rejects with OVERLOADED above the capacity and STOPPING when draining. */
  start(saga: { header: SagaHeader; plan: Plan; input: string; deadlineMs: number | undefined }): Promise<Started>;
  /** Begins to receive. */
  run(): void;
  /** Whether the store answered lately: without it nothing moves. */
  reachesStore(): boolean;
  /** How many sagas are driven here now. */
  owned(): number;
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
  let receiving: Promise<void> = Promise.resolve();
  let onEmpty: (() => void) | undefined;
  let onRoom: (() => void) | undefined;

  const sleepers = createSleepers(store, (saga) => {
    saga.events.push({ kind: "woken" });
    drive.advance(saga);
  });

  const drive = createDrive({
    store,
    dispatcher,
    leaseMs: options.leaseMs,
    retentionMs: options.retentionMs,
    draining: () => stopping.signal.aborted,
    onAnswer: sagaLog.answered,
    onCommit(saga, before) {
      sagaMetrics.moved(saga.header.definition, before, saga.state);
      sagaLog.moved(saga, before);
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
    take: takeAll,
    lose: (saga) => drive.lose(saga),
    mail: readMail,
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

  /**
   * Takes sagas that were claimed. One that lost several owners in a row may have killed them: it is tried alone, when
   * all others are known to be harmless, so that no other is blamed if it kills this process too.
   */
  async function takeAll(claims: readonly Claimed[]): Promise<void> {
    const suspects = claims.filter(({ crashes }) => crashes > 1);
    const others = claims.filter(({ crashes }) => crashes <= 1);
    for (const together of [others, ...suspects.map((suspect) => [suspect])]) {
      const taken: Driven[] = [];
      for (const claimed of together) {
        const saga = await take(claimed);
        if (saga) taken.push(saga);
      }
      if (suspects.length > 0) await survive(taken);
    }
  }

  /**
   * Waits until this process has survived these sagas: until each has made progress or left, or for so long that a
   * participant that hangs does not keep other suspects waiting. The renewal then clears their crashes.
   */
  async function survive(sagas: readonly Driven[]): Promise<void> {
    const early = new AbortController();
    const longEnough = pause(options.leaseMs / 4, AbortSignal.any([early.signal, stopping.signal]));
    await Promise.race([longEnough, Promise.all(sagas.map((saga) => saga.survived.promise))]);
    early.abort();
    // Failing that, the regular renewals do it: the sagas that follow must not be lost over it.
    await housekeeping.renew(sagas.filter((saga) => !saga.gone)).catch(() => undefined);
  }

  async function take(claimed: Claimed): Promise<Driven | undefined> {
    const { header } = claimed.record;
    // A lease taken from ourselves (the store lost sight of it): the old one is fenced, and what it sent is unknown.
    const stale = owned.get(nameOf(header));
    if (stale) drive.lose(stale);
    try {
      const plan = await deps.planOf(header.namespace, header.definition, header.version);
      const saga = adopt(claimed.lease, header, plan, claimed.record);
      saga.inbox = [...claimed.inbox];
      const { crashes } = claimed;
      if (crashes >= options.maxCrashes) saga.events.push({ kind: "quarantined", crashes });
      if (inFlight(saga.state).length > 0) saga.events.push({ kind: "recovered" });
      saga.events.push({ kind: "woken" });
      drive.advance(saga);
      return saga;
    } catch (thrown) {
      logger.error({ saga_id: header.sagaId, definition: header.definition, err: thrown }, "saga cannot be driven");
      return undefined;
    }
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
        await takeAll(await store.receive(Math.min(room(), 64), signal));
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
    async start({ header, plan, input, deadlineMs }) {
      if (stopping.signal.aborted) throw new BackstitchError("STOPPING", "this replica is stopping; ask another");
      if (room() === 0)
        throw new BackstitchError("OVERLOADED", `this replica drives ${options.capacity} sagas already`);
      const at = store.now();
      const first = begin(plan, { input, sagaId: header.sagaId, deadlineMs, now: at });
      const askedAt = monotonicMs();
      crashPoint("before-start", header.sagaId);
      const then = drive.thenOf(plan, first.state, at);
      const started = await store.start({ header, state: first.state, history: first.history, at, then });
      crashPoint("after-start", header.sagaId);
      if (started.kind !== "started") return started;
      sagaMetrics.started(header.definition, first.state);
      if (started.lease) {
        const saga = adopt(started.lease, header, plan, started.record);
        drive.begin(saga, first.effects, askedAt);
      }
      return started;
    },
    run() {
      receiving = receive();
      housekeeping.run();
    },
    reachesStore: () => housekeeping.reachesStore(),
    owned: () => owned.size,
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
      await housekeeping.stop();
      sleepers.stop();
    },
  };
}

function nameOf(key: SagaKey): string {
  return `${key.namespace}/${key.sagaId}`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
