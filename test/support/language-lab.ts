import type { OrchestratorProcess } from "../../deploy/local/orchestrator.ts";
import type { ShopProcess } from "../../deploy/local/shop.ts";
import type { Language } from "../../deploy/local/toolchains.ts";
import type { Faults } from "../../participants/src/faults.ts";
import { countEffects, type LedgerEntry } from "../../participants/src/ledger.ts";
import { type Client, isFinal, type Saga, type SagaBuilder, saga } from "../../sdk/typescript/src/index.ts";
import { builtSamples } from "./built-samples.ts";
import { neverOpen } from "./lab.ts";
import { untilSettled } from "./order-traffic.ts";
import { overBothTransports, type TransportName } from "./quick-order.ts";
import { startShopSystem } from "./shop.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** What became of a number of sagas. */
export interface Outcome {
  completed: number;
  compensated: number;
  suspended: number;
}

/** Redis, an orchestrator, and the conformance participant of a language with a database of its own. */
export interface LanguageLab {
  readonly orchestrator: OrchestratorProcess;
  readonly participant: ShopProcess;
  /** Stands before the participant, where it is called `far_serve` and `far_unary`. */
  readonly proxy: TcpProxy;
  readonly client: Client;
  /** Starts a saga of the steps a, b and c, whose actions write into the participant's ledger. */
  start(sagaId: string, transport: TransportName, faults: Faults, options?: StartOptions): Promise<Saga>;
  /** Runs as many until each is final or suspended, and holds them against the ledger: see `breachesOf`. */
  run(name: string, transport: TransportName, count: number, faults: Faults, patience?: Patience): Promise<Run>;
  /** Holds sagas that have ended against the ledger. Throws an Error that names every breach. */
  tally(sagaIds: readonly string[]): Promise<Outcome>;
  /** What was applied and undone for a saga, by action. */
  effects(sagaId: string): Promise<Record<string, [done: number, undone: number]>>;
  /** When something happened to a step, in milliseconds since the epoch. */
  timesOf(sagaId: string, kind: string, step: string): Promise<number[]>;
  /** What the barrier keeps of a step's Do. */
  doAnswer(sagaId: string, step: string): Promise<{ kind: string; code?: string } | undefined>;
  end(): Promise<void>;
}

export interface StartOptions {
  /** How long to wait for its end, in milliseconds. Default 0. */
  wait?: number;
  /** Default: quick. */
  patience?: Patience;
}

export interface Run {
  readonly sagaIds: readonly string[];
  readonly outcome: Outcome;
}

const actions = ["a", "b", "c"] as const;

/**
 * Attempts that take half a second at most and come quickly after one another, six of a Do and twenty of an Undo; or so
 * many that a process has time to be started again; or, of the participant behind the proxy, two or as many as it takes.
 */
const rules = {
  quick: { by: "lab", timeout: "500ms", retry: { schedule: ["50ms"], maxAttempts: 6 } },
  patient: { by: "lab", timeout: "2s", retry: { schedule: ["200ms"], maxAttempts: 100 } },
  far: { by: "far", timeout: "400ms", retry: { schedule: ["50ms"], maxAttempts: 40 } },
  "far-brief": { by: "far", timeout: "400ms", retry: { schedule: ["50ms"], maxAttempts: 2 } },
} as const;

export type Patience = keyof typeof rules;

function definitionOver(transport: TransportName, patience: Patience) {
  const { by, timeout, retry } = rules[patience];
  const undo = { timeout, retry: { ...retry, maxAttempts: by === "far" ? 100 : Math.max(20, retry.maxAttempts) } };
  return actions.reduce(
    (steps, action) => steps.call(action, `${by}_${transport}.${action}`, { timeout, retry, undo }),
    saga(`lab-${patience}-${transport}`) as SagaBuilder<string>,
  );
}

/** Starts them; `database` other than a SQLite file of the lab's own. */
export async function startLanguageLab(language: Language, database?: string): Promise<LanguageLab> {
  if (language !== "typescript") await builtSamples(language);
  let proxy: TcpProxy | undefined;
  const system = await startShopSystem({
    services: ["conformance"],
    languages: { conformance: language },
    databases: database === undefined ? {} : { conformance: database },
    async participants({ conformance: lab }) {
      proxy = await startTcpProxy(Number(lab.split(":")[1]));
      return overBothTransports({ lab, far: `127.0.0.1:${proxy.port}` }, { breaker: neverOpen });
    },
  }).catch(async (error) => {
    await proxy?.stop();
    throw error;
  });
  const { client, shop } = system;

  const lab: LanguageLab = {
    orchestrator: system.orchestrator,
    participant: shop.services.conformance,
    proxy: proxy!,
    client,
    effects: system.effects,
    async start(sagaId, transport, faults, { wait = 0, patience = "quick" } = {}) {
      return (await system.start(`lab-${patience}-${transport}`, {}, { sagaId, wait, faults })).saga;
    },
    async run(name, transport, count, faults, patience) {
      const sagaIds = Array.from({ length: count }, (_, i) => `${name}-${transport}-${i}`);
      await Promise.all(sagaIds.map((sagaId) => lab.start(sagaId, transport, faults, { patience })));
      await untilSettled(client, sagaIds, 30_000);
      return { sagaIds, outcome: await lab.tally(sagaIds) };
    },
    async tally(sagaIds) {
      const ledger = Map.groupBy(await shop.ledger(), ({ sagaId }) => sagaId);
      const outcome = { completed: 0, compensated: 0, suspended: 0 };
      const breaches: string[] = [];
      for (const sagaId of sagaIds) {
        const found = await client.get(sagaId);
        breaches.push(...breachesOf(found, ledger.get(sagaId) ?? []));
        if (found.status === "COMPLETED") outcome.completed++;
        if (found.status === "COMPENSATED") outcome.compensated++;
        if (found.status === "SUSPENDED") outcome.suspended++;
      }
      if (breaches.length > 0) throw new Error(`${breaches.length} breaches:\n${breaches.slice(0, 20).join("\n")}`);
      return outcome;
    },
    async timesOf(sagaId, kind, step) {
      const history = await Array.fromAsync(client.history(sagaId));
      return history.filter((event) => event.kind === kind && event.step === step).map(({ time }) => time.getTime());
    },
    async doAnswer(sagaId, step) {
      const rows = await system.read(
        "conformance",
        (sql) => sql.all<{ do_answer: string | null }>`
        SELECT do_answer FROM backstitch_barrier WHERE effect_id = ${`${sagaId}/${step}`}`,
      );
      return rows[0]?.do_answer ? JSON.parse(rows[0].do_answer) : undefined;
    },
    async end() {
      await system.end();
      await proxy?.stop();
    },
  };
  try {
    for (const transport of ["serve", "unary"] as const) {
      for (const patience of Object.keys(rules) as Patience[]) {
        await client.register(definitionOver(transport, patience).build());
      }
    }
    return lab;
  } catch (error) {
    await lab.end();
    throw error;
  }
}

/** An effect that is missing or was applied or undone twice; one that was applied after the first was undone. */
function breachesOf(found: Saga, entries: readonly LedgerEntry[]): string[] {
  const counts = countEffects(entries);
  const breaches = actions.flatMap((action) => {
    const { done, undone } = counts[action] ?? { done: 0, undone: 0 };
    const once = done <= 1 && undone <= done;
    const whole =
      found.status === "COMPLETED"
        ? done === 1 && undone === 0
        : found.status === "COMPENSATED"
          ? done === undone
          : !isFinal(found);
    return once && whole ? [] : [`${action} was done ${done} and undone ${undone} times`];
  });
  const firstUndo = entries.findIndex(({ direction }) => direction === "undo");
  if (
    firstUndo >= 0 &&
    entries.slice(firstUndo).some(({ direction, at }) => direction === "do" && at > entries[firstUndo]!.at)
  ) {
    breaches.push("an effect was applied after the first was undone");
  }
  return breaches.map((breach) => `${found.sagaId} (${found.status}): ${breach}`);
}
