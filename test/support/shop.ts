import { allDefinitions } from "../../deploy/local/definitions.ts";
import {
  type OrchestratorOptions,
  type OrchestratorProcess,
  startOrchestrator,
} from "../../deploy/local/orchestrator.ts";
import { type Shop, type ShopOptions, startShop } from "../../deploy/local/shop.ts";
import { readDatabase, type Sql } from "../../participants/src/database/database.ts";
import { type Faults, faultMetadata } from "../../participants/src/faults.ts";
import { countEffects } from "../../participants/src/ledger.ts";
import { type Client, createClient, type HistoryEvent, type StartOptions } from "../../sdk/typescript/src/index.ts";
import { startRedis, type TestRedis } from "./redis.ts";
import { createTestProcesses, type TestProcesses } from "./test-processes.ts";

/** The definitions of the shop. */
export const shopDefinitions = allDefinitions;

/** Redis, an orchestrator and the shop, each in processes of its own. */
export interface ShopSystem {
  readonly processes: TestProcesses;
  readonly redis: TestRedis;
  readonly shop: Shop;
  /** The one that runs now: killOrchestrator changes it. */
  readonly orchestrator: OrchestratorProcess;
  readonly client: Client;
  /** Starts a saga that suffers the faults. */
  start(definition: string, input: object, options?: StartOptions & { faults?: Faults }): ReturnType<Client["start"]>;
  /** What the databases say was done and undone for a saga: `{charge: [1, 0]}`. */
  effects(sagaId: string): Promise<Record<string, [done: number, undone: number]>>;
  /** What happened, in short: "stepStarted process_payment". */
  story(sagaId: string): Promise<string[]>;
  /** Reads the database of a service. */
  read<T>(service: keyof Shop["services"], query: (sql: Sql) => Promise<T>): Promise<T>;
  /** SIGKILL, then a new process on the same ports. */
  killOrchestrator(): Promise<void>;
  end(): Promise<void>;
}

export interface SystemOptions extends Omit<ShopOptions, "folder"> {
  /** Of the orchestrator's configuration file. Default: a lease of 1 s and the definitions of the shop. */
  settings?: OrchestratorOptions["settings"];
  env?: OrchestratorOptions["env"];
  /** The orchestrator's participants beside the services of the shop, or in place of those. */
  participants?: (services: Shop["addresses"]) => OrchestratorOptions["participants"];
}

/** Starts them all. */
export async function startShopSystem({
  settings,
  env,
  participants,
  ...options
}: SystemOptions = {}): Promise<ShopSystem> {
  const processes = await createTestProcesses();
  const redis = await startRedis();
  async function endAll(): Promise<void> {
    await processes.end();
    await redis.stop();
  }
  try {
    const shop = await startShop(processes, { ...options, folder: processes.folder });
    let orchestrator = await startOrchestrator(processes, {
      redisUrl: redis.url,
      participants: { ...shop.addresses, ...participants?.(shop.addresses) },
      settings: { definitions: shop.definitions, lease: "1s", ...settings },
      env,
    });
    const client = createClient({ address: `127.0.0.1:${orchestrator.grpcPort}` });
    return {
      processes,
      redis,
      shop,
      get orchestrator() {
        return orchestrator;
      },
      client,
      start: (definition, input, { faults = {}, ...rest } = {}) =>
        client.start(definition, input as never, { ...rest, metadata: faultMetadata(faults) }),
      async effects(sagaId) {
        const counts = Object.entries(countEffects(await shop.ledger(sagaId)));
        return Object.fromEntries(counts.map(([action, { done, undone }]) => [action, [done, undone]]));
      },
      async story(sagaId) {
        const events: HistoryEvent[] = await Array.fromAsync(client.history(sagaId));
        return events.map(({ kind, step }) => (step ? `${kind} ${step}` : kind));
      },
      read: (service, query) => readDatabase(shop.services[service].database, query),
      async killOrchestrator() {
        await orchestrator.kill9();
        orchestrator = await orchestrator.restart();
      },
      async end() {
        client.close();
        await endAll();
      },
    };
  } catch (error) {
    await endAll();
    throw error;
  }
}
