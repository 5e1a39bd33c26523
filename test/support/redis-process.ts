import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRedisServer } from "../../deploy/local/redis-server.mjs";

const START_DEADLINE_MS = 15_000;
const running = new Set<ChildProcess>();

// A test run that dies takes its servers with it.
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export interface RedisProcess {
  readonly pid: number;
  /** Resolves when the process is gone. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** Runs `redis-server` with these arguments until it prints a line that matches `ready`. `env` is added to our own. */
export async function startRedisProcess(
  args: readonly string[],
  ready: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<RedisProcess> {
  const child = spawn(findRedisServer()?.path ?? "redis-server", args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  running.add(child);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void exited.then(() => running.delete(child));
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    child.kill(signal);
    await exited;
  };
  try {
    await untilPrinted(child, exited, ready);
  } catch (thrown) {
    await end("SIGKILL");
    throw thrown;
  }
  return { pid: child.pid!, end };
}

async function untilPrinted(child: ChildProcess, exited: Promise<void>, ready: RegExp): Promise<void> {
  let output = "";
  let timer: NodeJS.Timeout | undefined;
  const failure = (what: string) => new Error(`redis-server ${what}:\n${output}`);
  try {
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.stderr!.on("data", (chunk) => (output += chunk));
      child.stdout!.on("data", (chunk) => {
        output += chunk;
        if (ready.test(output)) resolve();
      });
      void exited.then(() => reject(failure("ended at once")));
      timer = setTimeout(() => reject(failure("was not ready in time")), START_DEADLINE_MS);
    });
  } finally {
    clearTimeout(timer);
    // Kept flowing, or the server would block on a full pipe.
    child.stdout!.removeAllListeners("data").resume();
    child.stderr!.removeAllListeners("data").resume();
  }
}

export function temporaryFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `backstitch-${name}-`));
}

export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 5 });
}
