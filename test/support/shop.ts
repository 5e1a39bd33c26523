import {
  type OrchestratorOptions,
  type OrchestratorProcess,
  startOrchestrator,
} from "../../deploy/local/orchestrator.ts";
import { type ServiceName, type Shop, type ShopOptions, startShop } from "../../deploy/local/shop.ts";
import { readDatabase, type Sql } from "../../participants/src/database/database.ts";
import { type Faults, faultMetadata } from "../../participants/src/faults.ts";
import { countEffects } from "../../participants/src/ledger.ts";
import { type Client, createClient, type StartOptions } from "../../sdk/typescript/src/index.ts";
import { startRedis } from "./redis.ts";
import { createTestProcesses } from "./test-processes.ts";

/** Redis, an orchestrator and the shop, each in processes of its own. */
export interface ShopSystem<Name extends string = ServiceName> {
  readonly shop: Shop<Name>;
  readonly orchestrator: OrchestratorProcess;
  readonly client: Client;
  /** Starts a saga that suffers the faults. */
  start(definition: string, input: object, options?: StartOptions & { faults?: Faults }): ReturnType<Client["start"]>;
  /** What the databases say was done and undone for a saga: `{charge: [1, 0]}`. */
  effects(sagaId: string): Promise<Record<string, [done: number, undone: number]>>;
  /** Reads the database of a service. */
  read<T>(service: Name, query: (sql: Sql) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

export interface SystemOptions<Name extends string = ServiceName>
  extends Pick<ShopOptions<Name>, "services" | "languages" | "databases"> {
  /** The orchestrator's participants beside the services of the shop, or in place of those. */
  participants?: (
    services: Shop<Name>["addresses"],
  ) => OrchestratorOptions["participants"] | Promise<OrchestratorOptions["participants"]>;
}

/** Starts them all. */
export async function startShopSystem<Name extends string = ServiceName>({
  participants,
  ...options
}: SystemOptions<Name> = {}): Promise<ShopSystem<Name>> {
  const processes = await createTestProcesses();
  const redis = await startRedis();
  async function endAll(): Promise<void> {
    await processes.end();
    await redis.stop();
  }
  try {
    const shop = await startShop(processes, { ...options, folder: processes.folder });
    const orchestrator = await startOrchestrator(processes, {
      redisUrl: redis.url,
      participants: { ...shop.addresses, ...(await participants?.(shop.addresses)) },
      settings: { definitions: shop.definitions, lease: "1s" },
    });
    const client = createClient({ address: `127.0.0.1:${orchestrator.grpcPort}` });
    return {
      shop,
      orchestrator,
      client,
      start: (definition, input, { faults = {}, ...rest } = {}) =>
        client.start(definition, input as never, { ...rest, metadata: faultMetadata(faults) }),
      async effects(sagaId) {
        const counts = Object.entries(countEffects(await shop.ledger(sagaId)));
        return Object.fromEntries(counts.map(([action, { done, undone }]) => [action, [done, undone]]));
      },
      read: (service, query) => readDatabase(shop.services[service].database, query),
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
