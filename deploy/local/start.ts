/** `npm start`: the whole of Backstitch on this machine, four sagas to look at, and then a server to play with. */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { createClient } from "../../sdk/typescript/src/index.ts";
import { type Arguments, parseArguments, usage } from "./arguments.ts";
import { type DataFolder, takeDataFolder } from "./data-folder.ts";
import { hints } from "./hints.ts";
import { startOrchestrator } from "./orchestrator.ts";
import { createProcesses, type Processes } from "./processes.ts";
import { startRedis } from "./redis.ts";
import { head, report } from "./report.ts";
import { perform, type Stage, scenarios } from "./scenarios.ts";
import { startShop } from "./shop.ts";
import type { Paint } from "./timeline.ts";

const definitions = fileURLToPath(new URL("../../participants/definitions", import.meta.url));
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
  const stage = await build(args, folder, processes);
  console.log(head(paint));
  const id = randomBytes(2).toString("hex");
  let status = 0;
  for (const [i, scenario] of scenarios.entries()) {
    const performance = await perform(scenario, `demo-${id}-${i + 1}`, stage).catch((error: Error) => {
      throw new Error(`"${scenario.title}" broke off: ${error.message}\n\n${logOf(processes)}`);
    });
    console.log(report(scenario, performance, columns, paint));
    if (performance.surprises.length > 0) status = 1;
  }
  stage.client.close();
  if (status !== 0) console.error(logOf(processes));
  if (args.once) return status;
  const { orchestrator } = stage;
  void orchestrator.exited.then((how) => lost(`The orchestrator ended with ${how}`));
  console.log(`${hints(orchestrator)}\n\n${paint("bold", "Ctrl-C ends everything.")}`);
  return status;
}

async function build(args: Arguments, folder: DataFolder, processes: Processes): Promise<Stage> {
  const { grpc, connect, ops } = args.ports;
  const [redis, shop] = await Promise.all([
    startRedis(processes, folder.redis, args.ports.redis),
    startShop(processes, { folder: folder.shop }),
  ]);
  const orchestrator = await startOrchestrator(processes, {
    redisUrl: redis.url,
    participants: shop.addresses,
    // A short lease, so that nobody has to wait long for a new process to take over from a killed one.
    settings: { definitions, lease: "1s", grace: "3s", reflection: true },
    ports: { grpcPort: grpc, connectPort: connect, opsPort: ops },
  });
  const client = createClient({ address: `127.0.0.1:${orchestrator.grpcPort}` });
  console.log(`Redis        ${redis.url}   ${paint("gray", redis.about)}`);
  console.log(`Orchestrator 127.0.0.1:${orchestrator.grpcPort}   ${paint("gray", `process ${orchestrator.pid}`)}`);
  for (const [name, { address, database }] of Object.entries(shop.services)) {
    console.log(`${name.padEnd(12)} ${address}   ${paint("gray", database)}`);
  }
  return { client, shop, orchestrator };
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
