import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import { monotonicMs } from "../../clock.ts";
import type { Logger } from "../../logger.ts";

/** Where Redis is. Sentinels and Cluster nodes are `host:port`. */
export type RedisTarget =
  | { readonly url: string }
  | { readonly sentinels: readonly string[]; readonly name: string; readonly password?: string | undefined }
  | { readonly cluster: readonly string[]; readonly password?: string | undefined };

export type Client = Redis | Cluster;

/** No data for so long although some is due: the connection is dead. */
const SILENCE_MS = 3000;
/** How long a blocking read waits on the server. Far below SILENCE_MS, so that a dead connection is noticed. */
export const BLOCK_MS = 2000;
const CONNECT_MS = 3000;
const WARN_EVERY_MS = 5000;

/*
 * ioredis by itself sends a command again after a reconnect, and so has run scripts twice. Here it never does: what was
 * in flight is rejected when the connection closes (maxRetriesPerRequest 0), and the store repeats what is safe to repeat.
 */
const common: RedisOptions = {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT_MS,
  socketTimeout: SILENCE_MS,
  commandTimeout: SILENCE_MS + CONNECT_MS,
  retryStrategy: (times) => Math.min(20 * 2 ** times, 500) + Math.random() * 50,
  // A master that was demoted: find the new one. The command is repeated by the store.
  reconnectOnError: (error) => error.message.startsWith("READONLY"),
  lazyConnect: true,
  protocol: 2,
};

/** Everything that speaks to Redis, over connections of their own where a command blocks. */
export interface Connections {
  readonly isCluster: boolean;
  /** For everything that does not block. */
  readonly main: Client;
  connect(): Promise<void>;
  /** A connection that only listens to a channel. */
  subscriber(): Client;
  /** A connection for blocking reads of keys in the slot of `key`. */
  blocking(key: string): Promise<Redis>;
  /** Has a client that blocks answer at once. */
  unblock(client: Redis, clientId: number): Promise<void>;
  /** A connection to each master. */
  masters(): readonly Redis[];
  close(): void;
}

export function createConnections(target: RedisTarget, logger: Logger): Connections {
  const open = new Set<Client>();
  let quietUntil = 0;
  // Each connection tries again twice a second: one line now and then says it as well.
  const warn = (error: Error) => {
    if (monotonicMs() < quietUntil) return;
    quietUntil = monotonicMs() + WARN_EVERY_MS;
    logger.warn({ message: error.message }, "redis connection");
  };
  const track = <T extends Client>(client: T): T => {
    open.add(client);
    client.on("end", () => open.delete(client));
    // Without a listener ioredis prints errors itself. Their messages carry addresses, no arguments.
    client.on("error", warn);
    return client;
  };
  const client = (): Client => {
    if ("url" in target) return track(new Redis(target.url, common));
    const password = target.password ? { password: target.password } : {};
    if ("sentinels" in target) {
      const sentinels = target.sentinels.map(parseAddress);
      return track(new Redis({ ...common, ...password, sentinels, name: target.name }));
    }
    const options: ClusterOptions = {
      lazyConnect: true,
      redisOptions: { ...common, ...password },
      clusterRetryStrategy: (times) => Math.min(50 * times, 500),
      slotsRefreshTimeout: CONNECT_MS,
    };
    return track(new Cluster(target.cluster.map(parseAddress), options));
  };
  const main = client();

  return {
    isCluster: main instanceof Cluster,
    main,
    connect: () => main.connect(),
    subscriber: client,
    async blocking(key) {
      if (main instanceof Redis) return client() as Redis;
      const slot = (await main.cluster("KEYSLOT", key)) as number;
      const { host, port } = parseAddress(main.slots[slot]?.[0] ?? "");
      const password = "password" in target && target.password ? { password: target.password } : {};
      // The slot may move: the reader makes a new connection rather than this one again.
      return track(new Redis({ ...common, ...password, host, port, retryStrategy: () => null }));
    },
    async unblock(blocked, clientId) {
      const { host, port } = blocked.options;
      const same = this.masters().find(({ options }) => options.host === host && options.port === port);
      await (main instanceof Redis ? main : same)?.client("UNBLOCK", clientId);
    },
    masters: () => (main instanceof Redis ? [main] : main.nodes("master")),
    close() {
      for (const one of [...open]) one.disconnect();
    },
  };
}

function parseAddress(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
