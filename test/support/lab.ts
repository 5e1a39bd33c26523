import { join } from "node:path";
import {
  type OrchestratorOptions,
  type OrchestratorProcess,
  startOrchestrator,
} from "../../deploy/local/orchestrator.ts";
import { openDatabase, readDatabase } from "../../participants/src/database/database.ts";
import { type Faults, faultMetadata, withFaults } from "../../participants/src/faults.ts";
import { ledgerSchema, withLedger } from "../../participants/src/ledger.ts";
import {
  type Client,
  createClient,
  type Failure,
  type HistoryEvent,
  isFinal,
  participant,
  type Saga,
  type SagaBuilder,
  type StartOptions,
} from "../../sdk/typescript/src/index.ts";
import { type RedisOptions, startRedis, type TestRedis } from "./redis.ts";
import { createTestProcesses, type TestProcesses } from "./test-processes.ts";
import { until } from "./until.ts";

/** The actions of the participant `lab`: each does nothing but write into its ledger. */
export const actions = ["a", "b", "c", "d", "e", "f"] as const;

/** Settings of a breaker that the faults of a test file do not open. */
export const neverOpen = { min_calls: 1_000_000 };

/**
 * Redis and an orchestrator, and in this very process a participant with barrier, ledger and fault switches. It is
 * known as `lab` over Serve and as `lab_unary` over unary calls.
 */
export interface Lab {
  readonly processes: TestProcesses;
  /** The one that the lab started. Throws where the settings name another. */
  readonly redis: TestRedis;
  /** Where the participant listens, and how orchestrators are told of it. */
  readonly participants: NonNullable<OrchestratorOptions["participants"]>;
  /** The one that runs now. */
  readonly orchestrator: OrchestratorProcess;
  readonly client: Client;
  /**
   * Registers a definition and runs a saga of it until it is final or suspended; under its definition's name unless
   * `sagaId` is given.
   */
  run(definition: SagaBuilder<string>, options?: RunOptions): Promise<Ended>;
  /** As `run`, but does not wait. */
  begin(definition: SagaBuilder<string>, options?: RunOptions): Promise<Saga>;
  /** Waits until a saga is final or suspended. */
  settled(sagaId: string): Promise<Ended>;
  /** What was applied and undone for a saga, in order: "do a", "undo a". */
  effects(sagaId: string): Promise<string[]>;
  /** Once the orchestrator has ended: a new process on the same ports, which dies at this crash point if given. */
  restart(crashAt?: string): Promise<void>;
  end(): Promise<void>;
}

export interface LabOptions {
  /** Of the Redis that the lab starts. */
  readonly redis?: RedisOptions;
  /** Of the orchestrator's configuration file; with `redis`, the lab starts none. Default: a lease of 1 s. */
  readonly settings?: OrchestratorOptions["settings"];
}

export interface RunOptions extends Omit<StartOptions, "wait"> {
  input?: Record<string, unknown>;
  faults?: Faults;
}

/** How a saga ended, and what became of it on the way. */
export interface Ended {
  readonly status: Saga["status"];
  readonly failure: Failure | undefined;
  /** The status of each step. */
  readonly steps: Readonly<Record<string, string>>;
  readonly effects: readonly string[];
  readonly history: readonly HistoryEvent[];
  readonly saga: Saga;
}

/** Starts a lab. `participants` gives the orchestrator others beside the lab's own, which listens at `address`. */
export async function startLab(
  participants: (
    address: string,
  ) => OrchestratorOptions["participants"] | Promise<OrchestratorOptions["participants"]> = () => ({}),
  { redis: redisOptions, settings }: LabOptions = {},
): Promise<Lab> {
  const processes = await createTestProcesses();
  const redis = settings?.redis === undefined ? await startRedis(redisOptions) : undefined;
  const database = `sqlite:${join(processes.folder, "lab.db")}`;
  const service = await startService(database);
  const { address } = service;

  async function endAll(): Promise<void> {
    await processes.stopAll();
    await service.stop();
    await processes.end();
    await redis?.stop();
  }

  try {
    const known = {
      lab: { address, breaker: neverOpen },
      lab_unary: { address, breaker: neverOpen, serve: "off" },
      ...(await participants(address)),
    };
    let orchestrator = await startOrchestrator(processes, {
      redisUrl: redis?.url,
      participants: known,
      settings: { lease: "1s", ...settings },
    });
    const client = createClient({ address: `127.0.0.1:${orchestrator.grpcPort}` });

    async function effects(sagaId: string): Promise<string[]> {
      const rows = await readDatabase(
        database,
        (sql) => sql.all<{ direction: string; effect_id: string }>`
        SELECT direction, effect_id FROM ledger WHERE saga_id = ${sagaId} ORDER BY rowid`,
      );
      return rows.map(({ direction, effect_id }) => `${direction} ${effect_id.split("/").at(-1)}`);
    }

    async function begin(definition: SagaBuilder<string>, { input = {}, faults, ...options }: RunOptions = {}) {
      const { name = "" } = definition.toJson();
      await client.register(definition.build());
      const metadata = { ...options.metadata, ...faultMetadata(faults ?? {}) };
      return (await client.start(name, input as never, { sagaId: name, ...options, metadata })).saga;
    }

    async function settled(sagaId: string): Promise<Ended> {
      let saga = await client.get(sagaId);
      await until(`${sagaId} is final or suspended`, async () => {
        saga = await client.get(sagaId);
        return isFinal(saga) || saga.status === "SUSPENDED";
      });
      return {
        status: saga.status,
        failure: saga.failure,
        steps: Object.fromEntries(saga.steps.map(({ name, status }) => [name, status])),
        effects: await effects(sagaId),
        history: await Array.fromAsync(client.history(sagaId)),
        saga,
      };
    }

    return {
      processes,
      get redis() {
        if (redis === undefined) throw new Error("this lab has started no Redis");
        return redis;
      },
      participants: known,
      get orchestrator() {
        return orchestrator;
      },
      client,
      begin,
      settled,
      effects,
      run: async (definition, options) => settled((await begin(definition, options)).sagaId),
      async restart(crashAt) {
        await orchestrator.exited;
        orchestrator = await orchestrator.restart({ BACKSTITCH_CRASH_AT: crashAt });
      },
      async end() {
        client.close();
        await endAll();
      },
    };
  } catch (error) {
    await endAll();
    throw error;
  }
}

/** The events of one kind that concern a step. */
export function eventsOf({ history }: Ended, kind: string, step?: string): HistoryEvent[] {
  return history.filter((event) => event.kind === kind && event.step === step);
}

async function startService(url: string): Promise<{ address: string; stop(): Promise<void> }> {
  const database = await openDatabase(url);
  await database.migrate(ledgerSchema);
  const guarded = actions.map((name) => {
    return [name, database.action(withLedger({ do: () => ({ of: name }), undo: () => {} }))] as const;
  });
  const server = participant({ lab: withFaults(Object.fromEntries(guarded), {}) });
  const { address } = await server.listen();
  return {
    address,
    async stop() {
      await server.stop({ graceMs: 0 });
      await database.close();
    },
  };
}
