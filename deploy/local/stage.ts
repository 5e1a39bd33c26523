import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { countEffects, readLedger } from "../../participants/src/ledger.ts";
import { type Duration, toMs } from "../../sdk/typescript/src/duration.ts";
import { type Client, createClient } from "../../sdk/typescript/src/index.ts";
import { createAdvance } from "../../sdk/typescript/src/testing/clock.ts";
import { createConnection } from "../../sdk/typescript/src/transport.ts";
import { type OrchestratorOptions, type OrchestratorProcess, startOrchestrator } from "./orchestrator.ts";
import type { Processes } from "./processes.ts";
import { type Shop, startShop } from "./shop.ts";
import type { Language } from "./toolchains.ts";

/** Where scenarios are performed: a development server and the services of a workflow, each a process. */
export interface Stage {
  readonly client: Client;
  readonly shop: Shop<string>;
  /** The one that runs now: killOrchestrator changes it. */
  readonly orchestrator: OrchestratorProcess;
  /** Moves the clock of the server and that of the services, by a duration or to a time; gives the time it then shows. */
  advance(time: Duration | Date): Promise<Date>;
  /** What the services' databases say was done and undone for a saga and its children, by "service.action". */
  effects(sagaId: string): Promise<Effects>;
  /** SIGKILL, then a new process on the same ports; gives when there was none. */
  killOrchestrator(): Promise<{ from: Date; to: Date }>;
  /** Closes connections; the processes are those of `processes`. */
  close(): void;
}

export type Effects = Record<string, [done: number, undone: number]>;

export interface StageOptions {
  redisUrl: string;
  services: readonly string[];
  /** What each service is written in, built already. Default: TypeScript. */
  languages?: Readonly<Record<string, Language>>;
  /** Where the databases of the services go. */
  folder: string;
  /** Further settings of the orchestrator. */
  settings?: OrchestratorOptions["settings"];
  ports?: OrchestratorOptions["ports"];
}

/** A clock is moved from timer to timer, which takes its time when it is moved by weeks. */
const advanceWithinMs = 60_000;

/** Starts the services and the orchestrator. */
export async function startStage(processes: Processes, options: StageOptions): Promise<Stage> {
  const { redisUrl, services, languages, folder, settings, ports } = options;
  const clock = join(folder, "clock");
  writeFileSync(clock, "0");
  const shop = await startShop(processes, { folder, services, languages, env: { SHOP_CLOCK: clock } });
  let orchestrator = await startOrchestrator(processes, {
    redisUrl,
    participants: shop.addresses,
    // A short lease, so that nobody has to wait long for a new process to take over from a killed one.
    settings: { definitions: shop.definitions, development: true, lease: "1s", ...settings },
    ports,
  });
  const address = `127.0.0.1:${orchestrator.grpcPort}`;
  const client = createClient({ address });
  const connection = createConnection({ address });
  const moveClock = createAdvance(connection.transport, advanceWithinMs);

  async function advance(time: Duration | Date): Promise<Date> {
    // Services that are called on the way already see the time at which the clock will stand.
    if (time instanceof Date) setClock(time.getTime());
    else if (toMs(time) > 0) setClock((await moveClock(0)).now.getTime() + toMs(time));
    return (await moveClock(time)).now;
  }

  function setClock(ms: number): void {
    writeFileSync(clock, String(Math.max(0, ms - Date.now())));
  }

  setClock((await moveClock(0)).now.getTime());
  return {
    client,
    shop,
    get orchestrator() {
      return orchestrator;
    },
    advance,
    async effects(sagaId) {
      const own = await Promise.all(services.map((service) => effectsOf(service, shop, sagaId)));
      return Object.fromEntries(own.flat());
    },
    async killOrchestrator() {
      const from = new Date();
      await orchestrator.kill9();
      orchestrator = await orchestrator.restart();
      return { from, to: new Date() };
    },
    close() {
      client.close();
      connection.close();
    },
  };
}

async function effectsOf(service: string, shop: Shop<string>, sagaId: string): Promise<[string, Effects[string]][]> {
  const ledger = await readLedger(shop.services[service]!.database);
  const own = ledger.filter((entry) => entry.sagaId === sagaId || entry.sagaId.startsWith(`${sagaId}.`));
  return Object.entries(countEffects(own)).map(([action, { done, undone }]) => [
    `${service}.${action}`,
    [done, undone],
  ]);
}
