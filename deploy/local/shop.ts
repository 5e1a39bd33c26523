import { join } from "node:path";
import type { Faults } from "../../participants/src/faults.ts";
import { type LedgerEntry, readLedger } from "../../participants/src/ledger.ts";
import { copyDefinitions } from "./definitions.ts";
import type { Environment, Processes, ReportingProcess } from "./processes.ts";
import { sampleCommand } from "./samples.ts";
import type { Language } from "./toolchains.ts";

/** The services that a shop has unless others are named. */
export const serviceNames = ["order", "inventory", "payment", "shipping"] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface ShopOptions<Name extends string = ServiceName> {
  /** Where the SQLite files go. */
  folder: string;
  /** Services of participants/. Default: `serviceNames`. */
  services?: readonly Name[];
  /** What each service is written in, built already. Default: TypeScript. */
  languages?: Partial<Record<Name, Language>>;
  /** Databases other than a SQLite file in the folder. */
  databases?: Partial<Record<Name, string>>;
  /** What goes wrong in every saga; see participants/src/faults.ts. */
  faults?: Faults;
  /** Default: free ones. */
  ports?: Partial<Record<Name, number>>;
  env?: Environment;
}

/** One service of the shop. It is started again when it ends by itself, on the same port. */
export interface ShopProcess {
  readonly address: string;
  /** `sqlite:FILE` or `postgres://DSN`. */
  readonly database: string;
  readonly pid: number;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  /** After stop or kill9. */
  start(): Promise<void>;
}

export interface Shop<Name extends string = ServiceName> {
  readonly services: Readonly<Record<Name, ShopProcess>>;
  /** For the orchestrator's configuration. */
  readonly addresses: Readonly<Record<Name, string>>;
  /** A folder with the definitions that these services can run. */
  readonly definitions: string;
  /** What was applied and undone in all the databases, oldest first; of one saga if given. */
  ledger(sagaId?: string): Promise<LedgerEntry[]>;
  stop(): Promise<void>;
}

/** Starts the services of the shop, each with a database of its own. */
export async function startShop<Name extends string = ServiceName>(
  processes: Processes,
  options: ShopOptions<Name>,
): Promise<Shop<Name>> {
  const names = options.services ?? (serviceNames as readonly string[] as readonly Name[]);
  const started = await Promise.all(
    names.map(async (name) => [name, await startService(processes, name, options)] as const),
  );
  const services = Object.fromEntries(started) as Record<Name, ShopProcess>;
  const all = Object.values<ShopProcess>(services);
  return {
    services,
    addresses: Object.fromEntries(started.map(([name, { address }]) => [name, address])) as Shop<Name>["addresses"],
    definitions: copyDefinitions(names, join(options.folder, "definitions")),
    async ledger(sagaId) {
      const ledgers = await Promise.all(all.map(({ database }) => readLedger(database, sagaId)));
      return ledgers.flat().sort((a, b) => a.at.getTime() - b.at.getTime());
    },
    async stop() {
      await Promise.all(all.map((service) => service.stop()));
    },
  };
}

async function startService<Name extends string>(
  processes: Processes,
  name: Name,
  options: ShopOptions<Name>,
): Promise<ShopProcess> {
  const command = sampleCommand(options.languages?.[name] ?? "typescript", name);
  const database = options.databases?.[name] ?? `sqlite:${join(options.folder, `${name}.db`)}`;
  const args = [...command.args, "--db", database, "--faults", JSON.stringify(options.faults ?? {})];
  let port = options.ports?.[name] ?? 0;
  let wanted = true;
  let current: ReportingProcess<{ port: number }>;

  async function start(): Promise<void> {
    wanted = true;
    current = await processes.startReporting(name, command.program, [...args, "--port", String(port)], options.env);
    port = current.ready.port;
    // A second failure in a row is left for the log to tell.
    void current.exited.then(() => (wanted ? start() : undefined)).catch(() => {});
  }

  await start();
  return {
    address: `127.0.0.1:${port}`,
    database,
    get pid() {
      return current.pid;
    },
    async stop() {
      wanted = false;
      await current.stop();
    },
    async kill9() {
      wanted = false;
      await current.kill9();
    },
    start,
  };
}
