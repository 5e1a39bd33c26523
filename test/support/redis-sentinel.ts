import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../../deploy/local/free-port.ts";
import { startLocalRedis, type TestRedis } from "./redis.ts";
import { removeFolder, startRedisProcess, temporaryFolder } from "./redis-process.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";
import { until } from "./until.ts";

export interface TestSentinel {
  readonly name: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly master: TestRedis;
  readonly replica: TestRedis;
  /** How the sentinel, the replica, and whoever asks the sentinel reach the master; `master.url` goes past it. */
  readonly path: TcpProxy;
  /** Whether the replica has everything that the master acknowledged. */
  isReplicated(): Promise<boolean>;
  stop(): Promise<void>;
}

/** A master, a replica of it and one sentinel that fails over within about a second of the master's death. */
export async function startSentinel(): Promise<TestSentinel> {
  const name = "backstitch";
  const master = await startLocalRedis();
  const path = await startTcpProxy(master.port);
  const replica = await startLocalRedis({ extra: ["--replicaof", "127.0.0.1", String(path.port)] });
  const folder = await temporaryFolder("sentinel");
  const port = await freePort();
  const file = join(folder, "sentinel.conf");
  await writeFile(
    file,
    `port ${port}
bind 127.0.0.1
dir ${folder}
sentinel monitor ${name} 127.0.0.1 ${path.port} 1
sentinel down-after-milliseconds ${name} 500
sentinel failover-timeout ${name} 3000
`,
  );
  const sentinel = await startRedisProcess([file, "--sentinel"], /\+monitor master/);
  const stop = async () => {
    await sentinel.end("SIGTERM");
    await Promise.all([master.stop(), replica.stop()]);
    await path.stop();
    await removeFolder(folder);
  };
  const client = new Redis({ host: "127.0.0.1", port });
  try {
    await until("the sentinel knows a replica in good order", async () => {
      const replicas = (await client.call("SENTINEL", "REPLICAS", name)) as string[][];
      return replicas.length === 1 && replicas[0]!.join(" ").includes("master-link-status ok");
    });
  } catch (thrown) {
    await stop();
    throw thrown;
  } finally {
    client.disconnect();
  }
  async function isReplicated(): Promise<boolean> {
    const admin = new Redis(master.url);
    try {
      await admin.set("replicated", Date.now());
      return (await admin.wait(1, 300)) === 1;
    } finally {
      admin.disconnect();
    }
  }

  return { name, sentinels: [{ host: "127.0.0.1", port }], master, replica, path, isReplicated, stop };
}
