import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { assertWorkflowName, type WorkflowName, workflowNames } from "./workflows.ts";

export const usage = `Usage: npm start -- [WORKFLOW] [--once] [options]

Starts Redis, an orchestrator and the services of a workflow, shows what happens to its sagas, and keeps serving until
Ctrl-C. Without a workflow: four sagas of the sample shop. The clock of the orchestrator can be moved; see
DevelopmentService. Workflows:

  ${workflowNames.slice(0, 5).join(", ")},
  ${workflowNames.slice(5).join(", ")}

  --once              end after the sagas: status 0 if all ended as they should, else 1
  --grpc-port PORT    where to serve gRPC; default: a free port, as for the next three
  --connect-port PORT where to serve Connect, gRPC-Web and JSON
  --ops-port PORT     where to serve metrics and health
  --redis-port PORT   where to run Redis
  --data FOLDER       databases and logs go into its subfolder "local", which is emptied at the start
                      (default: .backstitch in the repository)
  --help              show this

BACKSTITCH_REDIS_URL: use this Redis in place of one of our own.`;

/** What `npm start` was asked for. */
export interface Arguments {
  /** undefined: the shop. */
  workflow: WorkflowName | undefined;
  once: boolean;
  help: boolean;
  /** Absolute. */
  data: string;
  ports: { grpc?: number; connect?: number; ops?: number; redis?: number };
}

/** Reads the command line; throws a TypeError that says what is wrong. */
export function parseArguments(args: readonly string[], defaultData: string): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      once: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      data: { type: "string", default: defaultData },
      "grpc-port": { type: "string" },
      "connect-port": { type: "string" },
      "ops-port": { type: "string" },
      "redis-port": { type: "string" },
    },
  });
  const port = (name: "grpc" | "connect" | "ops" | "redis") => {
    const text = values[`${name}-port`];
    if (text === undefined) return undefined;
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= 1 && number <= 65_535) return number;
    throw new TypeError(`--${name}-port: "${text}" is no port`);
  };
  const [workflow, ...more] = positionals;
  if (workflow !== undefined) assertWorkflowName(workflow);
  if (more.length > 0) throw new TypeError(`One workflow at a time, not "${positionals.join(" ")}"`);
  return {
    workflow,
    once: values.once,
    help: values.help,
    data: resolve(values.data),
    ports: { grpc: port("grpc"), connect: port("connect"), ops: port("ops"), redis: port("redis") },
  };
}
