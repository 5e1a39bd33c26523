import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../../deploy/local/free-port.ts";
import { startLocalRedis, type TestRedis } from "./redis.ts";
import { removeFolder, startRedisProcess, temporaryFolder } from "./redis-process.ts";
import { until } from "./until.ts";

export interface TestSentinel {
  readonly name: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly master: TestRedis;
  readonly replica: TestRedis;
  stop(): Promise<void>;
}

/** A master, a replica of it and one sentinel that fails over within about a second of the master's death. */
export async function startSentinel(): Promise<TestSentinel> {
  const name = "backstitch";
  const master = await startLocalRedis();
  const replica = await startLocalRedis({ extra: ["--replicaof", "127.0.0.1", String(master.port)] });
  const folder = await temporaryFolder("sentinel");
  const port = await freePort();
  const file = join(folder, "sentinel.conf");
  await writeFile(
    file,
    `port ${port}
bind 127.0.0.1
dir ${folder}
sentinel monitor ${name} 127.0.0.1 ${master.port} 1
sentinel down-after-milliseconds ${name} 500
sentinel failover-timeout ${name} 3000
`,
  );
  const sentinel = await startRedisProcess([file, "--sentinel"], /\+monitor master/);
  const stop = async () => {
    await sentinel.end("SIGTERM");
    await Promise.all([master.stop(), replica.stop()]);
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
  return { name, sentinels: [{ host: "127.0.0.1", port }], master, replica, stop };
}
