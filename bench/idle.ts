import { execFileSync, fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../orchestrator/bin/backstitch.mjs", import.meta.url));
const SETTLE_MS = 3000;

/**
 * Resident memory of an orchestrator that has nothing to do, in MiB: of the program as it is deployed, from its second
 * start on (the first one compiles).
 */
export async function measureIdleRss(redisUrl: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "backstitch-bench-"));
  const config = join(folder, "idle.json");
  const listeners = { grpc: { port: 0 }, connect: { port: 0 }, ops: { port: 0 } };
  writeFileSync(
    config,
    JSON.stringify({ redis: { url: redisUrl }, key_prefix: "idle", log_level: "error", ...listeners }),
  );
  try {
    await startAndStop(config, async () => undefined);
    return await startAndStop(config, async (pid) => {
      await sleep(SETTLE_MS);
      return Math.round(Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function startAndStop<T>(config: string, meanwhile: (pid: number) => Promise<T>): Promise<T> {
  const child = fork(PROGRAM, ["--config", config]);
  const ended = new Promise<never>((_, reject) =>
    child.once("exit", () => reject(new Error("the orchestrator ended"))),
  );
  try {
    await Promise.race([new Promise((resolve) => child.once("message", resolve)), ended]);
    return await meanwhile(child.pid!);
  } finally {
    child.kill("SIGTERM");
    await ended.catch(() => undefined);
  }
}
