/**
 * The Serve stream: commands in, results out, many per message. Rules:
 *  S1 results that become ready in one turn of the event loop leave together, in messages of bounded size;
 *  S2 while the peer does not take what was written, or too much is in flight, nothing more is read;
 *  S3 a cancelled command is answered no more; its call is aborted if nobody else waits for it;
 *  S4 a stream that drains says so, goes on answering, and ends once nothing is in flight and either the peer has
 *     closed its side or a moment has passed in which commands under way could arrive.
 */
import type { ServerDuplexStream } from "@grpc/grpc-js";
import { type Outcome, status } from "./answers.ts";
import { type Command, deadlineOf } from "./context.ts";
import type { Call, Executor, Waiter } from "./execute.ts";
import type {
  CommandResult,
  ServeRequest,
  ServeResponse,
  Command as WireCommand,
} from "./gen/backstitch/v1/participant_service_pb.js";
import { Direction } from "./gen/backstitch/v1/saga_pb.js";
import { emptyContext } from "./wire.ts";

/** Where a message is closed and another one begun: a result of the largest size still fits under 1 MiB. */
const messageBytes = 512 * 1024;
/** What a result without payload takes at most, roughly. */
const resultBytes = 32;
/** Above this many commands in flight on one stream no more are read. Orchestrators keep far fewer. */
const maxInFlight = 4096;
/** How long a draining stream stays for commands that were under way. */
const lingerMs = 100;

/** A stream being served. */
export interface ServedStream {
  /** Tells the peer to send no more, and ends the stream when its commands are answered. */
  drain(): void;
  /** Settles when the stream is over. */
  readonly closed: Promise<void>;
}

/** Serves a stream until it ends. */
export function serveStream(executor: Executor, stream: ServerDuplexStream<ServeRequest, ServeResponse>): ServedStream {
  const waiting = new Map<bigint, StreamWaiter>();
  let results: CommandResult[] = [];
  let flushing = false;
  let blocked = false;
  let draining = false;
  let drainSaid = false;
  let lingered = false;
  let peerClosed = false;
  let over = false;
  const closed = Promise.withResolvers<void>();

  function send(result: CommandResult): void {
    results.push(result);
    scheduleFlush();
  }

  function scheduleFlush(): void {
    if (flushing || over) return;
    flushing = true;
    setImmediate(flush);
  }

  function flush(): void {
    flushing = false;
    if (over || blocked) return;
    while (!blocked && (results.length > 0 || (draining && !drainSaid))) {
      const batch = takeBatch();
      blocked = !stream.write({ $typeName: responseName, results: batch, draining });
      drainSaid = draining;
    }
    resumeOrPause();
    endIfDrained();
  }

  function takeBatch(): CommandResult[] {
    let bytes = 0;
    let count = 0;
    while (count < results.length && bytes < messageBytes) bytes += sizeOf(results[count++] as CommandResult);
    if (count === results.length) {
      const all = results;
      results = [];
      return all;
    }
    return results.splice(0, count);
  }

  function resumeOrPause(): void {
    if (blocked || waiting.size >= maxInFlight) stream.pause();
    else if (stream.isPaused()) stream.resume();
  }

  function endIfDrained(): void {
    const answered = waiting.size === 0 && results.length === 0;
    if (!over && answered && (peerClosed || (drainSaid && lingered))) stream.end();
  }

  function finish(): void {
    if (over) return;
    over = true;
    for (const waiter of waiting.values()) waiter.call?.leave(waiter);
    waiting.clear();
    closed.resolve();
  }

  class StreamWaiter implements Waiter {
    readonly id: bigint;
    call: Call | undefined;

    constructor(id: bigint) {
      this.id = id;
    }

    answer(outcome: Outcome): void {
      waiting.delete(this.id);
      send(toResult(this.id, outcome));
    }
  }

  function accept(wire: WireCommand): void {
    const id = wire.correlationId;
    // Two answers under one id could not be told apart: the first command keeps it.
    if (waiting.has(id)) return;
    const waiter = new StreamWaiter(id);
    waiting.set(id, waiter);
    const command = toCommand(wire);
    if (command === undefined) {
      waiter.answer({ kind: "error", status: status.invalidArgument, message: "the command has no direction" });
    } else {
      waiter.call = executor.run(command, waiter);
    }
  }

  function cancel(id: bigint): void {
    const waiter = waiting.get(id);
    if (waiter === undefined) return;
    waiting.delete(id);
    waiter.call?.leave(waiter);
    if (draining || peerClosed) scheduleFlush();
  }

  stream.on("data", (request: ServeRequest) => {
    // The next attempt of a cancelled call may be in the same message, and must not join it.
    for (const id of request.cancel) cancel(id);
    for (const command of request.commands) accept(command);
    if (waiting.size >= maxInFlight) stream.pause();
  });
  stream.on("drain", () => {
    blocked = false;
    flush();
  });
  stream.on("end", () => {
    peerClosed = true;
    scheduleFlush();
  });
  stream.on("cancelled", finish);
  stream.on("error", finish);
  stream.on("finish", finish);
  stream.on("close", finish);

  return {
    closed: closed.promise,
    drain() {
      if (draining) return;
      draining = true;
      scheduleFlush();
      setTimeout(() => {
        lingered = true;
        scheduleFlush();
      }, lingerMs);
    },
  };
}

function toCommand(wire: WireCommand): Command | undefined {
  const context = wire.context ?? emptyContext;
  if (wire.direction === Direction.UNSPECIFIED) return undefined;
  return {
    direction: wire.direction === Direction.BACKWARD ? "undo" : "do",
    context,
    input: wire.input,
    doInput: wire.doInput,
    doOutput: wire.doOutput,
    deadlineMs: deadlineOf(context),
  };
}

const nothing = new Uint8Array();

// Messages are written out rather than made with create(), which would copy each of them: this is the hot path.
const responseName = "backstitch.v1.ServeResponse";
const resultName = "backstitch.v1.CommandResult";

function toResult(correlationId: bigint, outcome: Outcome): CommandResult {
  return { $typeName: resultName, correlationId, outcome: toWire(outcome) };
}

function toWire(outcome: Outcome): CommandResult["outcome"] {
  switch (outcome.kind) {
    case "done":
      return { case: "done", value: Buffer.from(outcome.output) };
    case "rejected": {
      const { code, message } = outcome;
      const details = outcome.details === undefined ? nothing : Buffer.from(outcome.details);
      return { case: "rejected", value: { $typeName: "backstitch.v1.CommandRejected", code, message, details } };
    }
    case "pending":
      return { case: "pending", value: { $typeName: "backstitch.v1.Pending" } };
    case "error": {
      const { status, message } = outcome;
      const retryAfterMs = BigInt(outcome.retryAfterMs ?? 0);
      return { case: "error", value: { $typeName: "backstitch.v1.CommandError", status, message, retryAfterMs } };
    }
  }
}

function sizeOf(result: CommandResult): number {
  const { outcome } = result;
  switch (outcome.case) {
    case "done":
      return resultBytes + outcome.value.length;
    case "rejected":
      return resultBytes + 4 * outcome.value.message.length + outcome.value.details.length;
    case "error":
      return resultBytes + 4 * outcome.value.message.length;
    default:
      return resultBytes;
  }
}
