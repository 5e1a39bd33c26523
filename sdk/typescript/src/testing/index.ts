/**
 * For tests of one's own definitions: an orchestrator in development mode whose clock the test moves, on a real Redis,
 * with scripted participants behind real gRPC servers.
 */
import { randomBytes } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import type { DefinitionSource } from "../client/definitions.ts";
import type { StartOptions } from "../client/sagas.ts";
import { type Client, createClient } from "../client.ts";
import type { SagaBuilder } from "../definition.ts";
import { type Duration, toMs } from "../duration.ts";
import { BackstitchError } from "../errors.ts";
import { isFinal, type Saga, type SagaStatus } from "../saga.ts";
import { createConnection } from "../transport.ts";
import { createAdvance } from "./clock.ts";
import { deleteKeys, type Settings, startInProcess, startProcess } from "./orchestrator.ts";
import { type RecordedCall, startParticipants } from "./participants.ts";
import { startRedis } from "./redis.ts";
import type { ParticipantScript } from "./script.ts";
import { until } from "./until.ts";

export type { RecordedCall } from "./participants.ts";
export {
  type ActionScript,
  type ParticipantScript,
  type Script,
  type ScriptedAnswer,
  type ScriptedHandler,
  type StatusName,
  script,
} from "./script.ts";

/** What a test needs. */
export interface TestOptions {
  /** YAML or JSON text, builders or messages; registered in this order. */
  definitions?: readonly (DefinitionSource | SagaBuilder<string>)[];
  /** Every participant of the definitions: its script by action, or the address of a real one. */
  participants?: Readonly<Record<string, ParticipantScript | string>>;
  /** Default: a redis-server that is started for this. One that is given may be shared: the keys have a prefix of their own. */
  redisUrl?: string;
  /** Where the orchestrator runs: in this process (default), or in one of its own. */
  orchestrator?: "in-process" | "process";
  /** Further settings of the orchestrator, as in its configuration file. */
  settings?: Settings;
}

/** An orchestrator under a test's control. */
export interface TestOrchestrator {
  /** For whatever is not here. */
  readonly client: Client;
  /** Where other clients reach it: "127.0.0.1:41234". */
  readonly address: string;
  /** Starts a saga. */
  start(definition: string, input?: JsonObject, options?: StartOptions): Promise<Saga>;
  /** Starts a saga and waits until it is final or suspended. */
  run(definition: string, input?: JsonObject, options?: StartOptions): Promise<Saga>;
  /** Gives a saga the signal that one of its steps awaits, or will await. */
  signal(saga: SagaRef, name: string, payload?: JsonObject): Promise<Saga>;
  /**
   * Waits, in real time, until a saga has a status or meets a condition. Throws an Error that describes the saga where it
   * ends otherwise, or does not get there `within` (default 5 s).
   */
  until(saga: SagaRef, wanted: SagaStatus | ((saga: Saga) => boolean), options?: { within?: Duration }): Promise<Saga>;
  /**
   * Moves the orchestrator's clock forward, by a duration or to a time, and waits until the sagas that were woken have
   * come to rest. `timers` is how many went off on the way.
   */
  advance(time: Duration | Date): Promise<{ now: Date; timers: number }>;
  /** The calls that scripted participants got, in order: all, those of a participant, or those of one of its actions. */
  calls(participant?: string, action?: string): RecordedCall[];
  /**
   * Gives actions other scripts, until `reset`; a direction that is not named keeps its own. Throws a TypeError for an
   * action that was not there at the start.
   */
  script(participants: Readonly<Record<string, ParticipantScript>>): void;
  /** Between tests: begins the scripts of the start anew and forgets the calls. Sagas stay, and so does the clock. */
  reset(): void;
  /** Ends everything that was started. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A saga, or its id. */
export type SagaRef = string | Pick<Saga, "sagaId">;

/** Starts all that a test needs, and registers its definitions. */
export async function startTestOrchestrator(options: TestOptions = {}): Promise<TestOrchestrator> {
  const { definitions = [], orchestrator = "in-process", settings } = options;
  const endings: (() => unknown)[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (const end of endings.splice(0).reverse()) {
      // What does not end is no reason to leave the rest running.
      await Promise.resolve(end()).catch((error) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    const prefix = `test-${randomBytes(6).toString("hex")}`;
    const redisUrl = options.redisUrl ?? (await startOwnRedis());
    const { scripts, addresses } = split(options.participants ?? {});
    const participants = await startParticipants(scripts);
    endings.push(participants.stop);

    const start = orchestrator === "process" ? startProcess : startInProcess;
    const running = await start({
      ...defaults,
      redis: { url: redisUrl },
      key_prefix: prefix,
      participants: configOf({ ...addresses, ...participants.addresses }),
      ...settings,
    });
    const address = `127.0.0.1:${running.grpcPort}`;
    const client = createClient({ address });
    const connection = createConnection({ address });
    // In reverse: the connections are closed last, as a server that stops may wait for ever for one that just breaks.
    endings.push(client.close, connection.close);
    if (options.redisUrl !== undefined) endings.push(() => deleteKeys(redisUrl, prefix));
    endings.push(running.stop);

    for (const source of definitions) await register(client, isBuilder(source) ? source.build() : source);

    const { calls, script, reset } = participants;
    const test: TestOrchestrator = {
      client,
      address,
      start: async (definition, input, options) => (await client.start(definition, input, options)).saga,
      async run(definition, input, options) {
        const saga = await test.start(definition, input, options);
        return test.until(saga, (saga) => isFinal(saga) || saga.status === "SUSPENDED");
      },
      signal: (saga, name, payload) => client.signal(idOf(saga), name, payload),
      until: (saga, wanted, { within = "5s" } = {}) => until(client, idOf(saga), wanted, toMs(within)),
      advance: createAdvance(connection.transport),
      calls: (participant, action) =>
        calls.filter(
          (call) => call.participant === (participant ?? call.participant) && call.action === (action ?? call.action),
        ),
      script,
      reset,
      close,
      [Symbol.asyncDispose]: close,
    };
    return test;
  } catch (error) {
    await close();
    throw error;
  }

  async function startOwnRedis(): Promise<string> {
    const redis = await startRedis();
    endings.push(redis.stop);
    return redis.url;
  }
}

const anyPort = { host: "127.0.0.1", port: 0 };

/** A server for tests, which has nothing to hand over when it ends. */
const defaults: Settings = {
  development: true,
  grpc: anyPort,
  connect: anyPort,
  ops: anyPort,
  log_level: "silent",
  partitions: 1,
  grace: "0s",
};

/** Failures that a test asks for should not open breakers. */
const neverOpen = { min_calls: 1_000_000 };

function configOf(addresses: Readonly<Record<string, string>>) {
  return Object.entries(addresses).map(([name, address]) => ({ name, address, breaker: neverOpen }));
}

function split(participants: Readonly<Record<string, ParticipantScript | string>>) {
  const scripts: Record<string, ParticipantScript> = {};
  const addresses: Record<string, string> = {};
  for (const [name, given] of Object.entries(participants)) {
    if (typeof given === "string") addresses[name] = given;
    else scripts[name] = given;
  }
  return { scripts, addresses };
}

/** An error in a test's report should name all the faults. */
async function register(client: Client, source: DefinitionSource): Promise<void> {
  try {
    await client.register(source);
  } catch (caught) {
    const { code, status, message, faults } = BackstitchError.from(caught);
    const lines = faults.map((fault) => `\n  ${fault.field}: ${fault.message} [${fault.rule}]`);
    throw new BackstitchError(code, status, message + lines.join(""), faults, caught);
  }
}

function isBuilder(source: DefinitionSource | SagaBuilder<string>): source is SagaBuilder<string> {
  return typeof source === "object" && "build" in source;
}

function idOf(saga: SagaRef): string {
  return typeof saga === "string" ? saga : saga.sagaId;
}
