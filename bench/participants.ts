import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
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
  const child = spawn(program, [...args, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = once(child, "exit");
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return {
    port: (JSON.parse(line) as { port: number }).port,
    cpuUs: async () => cpuUsOf(child),
    async stop() {
      child.kill("SIGTERM");
      await exited;
      process.removeListener("exit", kill);
    },
  };
}

/** Ticks of 10 ms, which Linux tells; elsewhere 0. */
function cpuUsOf({ pid }: ChildProcess): number {
  if (process.platform !== "linux") return 0;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name before it is in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
