import { create, type JsonObject, type MessageInitShape } from "@bufbuild/protobuf";
import { Client, credentials, type ServiceError } from "@grpc/grpc-js";
import {
  type CommandContextSchema,
  type CommandResult,
  DoRequestSchema,
  ServeRequestSchema,
  type ServeResponse,
  UndoRequestSchema,
} from "../../../sdk/typescript/src/gen/backstitch/v1/participant_service_pb.js";
import { Direction } from "../../../sdk/typescript/src/gen/backstitch/v1/saga_pb.js";
import { participantService } from "../../../sdk/typescript/src/wire.ts";

/** A command as a test writes it. */
export interface TestCommand {
  direction?: "do" | "undo";
  /** Names the saga, and so the effect. Default: a new one. */
  saga?: string;
  action?: string;
  input?: JsonObject | string;
  doInput?: JsonObject;
  doOutput?: JsonObject;
  attempt?: number;
  /** The orchestrator's clock, milliseconds since the epoch. */
  deadlineMs?: number;
  timeoutMs?: number;
  idempotencyKey?: string;
}

/** An answer, the same whichever way it came. */
export type TestAnswer =
  | { done: JsonObject | undefined }
  | { rejected: { code: string; message: string; details?: JsonObject } }
  | { pending: true }
  | { error: number; message: string; retryAfterMs: number };

let sagas = 0;

function contextOf(command: TestCommand): MessageInitShape<typeof CommandContextSchema> {
  const { direction = "do", saga = `saga-${++sagas}`, action = "charge", attempt = 1 } = command;
  const effectId = `${saga}/${action}`;
  return {
    namespace: "default",
    sagaId: saga,
    definition: "order",
    version: 3,
    step: "pay",
    action,
    effectId,
    idempotencyKey: command.idempotencyKey ?? `${effectId}/${direction}`,
    attempt,
    metadata: { traceparent: "00-1-2-01" },
    completionToken: "token",
    deadline: secondsOf(command.deadlineMs),
    timeout: secondsOf(command.timeoutMs),
  };
}

function secondsOf(ms: number | undefined) {
  return ms === undefined ? undefined : { seconds: BigInt(Math.floor(ms / 1000)), nanos: Math.floor(ms % 1000) * 1e6 };
}

/** A way to send commands: unary or Serve. */
export interface Link {
  send(command: TestCommand): { answer: Promise<TestAnswer>; cancel(): void };
  close(): void;
}

/** Sends each command as a call of its own. */
export function unaryLink(address: string): Link {
  const client = new Client(address, credentials.createInsecure());
  return {
    send(command) {
      const reply = Promise.withResolvers<TestAnswer>();
      const context = contextOf(command);
      const input = command.input as JsonObject | undefined;
      const { Do, Undo } = participantService;
      const answer = (error: ServiceError | null, response?: { outcome: UnaryOutcome }) =>
        reply.resolve(error === null ? fromUnary(response?.outcome as UnaryOutcome) : fromError(error));
      const call =
        command.direction === "undo"
          ? client.makeUnaryRequest(
              Undo.path,
              Undo.requestSerialize,
              Undo.responseDeserialize,
              create(UndoRequestSchema, { context, input, doInput: command.doInput, doOutput: command.doOutput }),
              answer as never,
            )
          : client.makeUnaryRequest(
              Do.path,
              Do.requestSerialize,
              Do.responseDeserialize,
              create(DoRequestSchema, { context, input }),
              answer as never,
            );
      return { answer: reply.promise, cancel: () => call.cancel() };
    },
    close: () => client.close(),
  };
}

/** A Serve stream, with what came over it. */
export interface StreamLink extends Link {
  readonly messages: ServeResponse[];
  /** Sends several commands in one message. */
  sendAll(commands: TestCommand[]): Promise<TestAnswer>[];
  /** How the stream ended: its status. */
  readonly ended: Promise<number>;
  halfClose(): void;
  /** Stops reading, and reads on. */
  pause(): void;
  resume(): void;
}

/** Sends commands over one Serve stream. */
export function streamLink(address: string): StreamLink {
  const client = new Client(address, credentials.createInsecure());
  const { path, requestSerialize, responseDeserialize } = participantService.Serve;
  const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
  const waiting = new Map<bigint, (answer: TestAnswer) => void>();
  const messages: ServeResponse[] = [];
  const ended = Promise.withResolvers<number>();
  let correlationId = 0n;

  stream.on("data", (message: ServeResponse) => {
    messages.push(message);
    for (const result of message.results) {
      const resolve = waiting.get(result.correlationId);
      if (resolve === undefined) throw new Error("a second answer to one command");
      waiting.delete(result.correlationId);
      resolve(fromResult(result));
    }
  });
  stream.on("error", () => {});
  stream.on("status", ({ code, details }) => {
    for (const resolve of waiting.values()) resolve({ error: code, message: details, retryAfterMs: 0 });
    ended.resolve(code);
  });

  function post(commands: TestCommand[]) {
    const ids: bigint[] = [];
    const answers = commands.map(() => {
      const reply = Promise.withResolvers<TestAnswer>();
      ids.push(++correlationId);
      waiting.set(correlationId, reply.resolve);
      return reply.promise;
    });
    const wire = commands.map((command, i) => ({
      correlationId: ids[i] as bigint,
      direction: command.direction === "undo" ? Direction.BACKWARD : Direction.FORWARD,
      context: contextOf(command),
      input: bytes(command.input),
      doInput: bytes(command.doInput),
      doOutput: bytes(command.doOutput),
    }));
    stream.write(create(ServeRequestSchema, { commands: wire, window: 64 }));
    return { ids, answers };
  }

  return {
    messages,
    ended: ended.promise,
    send(command) {
      const { ids, answers } = post([command]);
      const cancel = () => stream.write(create(ServeRequestSchema, { cancel: ids }));
      return { answer: answers[0] as Promise<TestAnswer>, cancel };
    },
    sendAll: (commands) => post(commands).answers,
    halfClose: () => stream.end(),
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    close() {
      stream.cancel();
      client.close();
    },
  };
}

type UnaryOutcome = {
  case?: string;
  value?: { output?: JsonObject; code: string; message: string; details?: JsonObject };
};

function fromUnary({ case: kind, value }: UnaryOutcome): TestAnswer {
  if (kind === "done") return { done: value?.output };
  if (kind === "pending") return { pending: true };
  const { code = "", message = "", details } = value ?? {};
  return { rejected: { code, message, ...(details && { details }) } };
}

function fromError(error: ServiceError): TestAnswer {
  const status = error.metadata?.get("grpc-status-details-bin")[0] as Buffer | undefined;
  return { error: error.code, message: error.details, retryAfterMs: status === undefined ? 0 : retryAfterMs(status) };
}

/** Finds the one Duration in an encoded google.rpc.Status with a RetryInfo: seconds below 128, then nanos. */
function retryAfterMs(status: Buffer): number {
  const at = status.indexOf("google.rpc.RetryInfo") + "google.rpc.RetryInfo".length;
  const duration = status.subarray(at + 4);
  if (duration[0] !== 8) throw new Error("no seconds in the RetryInfo");
  let nanos = 0;
  for (let i = 3, shift = 0; duration[2] === 16 && i < duration.length; i++, shift += 7) {
    nanos += ((duration[i] as number) & 0x7f) * 2 ** shift;
  }
  return (duration[1] as number) * 1000 + nanos / 1e6;
}

function fromResult({ outcome }: CommandResult): TestAnswer {
  switch (outcome.case) {
    case "done":
      return { done: parse(outcome.value) };
    case "rejected": {
      const { code, message, details } = outcome.value;
      return { rejected: { code, message, ...(details.length > 0 && { details: parse(details) }) } };
    }
    case "pending":
      return { pending: true };
    case "error": {
      const { status, message, retryAfterMs } = outcome.value;
      return { error: status, message, retryAfterMs: Number(retryAfterMs) };
    }
    default:
      throw new Error("a result without outcome");
  }
}

function bytes(payload: JsonObject | string | undefined): Uint8Array {
  return Buffer.from(payload === undefined ? "" : typeof payload === "string" ? payload : JSON.stringify(payload));
}

function parse(text: Uint8Array): JsonObject | undefined {
  return text.length === 0 ? undefined : (JSON.parse(Buffer.from(text).toString()) as JsonObject);
}
