import { create, type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import {
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerOptions,
  type ServerUnaryCall,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { pino } from "pino";
import { createDispatcher } from "../../../orchestrator/src/dispatch/create-dispatcher.ts";
import type { Command, Dispatcher } from "../../../orchestrator/src/dispatch/dispatcher.ts";
import { type ParticipantConfig, validateParticipants } from "../../../orchestrator/src/dispatch/participants.ts";
import {
  type DoRequest,
  DoRequestSchema,
  type DoResponse,
  DoResponseSchema,
  type ServeRequest,
  ServeRequestSchema,
  type ServeResponse,
  ServeResponseSchema,
  UndoRequestSchema,
  UndoResponseSchema,
} from "../../../orchestrator/src/gen/backstitch/v1/participant_service_pb.js";
import type { Outcome } from "../../../orchestrator/src/machine/event.ts";
import { createMetrics } from "../../../orchestrator/src/metrics.ts";

export type ServeStream = ServerDuplexStream<ServeRequest, ServeResponse>;
export type DoHandler = (call: ServerUnaryCall<DoRequest, DoResponse>, reply: sendUnaryData<DoResponse>) => void;

/** What a participant of a test does; what is left out is UNIMPLEMENTED. */
export interface Handlers {
  do?: DoHandler;
  // biome-ignore lint/suspicious/noExplicitAny: the two unary methods differ only in their message types
  undo?: (call: ServerUnaryCall<any, any>, reply: sendUnaryData<any>) => void;
  serve?: (stream: ServeStream) => void;
}

export interface TestParticipant {
  readonly port: number;
  readonly address: string;
  /** Breaks all connections, as a killed process does. */
  kill(): void;
}

export async function startParticipant(
  handlers: Handlers,
  port = 0,
  credentials = ServerCredentials.createInsecure(),
  host = "127.0.0.1",
  options: ServerOptions = {},
): Promise<TestParticipant> {
  const server = new Server({ "grpc.max_send_message_length": -1, ...options });
  const methods: Record<string, MethodDefinition<unknown, unknown>> = {};
  // biome-ignore lint/suspicious/noExplicitAny: handlers of three shapes in one table
  const table: Record<string, any> = {};
  for (const [key, name, input, output, streams] of [
    ["do", "Do", DoRequestSchema, DoResponseSchema, false],
    ["undo", "Undo", UndoRequestSchema, UndoResponseSchema, false],
    ["serve", "Serve", ServeRequestSchema, ServeResponseSchema, true],
  ] as const) {
    if (handlers[key] === undefined) continue;
    methods[name] = method(name, input, output, streams) as MethodDefinition<unknown, unknown>;
    table[name] = handlers[key];
  }
  server.addService(methods, table);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, credentials, (error, at) => (error ? reject(error) : resolve(at)));
  });
  const participant = { port: bound, address: `${host}:${bound}`, kill: () => server.forceShutdown() };
  cleanups.push(() => server.forceShutdown());
  return participant;
}

/** A response that is bytes already goes out as it is: for answers that no participant should give. */
function method<I extends DescMessage, O extends DescMessage>(name: string, input: I, output: O, streams: boolean) {
  return {
    path: `/backstitch.v1.ParticipantService/${name}`,
    requestStream: streams,
    responseStream: streams,
    requestSerialize: (message: MessageShape<I>) => Buffer.from(toBinary(input, message)),
    requestDeserialize: (bytes: Buffer) => fromBinary(input, bytes),
    responseSerialize: (message: MessageShape<O> | Buffer) =>
      Buffer.isBuffer(message) ? message : Buffer.from(toBinary(output, message)),
    responseDeserialize: (bytes: Buffer) => fromBinary(output, bytes),
  };
}

export function configOf(address: string, more: Record<string, unknown> = {}): ParticipantConfig {
  const validated = validateParticipants([{ name: "payment", address, ...more }], "participants");
  if (validated.kind === "invalid") throw new Error(JSON.stringify(validated.faults));
  return validated.participants[0] as ParticipantConfig;
}

export interface Harness {
  readonly dispatcher: Dispatcher;
  call(command?: Partial<Command>): Promise<Outcome>;
}

export function createHarness(
  participants: readonly ParticipantConfig[],
  options: { resolve?: (host: string) => Promise<readonly string[]> } = {},
): Harness {
  const dispatcher = createDispatcher({
    participants,
    metrics: createMetrics(),
    logger: pino({ level: "silent" }),
    ...options,
  });
  cleanups.push(() => dispatcher.stop(0));
  return {
    dispatcher,
    call: (command) => new Promise((resolve) => dispatcher.send({ ...sample, ...command }, resolve)),
  };
}

export const sample: Command = {
  participant: "payment",
  direction: "forward",
  namespace: "default",
  sagaId: "order-1",
  definition: "order",
  version: 3,
  step: "charge",
  action: "charge",
  effectId: "order-1/charge",
  completionToken: "order-1/charge/do.mac",
  attempt: 1,
  timeoutMs: 5000,
  metadata: { traceparent: "00-1" },
  input: '{"amount":12.5}',
  doInput: undefined,
  doOutput: undefined,
};

export const doneWith = (output: Record<string, unknown>): DoResponse =>
  create(DoResponseSchema, { outcome: { case: "done", value: { output: output as never } } });

/** A Serve handler that answers every command through `answer`; undefined: not at all. */
export function serving(answer: (command: ServeRequest["commands"][number]) => string | undefined) {
  return (stream: ServeStream) => {
    stream.on("error", () => undefined);
    stream.on("end", () => stream.end());
    stream.on("data", (request: ServeRequest) => {
      for (const command of request.commands) {
        const output = answer(command);
        if (output === undefined) continue;
        stream.write(resultsOf([{ id: command.correlationId, output }]));
      }
    });
  };
}

export function resultsOf(results: readonly { id: bigint; output: string }[], draining = false): ServeResponse {
  return create(ServeResponseSchema, {
    results: results.map(({ id, output }) => ({
      correlationId: id,
      outcome: { case: "done" as const, value: Buffer.from(output) },
    })),
    draining,
  });
}

const cleanups: (() => unknown)[] = [];

export async function cleanUp(): Promise<void> {
  for (const clean of cleanups.splice(0).reverse()) await clean();
}

/** Waits until `condition` holds; fails after `ms`. */
export async function until(condition: () => boolean, what: string, ms = 10_000): Promise<void> {
  const deadline = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
