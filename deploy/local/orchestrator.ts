import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment, Processes, RunningProcess } from "./processes.ts";

/** An orchestrator in a process of its own. */
export interface OrchestratorOptions {
  /** Default: what `settings` say. */
  redisUrl?: string;
  /** The address of each participant, or all of its configuration but the name. */
  participants: Readonly<Record<string, string | ParticipantSettings>>;
  /** Further settings of the configuration file. */
  settings?: Readonly<Record<string, unknown>>;
  env?: Environment;
  /** Default: free ones. */
  ports?: Partial<OrchestratorPorts>;
  /** Names the process and its log. Default "orchestrator". */
  name?: string;
}

export type ParticipantSettings = { address: string } & Record<string, unknown>;

export interface OrchestratorPorts {
  grpcPort: number;
  connectPort: number;
  opsPort: number;
}

export interface OrchestratorProcess extends RunningProcess, OrchestratorPorts {
  /** Starts it again on the same ports, once it has ended; with this environment if given. */
  restart(env?: Environment): Promise<OrchestratorProcess>;
}

const program = fileURLToPath(new URL("../../orchestrator/bin/backstitch.mjs", import.meta.url));

/** Starts an orchestrator on the loopback interface and waits until it is ready. */
export async function startOrchestrator(
  processes: Processes,
  options: OrchestratorOptions,
): Promise<OrchestratorProcess> {
  const { redisUrl, participants, settings = {}, ports = {}, name = "orchestrator", env } = options;
  const config = {
    grpc: { port: ports.grpcPort ?? 0 },
    connect: { port: ports.connectPort ?? 0 },
    ops: { port: ports.opsPort ?? 0 },
    ...settings,
    ...(redisUrl !== undefined && { redis: { url: redisUrl } }),
    participants: Object.entries(participants).map(([name, at]) =>
      typeof at === "string" ? { name, address: at } : { name, ...at },
    ),
  };
  const file = join(processes.logs, `${name}-${randomUUID().slice(0, 8)}.json`);
  writeFileSync(file, JSON.stringify(config, undefined, 2));
  const started = await processes.startNode<OrchestratorPorts>(name, program, ["--config", file], env);
  const { grpcPort, connectPort, opsPort } = started.ready;
  const used = { grpcPort, connectPort, opsPort };
  return {
    ...started,
    ...used,
    restart: (env) => startOrchestrator(processes, { ...options, ports: used, env: env ?? options.env }),
  };
}
