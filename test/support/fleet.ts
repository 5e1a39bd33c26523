import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import {
  type OrchestratorOptions,
  type OrchestratorProcess,
  type ParticipantSettings,
  startOrchestrator,
} from "../../deploy/local/orchestrator.ts";
import { type Shop, startShop } from "../../deploy/local/shop.ts";
import { type Client, createClient } from "../../sdk/typescript/src/index.ts";
import { type RedisOptions, startRedis, type TestRedis } from "./redis.ts";
import { createTestProcesses, type TestProcesses } from "./test-processes.ts";

/** An orchestrator process of a fleet, and a client that stays good when it is started again. */
export interface Replica {
  readonly client: Client;
  /** The one that runs now. */
  readonly process: OrchestratorProcess;
  /** Once it has ended: a new process on the same ports, with this environment if given. */
  restart(env?: OrchestratorOptions["env"]): Promise<void>;
  /** The value of a metric, summed over its labels. */
  metric(name: string): Promise<number>;
}

/** A Redis, the sample shop, and any number of orchestrators that share them, for tests that break these. */
export interface Fleet {
  readonly processes: TestProcesses;
  readonly redis: TestRedis;
  readonly shop: Shop;
  /** A connection to Redis of the test's own. */
  readonly admin: Redis;
  /** What the keys of the present test begin with. */
  readonly prefix: string;
  /** Starts a replica on the store of the present test. Default settings: a lease of 1 s, the shop's definitions. */
  launch(options?: LaunchOptions): Promise<Replica>;
  /** Kills all replicas; the next ones have a store of their own. */
  reset(): Promise<void>;
  end(): Promise<void>;
}

export interface LaunchOptions extends Pick<OrchestratorOptions, "settings" | "env"> {
  /** In place of the fleet's, such as a proxy before it. */
  redisPort?: number;
}

/** Starts Redis and the shop. */
export async function startFleet(redisOptions?: RedisOptions): Promise<Fleet> {
  const processes = await createTestProcesses();
  const redis = await startRedis(redisOptions);
  const admin = new Redis(redis.url, { maxRetriesPerRequest: null });
  const replicas: Replica[] = [];
  let prefix = randomPrefix();

  async function end(): Promise<void> {
    await processes.end();
    admin.disconnect();
    await redis.stop();
  }

  async function launch(shop: Shop, { settings, env, redisPort }: LaunchOptions): Promise<Replica> {
    let running = await startOrchestrator(processes, {
      name: `orchestrator-${prefix}-${replicas.length}`,
      redisUrl: redisPort === undefined ? redis.url : `redis://127.0.0.1:${redisPort}`,
      participants: withoutBreakers(shop.addresses),
      settings: { definitions: shop.definitions, lease: "1s", key_prefix: prefix, ...settings },
      env,
    });
    const replica: Replica = {
      client: createClient({ address: `127.0.0.1:${running.grpcPort}` }),
      get process() {
        return running;
      },
      async restart(env) {
        await running.exited;
        running = await running.restart(env);
      },
      metric: (name) => readMetric(running.opsPort, name),
    };
    replicas.push(replica);
    return replica;
  }

  try {
    const shop = await startShop(processes, { folder: processes.folder });
    return {
      processes,
      redis,
      shop,
      admin,
      get prefix() {
        return prefix;
      },
      launch: (options = {}) => launch(shop, options),
      async reset() {
        const ended = replicas.splice(0);
        for (const { client } of ended) client.close();
        await Promise.all(ended.map((replica) => replica.process.kill9()));
        prefix = randomPrefix();
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Fault switches make calls fail by the hundred here; what a breaker does about that has tests of its own. */
function withoutBreakers(addresses: Shop["addresses"]): Record<string, ParticipantSettings> {
  const breaker = { min_calls: 1_000_000 };
  return Object.fromEntries(Object.entries(addresses).map(([name, address]) => [name, { address, breaker }]));
}

async function readMetric(opsPort: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

function randomPrefix(): string {
  return `t${randomBytes(4).toString("hex")}`;
}
