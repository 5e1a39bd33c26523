import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { createDefinitionCatalog } from "../../../orchestrator/src/catalog.ts";
import type { Command } from "../../../orchestrator/src/dispatch/dispatcher.ts";
import type { Outcome, SagaCommand } from "../../../orchestrator/src/machine/event.ts";
import { isFinal, type SagaState } from "../../../orchestrator/src/machine/state.ts";
import { createMetrics } from "../../../orchestrator/src/metrics.ts";
import { createMemoryBackend, createMemoryStore } from "../../../orchestrator/src/store/memory-store.ts";
import type { SagaHeader, SagaRecord, Started, Store } from "../../../orchestrator/src/store/store.ts";
import { createWorker, type Worker, type WorkerOptions } from "../../../orchestrator/src/worker/worker.ts";
import { until } from "../../support/until.ts";

/** How a participant answers: by action; actions without an entry are done at once. */
export type Answers = Record<string, (command: Command) => Outcome | Promise<Outcome>>;

export const never = (): Promise<Outcome> => new Promise(() => {});
export const rejecting = (code: string) => (): Outcome => ({
  kind: "rejected",
  failure: { kind: "REJECTED", code, message: "no" },
});

export interface Replica {
  readonly worker: Worker;
  readonly store: Store;
  readonly metrics: ReturnType<typeof createMetrics>;
  /** From now on nothing that it asks of the store is done, or answered. */
  die(): void;
}

export interface StartRequest {
  readonly id: string;
  readonly input?: Record<string, unknown>;
  readonly namespace?: string;
  readonly metadata?: Record<string, string>;
  readonly digest?: string;
}

/** Workers on one memory store, whose clock can be moved, with a participant `shop` that is a table of answers. */
export function createWorld(answers: Answers = {}) {
  const backend = createMemoryBackend();
  const called: string[] = [];
  const commands: Command[] = [];
  const replicas: Replica[] = [];
  const openStore = (replicaId: string) =>
    createMemoryStore(backend, { replicaId, leaseMs: 300, clock: () => Date.now(), development: true });
  const outside = openStore("outside");
  const catalogOf = (store: Store) => createDefinitionCatalog({ store, participants: () => ["shop"] });
  const catalog = catalogOf(outside);

  function send(command: Command, settle: (outcome: Outcome) => void): void {
    commands.push(command);
    called.push(`${command.direction === "forward" ? "do" : "undo"} ${command.effectId}`);
    const answer = command.direction === "forward" ? answers[command.action] : answers[`undo ${command.action}`];
    Promise.resolve(answer ? answer(command) : ({ kind: "done", output: "{}" } as const)).then(settle);
  }

  /** `change`: of the store that the replica sees. */
  function launch(
    options: Partial<WorkerOptions> = {},
    change: (store: Store) => Partial<Store> = () => ({}),
  ): Replica {
    const name = `replica-${replicas.length}`;
    const real = openStore(name);
    let dead = false;
    const seen = { ...real, ...change(real) };
    const store = new Proxy(seen, {
      get(target, key: keyof Store) {
        const value = target[key];
        if (typeof value !== "function" || key === "now" || key === "watch" || key === "onPoke") return value;
        return (...args: never[]) => (dead ? new Promise(() => {}) : (value as (...args: never[]) => unknown)(...args));
      },
    });
    const plans = catalogOf(real);
    const metrics = createMetrics();
    const worker = createWorker(
      {
        store,
        dispatcher: { send },
        planOf: plans.version,
        metrics,
        logger: pino({ level: "silent" }),
      },
      {
        leaseMs: 300,
        capacity: 100,
        retentionMs: 60_000,
        maxCrashes: 5,
        limits: { activeSagas: undefined, backlog: undefined },
        ...options,
      },
    );
    worker.run();
    const replica: Replica = {
      worker,
      store,
      metrics,
      die: () => {
        dead = true;
      },
    };
    replicas.push(replica);
    return replica;
  }

  async function record(id: string, namespace = "default"): Promise<SagaRecord> {
    const found = await outside.get({ namespace, sagaId: id });
    if (found === undefined) throw new Error(`there is no saga ${id}`);
    return found;
  }

  async function stateWhere(id: string, what: string, is: (state: SagaState) => boolean): Promise<SagaState> {
    let state: SagaState | undefined;
    await until(
      `${id} ${what}`,
      async () => {
        state = (await outside.get({ namespace: "default", sagaId: id }))?.state;
        return state !== undefined && is(state);
      },
      5_000,
    );
    return state!;
  }

  return {
    backend,
    called,
    commands,
    launch,
    /** A store that sees what the replicas see. */
    store: outside,
    record,
    stateWhere,
    planOf: async (definition: string) => catalog.latest("default", definition),
    async register(text: string, namespace = "default"): Promise<void> {
      await catalog.register(namespace, { text });
    },
    async start(replica: Pick<Replica, "worker">, definition: string, request: StartRequest): Promise<Started> {
      const { id, input = {}, namespace = "default", metadata = {}, digest = "" } = request;
      const plan = await catalog.latest(namespace, definition);
      const { version } = plan;
      const fixed = { labels: {}, metadata, contentDigest: digest, parent: undefined, lock: undefined };
      const header: SagaHeader = { namespace, sagaId: id, definition, version, ...fixed };
      return replica.worker.start({ header, plan, input: JSON.stringify(input), deadlineMs: undefined });
    },
    /** Waits until it is final or suspended. */
    settled: (id: string) =>
      stateWhere(id, "is final or suspended", ({ status }) => isFinal(status) || status === "SUSPENDED"),
    /** Writes a command to a saga's inbox, and waits for its owner's word. */
    async ask(id: string, command: SagaCommand, requestId = `${command.kind}-${Math.random()}`) {
      const key = { namespace: "default", sagaId: id };
      const appended = await outside.append(key, { requestId, command });
      if (appended.kind !== "appended") return appended;
      await until(`${id} has answered`, async () => (await outside.result(key, requestId)) !== undefined, 5_000);
      return (await outside.result(key, requestId))!;
    },
    /** What was called for a saga and its children, in order: "do s/a". */
    callsOf: (id: string) => called.filter((call) => call.split(" ")[1]!.startsWith(id)),
    /** Lets real time pass for as long as others may take to do what they should not. */
    idle: () => pause(50),
    async end(): Promise<void> {
      await Promise.all(replicas.map(({ worker }) => Promise.race([worker.stop(0), pause(500)])));
    },
  };
}

export const by = { identity: "ann", reason: "changed my mind", expectedRevision: undefined };
