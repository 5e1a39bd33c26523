import { Redis } from "ioredis";
import { freePort } from "../../deploy/local/free-port.ts";
import { startLocalRedis, type TestRedis } from "./redis.ts";
import { until } from "./until.ts";

const SLOTS = 16_384;
const MASTERS = 3;
/** A node that is silent for so long is taken for dead. */
const NODE_TIMEOUT_MS = 1000;

export interface TestCluster {
  /** `host:port` of each node. */
  readonly addresses: readonly string[];
  readonly masters: readonly TestRedis[];
  /** Where asked for: one of each master, in their order. */
  readonly replicas: readonly TestRedis[];
  stop(): Promise<void>;
  /** As that of a single server, of all masters. */
  snapshot(): Promise<() => Promise<void>>;
}

interface Node {
  readonly server: TestRedis;
  readonly busPort: number;
  readonly client: Redis;
}

/**
 * A Redis Cluster of three masters that share the slots evenly; `withReplicas`: each with a replica, which takes over
 * within some two seconds of its master's death. Needs an installed `redis-server`.
 */
export async function startRedisCluster({ withReplicas = false } = {}): Promise<TestCluster> {
  const nodes: Node[] = [];
  const stop = async () => {
    await Promise.all(nodes.map(({ server }) => server.stop()));
  };
  try {
    for (let i = 0; i < (withReplicas ? 2 * MASTERS : MASTERS); i++) nodes.push(await startNode());
    await shareSlots(nodes.slice(0, MASTERS));
    await introduce(nodes);
    await replicate(nodes.slice(0, MASTERS), nodes.slice(MASTERS));
    await untilAll("is up", nodes, ["CLUSTER", "INFO"], "cluster_state:ok");
  } catch (thrown) {
    await stop();
    throw thrown;
  } finally {
    for (const { client } of nodes) client.disconnect();
  }
  const servers = nodes.map(({ server }) => server);
  return {
    addresses: servers.map(({ port }) => `127.0.0.1:${port}`),
    masters: servers.slice(0, MASTERS),
    replicas: servers.slice(MASTERS),
    stop,
    async snapshot() {
      const restores = await Promise.all(servers.slice(0, MASTERS).map((server) => server.snapshot()));
      return async () => {
        await Promise.all(restores.map((restore) => restore()));
        const again = servers.slice(0, MASTERS).map(({ url }) => ({ client: new Redis(url) }));
        try {
          await untilAll("is up", again, ["CLUSTER", "INFO"], "cluster_state:ok");
        } finally {
          for (const { client } of again) client.disconnect();
        }
      };
    },
  };
}

async function startNode(): Promise<Node> {
  const busPort = await freePort();
  const settings = {
    "cluster-enabled": "yes",
    "cluster-port": busPort,
    "cluster-node-timeout": NODE_TIMEOUT_MS,
    // Replicas begin to copy at once.
    "repl-diskless-sync-delay": 0,
  };
  const extra = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = await startLocalRedis({ extra });
  return { server, busPort, client: new Redis(server.url) };
}

async function shareSlots(masters: readonly Node[]): Promise<void> {
  const share = Math.ceil(SLOTS / masters.length);
  for (const [i, { client }] of masters.entries()) {
    await client.cluster("ADDSLOTSRANGE", i * share, Math.min(SLOTS, (i + 1) * share) - 1);
    await client.call("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
  }
}

/** Has every node know every other. */
async function introduce(nodes: readonly Node[]): Promise<void> {
  const [first, ...others] = nodes;
  for (const { server, busPort } of others) {
    await first!.client.call("CLUSTER", "MEET", "127.0.0.1", server.port, busPort);
  }
  await untilAll("is known to all", nodes, ["CLUSTER", "INFO"], `cluster_known_nodes:${nodes.length}`);
}

async function replicate(masters: readonly Node[], replicas: readonly Node[]): Promise<void> {
  for (const [i, { client }] of replicas.entries()) {
    const id = (await masters[i]!.client.call("CLUSTER", "MYID")) as string;
    await client.call("CLUSTER", "REPLICATE", id);
  }
  await untilAll("has its master's data", replicas, ["INFO", "replication"], "master_link_status:up");
}

async function untilAll(
  what: string,
  nodes: readonly Pick<Node, "client">[],
  [name, ...args]: string[],
  line: string,
): Promise<void> {
  await until(`every node of the cluster ${what}`, async () => {
    const infos = await Promise.all(nodes.map(({ client }) => client.call(name!, ...args)));
    return infos.every((info) => String(info).split("\r\n").includes(line));
  });
}
