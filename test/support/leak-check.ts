import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestProject } from "vitest/node";
import { buildFolder } from "./built-samples.ts";

/** How long processes that were told to end may take, in milliseconds. */
const GRACE_MS = 5_000;

interface LiveProcess {
  pid: number;
  command: string;
}

/**
 * Vitest's global set-up: gives the run a folder of its own for temporary files. When the run is over it fails if the
 * tests left processes or files behind, naming them. Only what carries the run's own marker is looked at or ended.
 */
export default function setup({ config, vitest }: TestProject): () => Promise<void> {
  const { BACKSTITCH_TEST_RUN: run, TMPDIR: folder } = config.env as Record<string, string>;
  if (!run || !folder) throw new Error("vitest.config.ts does not name the test run");
  mkdirSync(folder);

  return async () => {
    const processes = await processesAfterGrace(run);
    for (const { pid } of processes) endIfStillOurs(pid, run);

    const files = readdirSync(folder, { recursive: true })
      .map(String)
      .filter((file) => !isLockOfTestcontainers(file) && !buildFolder.test(file));
    // After a failure what is left is evidence.
    const keep = files.length > 0 && vitest.state.getCountOfFailedTests() > 0;
    if (keep) console.log(`Files of failed tests are in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });

    const leaks = processes.map(({ pid, command }) => `process ${pid}: ${command}`);
    if (!keep) leaks.push(...files.slice(0, 20).map((file) => `file: ${file}`));
    if (leaks.length > 0) throw new Error(`The tests left behind:\n  ${leaks.join("\n  ")}`);
  };
}

/** Testcontainers never removes the file by which its processes keep out of each other's way. */
function isLockOfTestcontainers(file: string): boolean {
  return /^testcontainers-node-\d*\.lock$/.test(file);
}

async function processesAfterGrace(run: string): Promise<LiveProcess[]> {
  const deadline = Date.now() + GRACE_MS;
  let alive = processesOf(run);
  while (alive.length > 0 && Date.now() < deadline) {
    await sleep(50);
    alive = processesOf(run);
  }
  return alive;
}

/** The processes that carry the run's marker, vitest's own workers aside. Found on Linux only, where /proc has them. */
function processesOf(run: string): LiveProcess[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.flatMap((pid) => {
    if (pid === process.pid || !carriesMarker(pid, run)) return [];
    const command = read(pid, "cmdline").replaceAll("\0", " ").trim();
    return command.includes("/vitest/dist/") ? [] : [{ pid, command: command.slice(0, 200) }];
  });
}

function carriesMarker(pid: number, run: string): boolean {
  return `\0${read(pid, "environ")}`.includes(`\0BACKSTITCH_TEST_RUN=${run}\0`);
}

/** Empty for a process that has ended or belongs to another user. */
function read(pid: number, file: "environ" | "cmdline"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function endIfStillOurs(pid: number, run: string): void {
  if (!carriesMarker(pid, run)) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
