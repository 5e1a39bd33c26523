import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../orchestrator/bin/backstitch.mjs", import.meta.url));

/** The orchestrator as it is deployed, while it runs. */
export interface RunningProgram {
  readonly pid: number;
  readonly grpcPort: number;
  readonly connectPort: number;
  /** From the start of the process until it serves. */
  readonly startMs: number;
}

/** Starts the program on a Redis, does something with it, and ends it. */
export async function withProgram<T>(
  settings: { readonly redisUrl: string; readonly keyPrefix: string },
  meanwhile: (program: RunningProgram) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "backstitch-bench-"));
  const config = join(folder, "backstitch.json");
  const listeners = { grpc: { port: 0 }, connect: { port: 0 }, ops: { port: 0 } };
  const { redisUrl, keyPrefix } = settings;
  writeFileSync(
    config,
    JSON.stringify({ redis: { url: redisUrl }, key_prefix: keyPrefix, log_level: "error", ...listeners }),
  );
  const from = performance.now();
  const child = fork(PROGRAM, ["--config", config]);
  const ended = new Promise<never>((_, reject) =>
    child.once("exit", () => reject(new Error("the orchestrator ended"))),
  );
  try {
    const ready = new Promise<{ grpcPort: number; connectPort: number }>((resolve) =>
      child.once("message", (ports) => resolve(ports as never)),
    );
    const ports = await Promise.race([ready, ended]);
    return await meanwhile({ ...ports, pid: child.pid!, startMs: performance.now() - from });
  } finally {
    child.kill("SIGTERM");
    await ended.catch(() => undefined);
    rmSync(folder, { recursive: true });
  }
}
