import { Redis } from "ioredis";
import { freePort } from "../../deploy/local/free-port.ts";
import { startRedis, type TestRedis } from "./redis.ts";
import { until } from "./until.ts";

const SLOTS = 16_384;

export interface TestCluster {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly servers: readonly TestRedis[];
  stop(): Promise<void>;
}

/** A Redis Cluster of three masters that share the slots evenly. Needs an installed `redis-server`. */
export async function startRedisCluster(): Promise<TestCluster> {
  const servers: TestRedis[] = [];
  const clients: Redis[] = [];
  const stop = async () => {
    for (const client of clients) client.disconnect();
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    const busPorts: number[] = [];
    for (let i = 0; i < 3; i++) {
      const busPort = await freePort();
      const extra = ["--cluster-enabled", "yes", "--cluster-port", String(busPort), "--cluster-node-timeout", "3000"];
      const server = await startRedis({ extra });
      servers.push(server);
      busPorts.push(busPort);
      clients.push(new Redis(server.url));
    }
    const share = Math.ceil(SLOTS / servers.length);
    for (const [i, client] of clients.entries()) {
      await client.cluster("ADDSLOTSRANGE", i * share, Math.min(SLOTS, (i + 1) * share) - 1);
      await client.call("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
    }
    for (const [i, server] of servers.entries()) {
      if (i > 0) await clients[0]!.call("CLUSTER", "MEET", "127.0.0.1", server.port, busPorts[i]!);
    }
    await until("the cluster is up", async () => {
      const infos = await Promise.all(clients.map((client) => client.cluster("INFO")));
      return infos.every((info) => /cluster_state:ok/.test(info) && /cluster_known_nodes:3/.test(info));
    });
  } catch (thrown) {
    await stop();
    throw thrown;
  }
  for (const client of clients) client.disconnect();
  return { nodes: servers.map(({ port }) => ({ host: "127.0.0.1", port })), servers, stop };
}
