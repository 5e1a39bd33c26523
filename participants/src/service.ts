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
}

/** A running service. */
export interface RunningService {
  port: number;
  /** Lets calls in flight end, then closes the database. */
  stop(): Promise<void>;
}

/** Opens the database and serves the actions behind barrier, ledger and fault switches. Port 0 takes a free one. */
export async function startService(
  service: ShopService,
  options: { port: number; db: string; faults?: Faults },
): Promise<RunningService> {
  const database = await openDatabase(options.db);
  try {
    await database.migrate(`${ledgerSchema}${tokensSchema}${service.schema}`);
    const logger = pino({ name: service.name, base: undefined });
    const actions = withFaults(guard(service, database), options.faults ?? {});
    const server = participant({ [service.name]: actions }, { logger });
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
 * The main program of a service: `node main.ts --port 7001 --db sqlite:order.db`. Started with an IPC channel, it
 * reports `{ready: true, port}` and ends when its parent does.
 */
export async function runService(service: ShopService): Promise<void> {
  const usage = `Usage: node main.ts --db sqlite:FILE|postgres://DSN [--port PORT] [--faults JSON]

  The ${service.name} service of the sample shop, on the loopback interface.
  --port    default: a free one, which the log names
  --faults  see faults.ts`;
  let running: RunningService | undefined;
  const stop = async () => {
    await running?.stop();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT", "disconnect"] as const) process.once(signal, stop);
  try {
    const { values } = parseArgs({
      options: { port: { type: "string", default: "0" }, db: { type: "string" }, faults: { type: "string" } },
    });
    if (values.db === undefined) throw new TypeError("--db is missing");
    running = await startService(service, {
      port: Number(values.port),
      db: values.db,
      faults: parseFaults(values.faults),
    });
    process.send?.({ ready: true, port: running.port });
  } catch (error) {
    console.error(error instanceof TypeError ? `${error.message}\n\n${usage}` : error);
    process.exit(error instanceof TypeError ? 2 : 1);
  }
}
