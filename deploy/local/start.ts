/** `npm start`: the whole of Backstitch on this machine, sagas to look at, and then a server to play with. */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import type { Workflow } from "../../participants/scenarios/scenario.ts";
import { type Arguments, parseArguments, usage } from "./arguments.ts";
import { cast, languagesOf, type Role } from "./cast.ts";
import { type DataFolder, takeDataFolder } from "./data-folder.ts";
import { hints, workflowHints } from "./hints.ts";
import { perform } from "./perform.ts";
import { createProcesses, type Processes } from "./processes.ts";
import { startRedis } from "./redis.ts";
import { head, report } from "./report.ts";
import { shop } from "./scenarios.ts";
import { type Stage, startStage } from "./stage.ts";
import type { Paint } from "./timeline.ts";
import { loadWorkflow, workflowNames } from "./workflows.ts";

const defaultData = fileURLToPath(new URL("../../.backstitch", import.meta.url));

/** styleText leaves colours out where the output is no terminal or NO_COLOR is set. */
const paint: Paint = (style, text) => styleText(style, text, { stream: process.stdout });
const columns = process.stdout.columns ?? 120;

/** Why the program is to end. */
type Ending = { kind: "signal"; signal: NodeJS.Signals } | { kind: "lost"; what: string };

async function main(args: Arguments): Promise<number> {
  const folder = takeDataFolder(args.data);
  const processes = createProcesses(folder.logs);
  const ending = Promise.withResolvers<Ending>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => ending.resolve({ kind: "signal", signal }));
  }
  try {
    const show = run(args, folder, processes, (what) => ending.resolve({ kind: "lost", what }));
    const outcome = await Promise.race([show, ending.promise]);
    // What the show still does fails as its processes are stopped.
    show.catch(() => {});
    if (typeof outcome === "number" && args.once) return outcome;
    const end = typeof outcome === "number" ? await ending.promise : outcome;
    if (end.kind === "lost") throw new Error(`${end.what}. Logs are in ${folder.logs}`);
    console.log("\nStopping ...");
    return typeof outcome === "number" ? outcome : 130;
  } finally {
    await processes.stopAll();
    folder.release();
  }
}

/** Starts everything and shows the scenarios; gives the exit status. Everything still runs then. */
async function run(
  args: Arguments,
  folder: DataFolder,
  processes: Processes,
  lost: (what: string) => void,
): Promise<number> {
  const workflow = args.workflow === undefined ? shop : await loadWorkflow(args.workflow);
  const stage = await build(workflow, args, folder, processes);
  console.log(head(paint));
  const id = `demo-${randomBytes(2).toString("hex")}`;
  let status = 0;
  for (const [i, scenario] of workflow.scenarios.entries()) {
    const performance = await perform(scenario, `${id}-${scenario.name}`, stage).catch((error: Error) => {
      throw new Error(`"${scenario.title}" broke off: ${error.message}\n\n${logOf(processes)}`);
    });
    console.log(report(i + 1, scenario, performance, columns, paint));
    if (performance.surprises.length > 0) status = 1;
  }
  const now = await stage.advance(0);
  stage.close();
  if (status !== 0) console.error(logOf(processes));
  if (args.workflow === undefined) console.log(`${others}\n`);
  if (args.once) return status;
  const { orchestrator } = stage;
  void orchestrator.exited.then((how) => lost(`The orchestrator ended with ${how}`));
  const lines = args.workflow === undefined ? hints(orchestrator) : workflowHints(workflow, now, orchestrator);
  console.log(`${lines}\n\n${paint("bold", "Ctrl-C ends everything.")}`);
  return status;
}

/** The line that leads on from the shop. */
const others = `There are ten workflows to look at, \`npm start -- NAME\`: ${workflowNames.join(", ")}.`;

async function build(workflow: Workflow, args: Arguments, folder: DataFolder, processes: Processes): Promise<Stage> {
  const { grpc, connect, ops } = args.ports;
  const redis = await startRedis(processes, folder.redis, args.ports.redis);
  const roles = await castAloud(workflow.services);
  const stage = await startStage(processes, {
    redisUrl: redis.url,
    services: workflow.services,
    languages: languagesOf(roles),
    folder: folder.shop,
    settings: { reflection: true },
    ports: { grpcPort: grpc, connectPort: connect, opsPort: ops },
  });
  const { orchestrator, shop } = stage;
  console.log(`Redis        ${redis.url}   ${paint("gray", redis.about)}`);
  console.log(`Orchestrator 127.0.0.1:${orchestrator.grpcPort}   ${paint("gray", `process ${orchestrator.pid}`)}`);
  for (const [name, { address, database }] of Object.entries(shop.services)) {
    console.log(`${name.padEnd(12)} ${address}   ${paint("gray", `${roles[name]!.about}, ${database}`)}`);
  }
  return stage;
}

/** Says so where it takes longer than a moment: the first time services in other languages are built. */
async function castAloud(services: readonly string[]): Promise<Record<string, Role>> {
  const slow = setTimeout(
    () => console.log(paint("gray", "Building the services that are not in TypeScript ...")),
    1_500,
  );
  try {
    return await cast(services);
  } finally {
    clearTimeout(slow);
  }
}

function logOf(processes: Processes): string {
  return `The orchestrator's log in ${processes.logs} ends with:\n${processes.tail("orchestrator")}\n`;
}

function entry(): Arguments | number {
  try {
    const args = parseArguments(process.argv.slice(2), defaultData);
    if (!args.help) return args;
    console.log(usage);
    return 0;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
}

const asked = entry();
try {
  process.exit(typeof asked === "number" ? asked : await main(asked));
} catch (error) {
  console.error(`\n${(error as Error).message}`);
  process.exit(1);
}
