/**
 * Commands over a Serve stream. Rules:
 *  L1 what is sent in one turn of the event loop leaves together, in messages of bounded size;
 *  L2 while the peer does not take what was written, commands stay here, where they certainly have no effect;
 *  L3 a command that was written and not answered has an unknown effect, except where the participant says that it
 *     does not have Serve: it read none of them, and they go by unary calls;
 *  L4 an answer that comes after its command was given up is ignored.
 */
import { type Client, type ClientDuplexStream, type StatusObject, status } from "@grpc/grpc-js";
import type { ServeRequest, ServeResponse } from "../gen/backstitch/v1/participant_service_pb.js";
import { replyToCommand } from "./answers.ts";
import type { Call, CallHolder, Settle } from "./call.ts";
import type { Deadlines } from "./deadlines.ts";
import { neverSent, timedOut } from "./outcome.ts";
import { createServeRequest, decodeServe, encodeServe, methods, sizeOf, streamCommand } from "./wire.ts";

/** How long a participant may take to end a stream that was ended from here. */
const END_MS = 1000;
/** A message holds at most so much, if it is more than one command; the largest command alone is below 1 MiB. */
const MESSAGE_BYTES = 512 * 1024;

export interface StreamLink extends CallHolder {
  send(call: Call): void;
  /** Ends the stream once everything in flight is settled; nothing more may be sent. */
  end(): void;
  /** Ends it now. */
  cancel(): void;
}

/** What the owner of a link is told. */
export interface StreamEvents {
  /** The first answer came: the participant has Serve. */
  heard(): void;
  /** The participant asks for no more commands on this stream. */
  draining(): void;
  /** A command's time passed, and nothing at all has come since it was written. */
  silent(): void;
  /** The stream is over. */
  over(end: StreamEnd): void;
}

export interface StreamEnd {
  /** The gRPC status. */
  readonly code: number;
  readonly message: string;
  /** Whether anything ever came over the stream. */
  readonly heard: boolean;
  /** Calls without an answer; those that were `handed` may have an effect. */
  readonly calls: readonly Call[];
}

export function createStreamLink(
  client: Client,
  window: number,
  deadlines: Deadlines<Call>,
  settle: Settle,
  events: StreamEvents,
): StreamLink {
  const stream: ClientDuplexStream<ServeRequest, ServeResponse> = client.makeBidiStreamRequest(
    methods.serve,
    encodeServe,
    decodeServe,
  );
  const inFlight = new Map<number, Call>();
  let outbox: Call[] = [];
  let cancelled: bigint[] = [];
  let lastId = 0;
  let lastHeard = 0;
  let scheduled = false;
  let blocked = false;
  let greeted = false;
  let ending = false;
  let ended = false;

  function schedule(): void {
    if (scheduled || ended) return;
    scheduled = true;
    setImmediate(flush);
  }

  function flush(): void {
    scheduled = false;
    while (!blocked && !ended && (outbox.length > 0 || cancelled.length > 0)) write();
    endIfSettled();
  }

  function write(): void {
    const now = Date.now();
    const commands = [];
    let taken = 0;
    let bytes = 0;
    while (taken < outbox.length) {
      const call = outbox[taken] as Call;
      // A call that was settled meanwhile was given up while it waited here.
      if (!call.settled) {
        const command = streamCommand(call.id, call.command, now);
        bytes += sizeOf(command);
        if (bytes > MESSAGE_BYTES && commands.length > 0) break;
        commands.push(command);
        call.handed = true;
      }
      taken++;
    }
    outbox = taken === outbox.length ? [] : outbox.slice(taken);
    const cancel = cancelled;
    cancelled = [];
    if (commands.length === 0 && cancel.length === 0) return;
    blocked = !stream.write(createServeRequest({ commands, cancel, window: greeted ? 0 : window }));
    greeted = true;
  }

  function endIfSettled(): void {
    if (!ending || ended || inFlight.size > 0 || cancelled.length > 0) return;
    ended = true;
    stream.end();
    setTimeout(() => stream.cancel(), END_MS).unref();
  }

  stream.on("data", (response: ServeResponse) => {
    const first = lastHeard === 0;
    lastHeard = performance.now();
    if (first) events.heard();
    for (const result of response.results) {
      const id = Number(result.correlationId);
      const call = inFlight.get(id);
      if (call === undefined) continue;
      inFlight.delete(id);
      settle(call, replyToCommand(result, call.command.direction));
    }
    if (response.draining && !ending) events.draining();
    endIfSettled();
  });
  stream.on("drain", () => {
    blocked = false;
    flush();
  });
  // Errors come as a status too.
  stream.on("error", () => undefined);
  stream.on("status", ({ code, details }: StatusObject) => {
    ended = true;
    const calls = [...inFlight.values()];
    inFlight.clear();
    outbox = [];
    const message = code === status.OK ? "the participant ended the stream" : details;
    events.over({ code, message, heard: lastHeard > 0, calls });
  });

  const link: StreamLink = {
    send(call) {
      call.holder = link;
      call.id = ++lastId;
      inFlight.set(call.id, call);
      outbox.push(call);
      deadlines.set(call, call.command.timeoutMs);
      schedule();
    },
    expired(call) {
      inFlight.delete(call.id);
      const { timeoutMs } = call.command;
      if (!call.handed) {
        settle(call, neverSent("the participant takes no more commands"));
        return;
      }
      settle(call, timedOut(timeoutMs));
      cancelled.push(BigInt(call.id));
      schedule();
      if (lastHeard < performance.now() - timeoutMs) events.silent();
    },
    end() {
      ending = true;
      flush();
    },
    cancel() {
      ended = true;
      stream.cancel();
    },
  };
  return link;
}
