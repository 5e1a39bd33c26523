import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startOrchestrator } from "../deploy/local/orchestrator.ts";
import { createProcesses } from "../deploy/local/processes.ts";

/** The orchestrator as it is deployed, while it runs. */
export interface RunningProgram {
  readonly pid: number;
  readonly grpcPort: number;
  /** From the start of the process until it serves. */
  readonly startMs: number;
}

/** Starts the program on a Redis, does something with it, and ends it. */
export async function withProgram<T>(
  { redisUrl, keyPrefix }: { readonly redisUrl: string; readonly keyPrefix: string },
  meanwhile: (program: RunningProgram) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "backstitch-bench-"));
  const processes = createProcesses(folder);
  try {
    const settings = { key_prefix: keyPrefix, log_level: "error" };
    const from = performance.now();
    const { pid, grpcPort } = await startOrchestrator(processes, { redisUrl, participants: {}, settings });
    return await meanwhile({ pid, grpcPort, startMs: performance.now() - from });
  } finally {
    await processes.stopAll();
    rmSync(folder, { recursive: true });
  }
}
