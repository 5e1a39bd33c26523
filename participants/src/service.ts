import { parseArgs } from "node:util";
import { type Action, type BarrierHandlers, participant } from "@backstitch/sdk";
import { pino } from "pino";
import { type Database, openDatabase, type Sql } from "./database/database.ts";
import { type Faults, parseFaults, withFaults } from "./faults.ts";
import { ledgerSchema, withLedger } from "./ledger.ts";
import { tokensSchema } from "./tokens.ts";

/** A participant of the shop: what it keeps and what it does. */
export interface ShopService {
  /** The participant's name in the orchestrator's configuration. */
  name: string;
  /** Creates the tables, in SQL for both databases; statements are separated by semicolons. */
  schema: string;
  actions: Readonly<Record<string, BarrierHandlers<Sql>>>;
  /** Actions that see to barrier and ledger themselves. Default: none. */
  ownActions?(database: Database): Readonly<Record<string, Action>>;
}

/** A running service. */
export interface RunningService {
  port: number;
  /** Lets calls in flight end, then closes the database. */
  stop(): Promise<void>;
}

/** How a service runs. */
export interface ServiceOptions {
  port: number;
  /** `sqlite:FILE` or `postgres://DSN`. */
  db: string;
  faults?: Faults;
  /** Whether the Serve stream is offered. Default: true. */
  serve?: boolean;
}

/** Opens the database and serves the actions behind barrier, ledger and fault switches. Port 0 takes a free one. */
export async function startService(service: ShopService, options: ServiceOptions): Promise<RunningService> {
  const database = await openDatabase(options.db);
  try {
    await database.migrate(`${ledgerSchema}${tokensSchema}${service.schema}`);
    // Standard output belongs to the line that says that the service is ready.
    const logger = pino({ name: service.name, base: undefined }, pino.destination(2));
    const own = service.ownActions?.(database);
    const actions = withFaults({ ...guard(service, database), ...own }, options.faults ?? {});
    const server = participant({ [service.name]: actions }, { logger, serve: options.serve });
    const { port } = await server.listen(options.port);
    logger.info({ port }, "listening");
    return {
      port,
      async stop() {
        await server.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function guard(service: ShopService, database: Database): Record<string, Action> {
  const guarded = Object.entries(service.actions).map(([name, handlers]): [string, Action] => [
    name,
    database.action(withLedger(handlers)),
  ]);
  return Object.fromEntries(guarded);
}

/**
 * The main program of a service: `node main.ts --port 7001 --db sqlite:order.db`. When it listens it writes
 * `{"ready":true,"port":7001}` to standard output, and nothing else ever; logs go to standard error. Started with an IPC
 * channel, it reports the same there and ends when its parent does.
 */
export async function runService(service: ShopService): Promise<void> {
  const usage = `Usage: node main.ts --db sqlite:FILE|postgres://DSN [--port PORT] [--faults JSON] [--serve on|off]

  The ${service.name} service of the sample shop, on the loopback interface.
  --port    default: a free one, which the line on standard output names
  --faults  see faults.ts
  --serve   whether the Serve stream is offered beside the unary calls; default: on`;
  let running: RunningService | undefined;
  const stop = async () => {
    await running?.stop();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT", "disconnect"] as const) process.once(signal, stop);
  try {
    running = await startService(service, readArguments());
    const ready = { ready: true, port: running.port };
    console.log(JSON.stringify(ready));
    process.send?.(ready);
  } catch (error) {
    console.error(error instanceof TypeError ? `${error.message}\n\n${usage}` : error);
    process.exit(error instanceof TypeError ? 2 : 1);
  }
}

/** Throws a TypeError that names what is wrong. */
function readArguments(): ServiceOptions {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      db: { type: "string" },
      faults: { type: "string" },
      serve: { type: "string", default: "on" },
    },
  });
  const { db, serve } = values;
  const port = Number(values.port);
  if (db === undefined) throw new TypeError("--db is missing");
  if (!(Number.isInteger(port) && port >= 0 && port < 65_536)) throw new TypeError("--port is 0 to 65535");
  if (serve !== "on" && serve !== "off") throw new TypeError("--serve is on or off");
  return { port, db, faults: readFaults(values.faults), serve: serve === "on" };
}

function readFaults(text: string | undefined): Faults {
  try {
    return parseFaults(text);
  } catch {
    throw new TypeError("--faults is a JSON object");
  }
}
