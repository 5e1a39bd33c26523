import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProcesses } from "../deploy/local/processes.ts";
import { sampleCommand } from "../deploy/local/samples.ts";
import { startChild } from "./child.ts";
import type { ParticipantLanguage, Transport } from "./options.ts";

/** A participant of the benchmark in a process of its own. */
export interface BenchParticipant {
  readonly port: number;
  /** CPU time used so far, in microseconds. */
  cpuUs(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one; in another language than TypeScript it has been built before. */
export async function startParticipant(
  language: ParticipantLanguage,
  name: string,
  transport: Transport,
): Promise<BenchParticipant> {
  if (language !== "typescript") return startForeign(language, name, transport);
  const child = await startChild<object, number>("participant.ts", [
    `--name=${name}`,
    `--serve=${transport === "serve"}`,
  ]);
  return { port: await child.ask({}), cpuUs: () => child.cpuUs(), stop: () => child.stop() };
}

async function startForeign(
  language: ParticipantLanguage,
  name: string,
  transport: Transport,
): Promise<BenchParticipant> {
  const { program, args } = sampleCommand(language, "bench");
  const options = ["--name", name, "--serve", transport === "serve" ? "on" : "off"];
  const folder = mkdtempSync(join(tmpdir(), "backstitch-bench-"));
  const processes = createProcesses(folder);
  const { pid, ready } = await processes.startReporting<{ port: number }>(name, program, [...args, ...options]);
  return {
    port: ready.port,
    cpuUs: async () => cpuUsOf(pid),
    async stop() {
      await processes.stopAll();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Ticks of 10 ms, which Linux tells; elsewhere 0. */
function cpuUsOf(pid: number): number {
  if (process.platform !== "linux") return 0;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name before it is in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
