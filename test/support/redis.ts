import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../../deploy/local/free-port.ts";
import { findRedisServer } from "../../deploy/local/redis-server.mjs";
import { removeFolder, startRedisProcess, temporaryFolder } from "./redis-process.ts";
import { until } from "./until.ts";

export interface RedisOptions {
  /** Default everysec. */
  readonly aof?: "everysec" | "always" | "no";
  /** Default: a free one. */
  readonly port?: number;
  /** Further arguments of redis-server. */
  readonly extra?: readonly string[];
  /** Where the data is kept; it then stays after `stop`. Default: a temporary folder of its own. */
  readonly folder?: string;
  /** Added to the environment of the server, which then is a process of ours in any case. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** undefined where the server is not a process of ours. */
  readonly pid: number | undefined;
  /** Ends the server and removes its data folder if it is a temporary one. */
  stop(): Promise<void>;
  /** SIGKILL; the data stays for `restart`. */
  kill9(): Promise<void>;
  restart(): Promise<void>;
  /**
   * Copies the append-only file as it is. The returned function kills the server and starts it again with that copy: what
   * was written in between is lost.
   */
  snapshot(): Promise<() => Promise<void>>;
}

/**
 * A Redis for tests: the one that BACKSTITCH_TEST_REDIS_URL names, else a process from the installed `redis-server`,
 * else a container. Throws where none of them can be had.
 */
export async function startRedis(options: RedisOptions = {}): Promise<TestRedis> {
  if (options.env) return startLocalRedis(options);
  const url = process.env.BACKSTITCH_TEST_REDIS_URL;
  if (url) return external(url, async () => {});
  if (findRedisServer()?.tooOld === false) return startLocalRedis(options);
  return startContainer(options);
}

/** A Redis of our own from the installed `redis-server`, which can be killed. Throws where none is installed. */
export async function startLocalRedis({
  aof = "everysec",
  extra = [],
  ...options
}: RedisOptions = {}): Promise<TestRedis> {
  const folder = options.folder ?? (await temporaryFolder("redis"));
  const port = options.port ?? (await freePort());
  const args = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    ...persistence(aof),
    ...extra,
  ];
  const start = () => startRedisProcess(args, /Ready to accept connections/, options.env);
  let running = await start();
  let copies = 0;
  const files = join(folder, "appendonlydir");
  const url = `redis://127.0.0.1:${port}`;
  return {
    url,
    port,
    get pid() {
      return running.pid;
    },
    async stop() {
      await running.end("SIGTERM");
      if (options.folder === undefined) await removeFolder(folder);
    },
    kill9: () => running.end("SIGKILL"),
    async restart() {
      await running.end("SIGTERM");
      running = await start();
    },
    async snapshot() {
      await untilOnDisk(url);
      const copy = join(folder, `copy-${++copies}`);
      await cp(files, copy, { recursive: true });
      return async () => {
        await running.end("SIGKILL");
        await rm(files, { recursive: true });
        await cp(copy, files, { recursive: true });
        running = await start();
      };
    },
  };
}

/** Waits until everything that was answered stands in the append-only file. */
async function untilOnDisk(url: string): Promise<void> {
  const client = new Redis(url);
  try {
    await until("the append-only file is written", async () => {
      const info = await client.info("persistence");
      return info.includes("aof_buffer_length:0") && info.includes("aof_rewrite_in_progress:0");
    });
  } finally {
    client.disconnect();
  }
}

async function startContainer({ aof = "everysec", extra = [] }: RedisOptions): Promise<TestRedis> {
  const { GenericContainer } = await import("testcontainers");
  const container = await new GenericContainer("redis:7")
    .withExposedPorts(6379)
    .withCommand(["redis-server", "--save", "", ...persistence(aof), ...extra])
    .start();
  const url = `redis://${container.getHost()}:${container.getMappedPort(6379)}`;
  return external(url, async () => void (await container.stop()));
}

function external(url: string, stop: () => Promise<void>): TestRedis {
  const unable = async () => {
    throw new Error("only a redis-server that the tests started themselves can be killed and restarted");
  };
  return {
    url,
    port: Number(new URL(url).port || 6379),
    pid: undefined,
    stop,
    kill9: unable,
    restart: unable,
    snapshot: unable,
  };
}

function persistence(aof: "everysec" | "always" | "no"): string[] {
  return aof === "no" ? ["--appendonly", "no"] : ["--appendonly", "yes", "--appendfsync", aof];
}
