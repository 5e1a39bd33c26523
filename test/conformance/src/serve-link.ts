import { ServeRequestSchema, type ServeResponse } from "@backstitch/sdk/gen/backstitch/v1/participant_service_pb.js";
import { Direction } from "@backstitch/sdk/gen/backstitch/v1/saga_pb.js";
import { create, type JsonObject } from "@bufbuild/protobuf";
import { type Answer, fromResult } from "./answer.ts";
import type { SentCommand } from "./command.ts";
import { connect, type Link, methods, type Sent, type Target } from "./link.ts";
import { nameOfStatus } from "./status.ts";

/** A Serve stream. */
export interface ServeLink extends Link {
  /**
   * Sends commands in one message. Those with the same correlation name share a correlation id; the message cancels
   * `cancelled`, a command of the same stream.
   */
  sendAll(commands: readonly SentCommand[], options?: { correlation?: string; cancelled?: Sent }): Sent[];
  /** The status with which the stream ended. */
  readonly ended: Promise<string>;
  /** Settles when the participant says that it drains. */
  readonly draining: Promise<void>;
  closeSending(): void;
  /** Sends bytes that are no message. */
  sendGarbage(): void;
  /** Breaks the stream off. */
  break(): void;
}

interface Waiting {
  direction: "do" | "undo";
  resolve(answer: Answer): void;
}

/** How many commands an orchestrator says that it may have in flight. */
const window = 1024;

/** Opens a Serve stream over a connection of its own. `onStray` hears, in words, of answers that belong to no command. */
export function openServe(target: Target, onStray: (stray: string) => void): ServeLink {
  const client = connect(target);
  const encode = (request: unknown) => (Buffer.isBuffer(request) ? request : methods.serve.encode(request as never));
  const stream = client.makeBidiStreamRequest<unknown, ServeResponse>(methods.serve.path, encode, methods.serve.decode);
  const waiting = new Map<bigint, Waiting>();
  const byName = new Map<string, bigint>();
  const ended = Promise.withResolvers<string>();
  const draining = Promise.withResolvers<void>();
  let lastId = 0n;

  stream.on("data", (message: ServeResponse) => {
    if (message.draining) draining.resolve();
    for (const result of message.results) {
      const waiter = waiting.get(result.correlationId);
      if (waiter === undefined) onStray(`a result under the correlation id ${result.correlationId}, which awaits none`);
      waiting.delete(result.correlationId);
      waiter?.resolve(fromResult(result, waiter.direction));
    }
  });
  stream.on("error", () => {});
  stream.on("status", ({ code, details }) => {
    const answer: Answer = {
      kind: "error",
      status: nameOfStatus(code),
      message: `the stream ended: ${details}`,
      retryAfterMs: 0,
    };
    for (const waiter of waiting.values()) waiter.resolve(answer);
    waiting.clear();
    ended.resolve(nameOfStatus(code));
  });

  function register(command: SentCommand, correlation: string | undefined): { id: bigint; answer: Promise<Answer> } {
    const shared = correlation === undefined ? undefined : byName.get(correlation);
    // The first command keeps the id, so its twin can never be answered.
    if (shared !== undefined) return { id: shared, answer: new Promise(() => {}) };
    const id = ++lastId;
    if (correlation !== undefined) byName.set(correlation, id);
    const reply = Promise.withResolvers<Answer>();
    waiting.set(id, { direction: command.direction, resolve: reply.resolve });
    return { id, answer: reply.promise };
  }

  function sendAll(
    commands: readonly SentCommand[],
    { correlation, cancelled }: { correlation?: string; cancelled?: Sent } = {},
  ): Sent[] {
    const registered = commands.map((command) => register(command, correlation));
    const wire = commands.map((command, i) => ({
      correlationId: registered[i]!.id,
      direction: directionOf(command),
      context: command.context,
      input: encodePayload(command.input),
      doInput: encodePayload(command.doInput),
      doOutput: encodePayload(command.doOutput),
    }));
    const cancel = cancelled?.id === undefined ? [] : [cancelled.id];
    stream.write(create(ServeRequestSchema, { commands: wire, cancel, window }));
    return registered.map(({ id, answer }) => ({
      id,
      answer,
      cancel: () => void stream.write(create(ServeRequestSchema, { cancel: [id] })),
    }));
  }

  return {
    sendAll,
    send: (command) => sendAll([command])[0] as Sent,
    ended: ended.promise,
    draining: draining.promise,
    closeSending: () => stream.end(),
    sendGarbage: () => void stream.write(Buffer.from([0xff, 0xff, 0xff, 0xff])),
    break: () => stream.cancel(),
    close() {
      stream.cancel();
      client.close();
    },
  };
}

function directionOf({ direction, hasDirection }: SentCommand): Direction {
  if (!hasDirection) return Direction.UNSPECIFIED;
  return direction === "undo" ? Direction.BACKWARD : Direction.FORWARD;
}

function encodePayload(payload: JsonObject | string | undefined): Uint8Array {
  return Buffer.from(payload === undefined ? "" : typeof payload === "string" ? payload : JSON.stringify(payload));
}
