import { createApi, type ListeningApi } from "../../orchestrator/src/api/api.ts";
import { createDefinitionCatalog } from "../../orchestrator/src/catalog.ts";
import type { Command, Dispatcher } from "../../orchestrator/src/dispatch/dispatcher.ts";
import type { Saga } from "../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService } from "../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { createLogger } from "../../orchestrator/src/logger.ts";
import type { Outcome } from "../../orchestrator/src/machine/event.ts";
import { createMetrics } from "../../orchestrator/src/metrics.ts";
import { createMemoryBackend, createMemoryStore } from "../../orchestrator/src/store/memory-store.ts";
import type { Store } from "../../orchestrator/src/store/store.ts";
import { createWorker } from "../../orchestrator/src/worker/worker.ts";
import { clientOf } from "./api-clients.ts";
import { LOOPBACK } from "./test-api.ts";

/** An API with everything behind it but Redis and the network to participants, in development mode. */
export interface LiveApi {
  readonly api: ListeningApi;
  readonly store: Store;
  /** All calls of participants, oldest first. */
  readonly calls: readonly Command[];
  /** The last call of a step: `reserve` for its Do, `undo reserve` for its Undo, `reserve#2` for an item's. */
  lastCall(name: string): Command;
  /** What participants answer to a step's calls from now on, by the same names. Unset: done. `never`: no answer comes. */
  answer(name: string, outcome: Outcome | "never"): void;
  register(text: string, namespace?: string): Promise<void>;
  /** Follows a saga until it is so, for 15 s at most. Throws if it ends before. */
  untilSaga(sagaId: string, holds: (saga: Saga) => boolean): Promise<Saga>;
  stop(): Promise<void>;
}

export const PENDING: Outcome = { kind: "pending" };
export const REFUSED: Outcome = {
  kind: "rejected",
  failure: { kind: "REJECTED", code: "SOLD_OUT", message: "none left" },
};
export const done = (output: object = {}): Outcome => ({ kind: "done", output: JSON.stringify(output) });
/** Fails for good. */
export const FAILED: Outcome = {
  kind: "failed",
  effect: "unknown",
  retry: false,
  failure: { kind: "TECHNICAL", code: "INTERNAL", message: "broken" },
  retryAfterMs: undefined,
};

const nameOf = ({ direction, effectId, step }: Command) =>
  `${direction === "forward" ? "" : "undo "}${step}${/#\d+/.exec(effectId)?.[0] ?? ""}`;

export async function startLiveApi(): Promise<LiveApi> {
  const logger = createLogger({ level: "silent", replica: "live" });
  const metrics = createMetrics();
  const options = { replicaId: "live", leaseMs: 5_000, clock: Date.now, development: true };
  const store = createMemoryStore(createMemoryBackend(), options);
  await store.open();
  const catalog = createDefinitionCatalog({ store, participants: () => ["shop"] });

  const calls: Command[] = [];
  const answers = new Map<string, Outcome | "never">();
  const dispatcher: Pick<Dispatcher, "send"> = {
    send(command, told) {
      calls.push(command);
      const outcome = answers.get(nameOf(command)) ?? answers.get(nameOf(command).split("#")[0]!) ?? done();
      if (outcome !== "never") setImmediate(() => told(outcome));
    },
  };
  const worker = createWorker(
    {
      store,
      dispatcher,
      planOf: catalog.version,
      metrics,
      logger,
    },
    {
      leaseMs: 5_000,
      capacity: 1_000,
      retentionMs: 3_600_000,
      maxCrashes: 5,
      limits: { activeSagas: undefined, backlog: undefined },
    },
  );
  worker.run();
  const cluster = () => ({ version: "1", partitions: 1, replicas: [], store: store.product, warnings: [] });
  const description = createApi(
    {
      store,
      catalog,
      start: worker.start,
      participants: () => [],
      cluster,
      metrics,
      logger,
      development: { advance: worker.advance },
    },
    LOOPBACK,
  );
  const api = await description.listen();
  return {
    api,
    store,
    calls,
    lastCall(name) {
      const call = calls.findLast((command) => nameOf(command) === name);
      if (call === undefined) throw new Error(`no call ${name} among ${calls.map(nameOf).join(", ")}`);
      return call;
    },
    answer: (name, outcome) => void answers.set(name, outcome),
    async register(text, namespace = "default") {
      await catalog.register(namespace, { text });
    },
    async untilSaga(sagaId, holds) {
      const sagas = clientOf(SagaService, api, "gRPC on the gRPC port");
      for await (const { saga } of sagas.watchSaga({ sagaId }, { timeoutMs: 15_000 })) if (holds(saga!)) return saga!;
      throw new Error("the saga ended early");
    },
    async stop() {
      await Promise.all([worker.stop(0), api.stop(1_000)]);
      await store.close();
    },
  };
}
