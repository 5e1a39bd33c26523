import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { createApi, type ListeningApi } from "./api/api.ts";
import type { Listener, ListenOptions } from "./api/listener.ts";
import { listenOps } from "./api/ops-listener.ts";
import { createDefinitionCatalog, type DefinitionCatalog } from "./catalog.ts";
import type { Config } from "./config.ts";
import { loadDefinitions } from "./definition-folder.ts";
import { createDispatcher } from "./dispatch/create-dispatcher.ts";
import { createEngine, type Engine } from "./engine.ts";
import { createLogger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import { createRedisStore } from "./store/redis-store.ts";
import { createWorker } from "./worker/worker.ts";

/** What GetClusterInfo tells. */
export const VERSION = "0.1.0";

export interface Ports {
  readonly grpcPort: number;
  readonly connectPort: number;
  readonly opsPort: number;
}

export interface Orchestrator extends Engine {
  /** Opens the store, registers the definitions of the folder, begins to work, then listens. */
  start(): Promise<Ports>;
  /** Takes no more calls, hands every saga over within the grace time, closes the store. */
  stop(): Promise<void>;
}

/** Puts the parts together. Nothing is reached for before `start`. */
export function createOrchestrator(config: Config): Orchestrator {
  const replica = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const logger = createLogger({ level: config.log_level, replica });
  const metrics = createMetrics();
  const store = createRedisStore({
    redis: config.redis,
    prefix: config.key_prefix,
    partitions: config.partitions,
    leaseMs: config.lease,
    replicaId: replica,
    strict: config.strict,
    memoryWatermark: config.memory_watermark,
    development: config.development,
    metrics,
    logger,
  });
  const dispatcher = createDispatcher({ participants: config.participants, metrics, logger });
  const catalog: DefinitionCatalog = createDefinitionCatalog({
    store,
    participants: () => config.participants.map(({ name }) => name),
  });
  const worker = createWorker(
    {
      store,
      dispatcher,
      planOf: catalog.version,
      metrics,
      logger,
    },
    {
      leaseMs: config.lease,
      capacity: config.capacity,
      retentionMs: config.retention,
      maxCrashes: config.max_crashes,
      limits: { activeSagas: config.limits.active_sagas, backlog: config.limits.backlog },
    },
  );
  const engine = createEngine({ store, catalog, worker });
  let warnings: readonly string[] = [];
  let state: "starting" | "ready" | "stopping" = "starting";
  let api: ListeningApi | undefined;
  let ops: Listener | undefined;

  function readiness() {
    if (state !== "ready") return { ready: false, reasons: [state] };
    return worker.reachesStore()
      ? { ready: true, reasons: [] }
      : { ready: false, reasons: ["the store does not answer"] };
  }

  const description = createApi(
    {
      store,
      catalog,
      start: worker.start,
      participants: dispatcher.participants,
      cluster: async () => ({
        version: VERSION,
        warnings,
        store: store.product,
        partitions: config.partitions,
        replicas: await store.replicas(),
      }),
      metrics,
      logger,
      development: config.development ? { advance: worker.advance } : undefined,
    },
    {
      grpc: {
        ...listenOptions(config.grpc),
        maxConnectionAgeMs: config.max_connection_age,
        reflection: config.reflection,
      },
      connect: listenOptions(config.connect),
      auth: { tokenHashes: config.auth.token_sha256, allowUnauthenticated: config.auth.allow_unauthenticated },
    },
  );

  return {
    ...engine,
    async start() {
      if (config.development)
        logger.warn("DEVELOPMENT MODE: any caller can move the clock; never run sagas that matter here");
      ops = await listenOps({ registry: metrics.registry, readiness }, config.ops);
      warnings = await store.open();
      for (const warning of warnings) logger.warn(warning);
      if (config.definitions) {
        const definitions = await loadDefinitions(catalog, config.definitions);
        logger.info({ definitions }, "definitions are registered");
      }
      worker.run();
      api = await description.listen();
      state = "ready";
      const ports = { grpcPort: api.grpcPort, connectPort: api.connectPort, opsPort: ops.port };
      logger.info({ ...ports, version: VERSION }, "ready");
      return ports;
    },
    async stop() {
      state = "stopping";
      logger.info({ sagas: worker.owned() }, "stopping");
      // The sagas go first: callers who wait for them are answered, or told to ask another replica, while the API drains.
      await Promise.all([worker.stop(config.grace), api?.stop(config.grace)]);
      await dispatcher.stop(0);
      await store.close();
      await ops?.stop(0);
      logger.info("stopped");
    },
  };
}

function listenOptions({ host, port, tls }: Config["grpc"]): ListenOptions {
  return {
    host,
    port,
    tls: tls && {
      certificate: readFileSync(tls.cert_file, "utf8"),
      key: readFileSync(tls.key_file, "utf8"),
      clientCa: tls.client_ca_file && readFileSync(tls.client_ca_file, "utf8"),
    },
  };
}
