/**
 * Starts an orchestrator in development mode, in this process or in one of its own. This is the one place of the SDK that
 * knows the orchestrator's package, which is an optional peer of it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A running orchestrator. */
export interface RunningOrchestrator {
  grpcPort: number;
  stop(): Promise<void>;
}

/** The orchestrator's configuration, as in its file. */
export type Settings = Readonly<Record<string, unknown>>;

const require = createRequire(import.meta.url);

/** In this process: it starts faster, and a debugger sees all of it. */
export async function startInProcess(settings: Settings): Promise<RunningOrchestrator> {
  const [{ createOrchestrator }, { validateConfig }] = await Promise.all([
    import("@backstitch/orchestrator/orchestrator.ts"),
    import("@backstitch/orchestrator/config.ts"),
  ]);
  const orchestrator = createOrchestrator(validateConfig(settings, process.cwd()));
  try {
    return { ...(await orchestrator.start()), stop: () => orchestrator.stop() };
  } catch (error) {
    await orchestrator.stop().catch(() => {});
    throw error;
  }
}

/** In a process of its own: nothing of it runs on the test's event loop. */
export async function startProcess(settings: Settings): Promise<RunningOrchestrator> {
  const folder = await mkdtemp(join(tmpdir(), "backstitch-testing-"));
  const file = join(folder, "backstitch.json");
  await writeFile(file, JSON.stringify(settings));
  const program = require.resolve("@backstitch/orchestrator/main.ts");
  const child = spawn(process.execPath, [program, "--config", file], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = once(child, "exit");
  let complaint = "";
  child.stderr?.on("data", (chunk) => {
    complaint = `${complaint}${chunk}`.slice(-4000);
  });

  async function stop(): Promise<void> {
    // Nobody needs what a graceful end would hand over.
    kill();
    await exited;
    process.removeListener("exit", kill);
    await rm(folder, { recursive: true, force: true });
  }

  const ports = await Promise.race([once(child, "message"), exited.then(() => undefined)]);
  if (ports === undefined) {
    await stop();
    throw new Error(`the orchestrator ended at once:\n${complaint}`);
  }
  const { grpcPort } = ports[0] as { grpcPort: number };
  return { grpcPort, stop };
}

/** Deletes every key that begins with the prefix, or has it in its hash tag. */
export async function deleteKeys(redisUrl: string, prefix: string): Promise<void> {
  // The orchestrator's own client: the SDK has none.
  const { Redis } = createRequire(require.resolve("@backstitch/orchestrator/main.ts"))("ioredis");
  const redis = new Redis(redisUrl);
  try {
    for (const match of [`${prefix}:*`, `{${prefix}:*`, `{${prefix}}*`]) {
      let cursor = "0";
      do {
        const [next, keys] = await redis.scan(cursor, "MATCH", match, "COUNT", 1000);
        if (keys.length > 0) await redis.unlink(...keys);
        cursor = next;
      } while (cursor !== "0");
    }
  } finally {
    redis.disconnect();
  }
}
