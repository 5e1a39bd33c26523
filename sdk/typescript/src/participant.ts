import { setTimeout as delay } from "node:timers/promises";
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerOptions,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { type Pending, type Rejected, type RetryAfter, status } from "./answers.ts";
import type { DoContext, UndoContext } from "./context.ts";
import { type Duration, toMs } from "./duration.ts";
import { createExecutor, type ErasedAction, type Logger } from "./execute.ts";
import {
  ParticipantService,
  type ServeRequest,
  type ServeResponse,
} from "./gen/backstitch/v1/participant_service_pb.js";
import { type ServedStream, serveStream } from "./serve.ts";
import { createDo, createUndo } from "./unary.ts";
import { participantService } from "./wire.ts";

/** What a handler may return besides its output. Each may also be thrown. */
export type Answer = Rejected | Pending | RetryAfter;

/** What a Do handler gives: its output, nothing, or an answer. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler may simply not return
export type DoResult = object | void | Answer;

/** What an Undo handler gives: nothing, or an answer. */
// biome-ignore lint/suspicious/noConfusingVoidType: as above
export type UndoResult = void | Answer;

/** A named pair of Do and Undo. Input and output are JSON objects; annotate `input` with the type you expect. */
export interface Action {
  /**
   * Applies the effect and returns the output, or nothing. Throws `rejected()` to refuse; whatever else it throws is a
   * technical failure, which is tried again.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the payload's shape is the handler's own to declare
  do(input: any, context: DoContext): DoResult | Promise<DoResult>;
  /** Removes the effect. Absent: the action only reads (`undo: none` in the definition), and an Undo is UNIMPLEMENTED. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  undo?(input: any, context: UndoContext): UndoResult | Promise<UndoResult>;
}

/** The actions of one participant, by name. */
export type Actions = Readonly<Record<string, Action>>;

/** How a participant server runs. */
export interface ParticipantOptions {
  /** Where failures of handlers are reported. Default: nowhere. */
  logger?: Logger;
  /** Whether the Serve stream is offered beside the unary calls. Default true. */
  serve?: boolean;
  /** How long a connection may be silent before it is asked for a sign of life; 10 s without one close it. Default 30 s. */
  keepalive?: Duration;
  /** Default: plain text. */
  tls?: ParticipantTls;
}

/** PEM files' contents. */
export interface ParticipantTls {
  key: Buffer;
  cert: Buffer;
  /** The authority of client certificates. Given: clients must show one (mTLS). */
  clientCa?: Buffer;
}

/** A participant server. */
export interface ParticipantServer {
  /**
   * Takes calls. Port 0 picks a free one. Fails if the address is in use.
   * The default host is 127.0.0.1: a server that others may reach has to say so, and ought to use TLS.
   */
  listen(port?: number, host?: string): Promise<{ address: string; port: number }>;
  /**
   * Takes no more calls, lets those in flight end for `graceMs` (default 10,000), then aborts the rest.
   * Settles when every connection is closed.
   */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/**
 * An Undo brings three payloads of up to 256 KiB of JSON text. In a unary call each is a Struct, in which a number of
 * one digit, with its comma 2 bytes of text, takes 11.
 */
const maxMessageBytes = 5 * 1024 * 1024;

function serverOptions(keepalive: Duration = "30s"): ServerOptions {
  return {
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
    "grpc.keepalive_time_ms": toMs(keepalive),
    "grpc.keepalive_timeout_ms": 10_000,
  };
}

/** How long connections may take to close once everything is answered. */
const closeMs = 200;

/**
 * Makes a server of one or more participants: `participant({ payment: { charge: { do, undo } } })`.
 * Commands carry only the action's name, so a name must be unique in a server; throws a TypeError otherwise.
 */
export function participant(
  participants: Readonly<Record<string, Actions>>,
  options: ParticipantOptions = {},
): ParticipantServer {
  const actions = collectActions(participants);
  const known = [...actions.keys()].sort().join(", ");
  const executor = createExecutor(actions, known, options.logger);
  const streams = new Set<ServedStream>();
  const health = new HealthImplementation({ "": "NOT_SERVING", [ParticipantService.typeName]: "NOT_SERVING" });
  const server = new Server(serverOptions(options.keepalive));
  let stopping: Promise<void> | undefined;

  const handlers: UntypedServiceImplementation = {
    Do: createDo(executor),
    Undo: createUndo(executor),
    Serve(call: ServerDuplexStream<ServeRequest, ServeResponse>) {
      if (options.serve === false) {
        call.emit("error", { code: status.unimplemented, details: "this participant serves unary calls only" });
        return;
      }
      const stream = serveStream(executor, call);
      streams.add(stream);
      stream.closed.then(() => streams.delete(stream));
      if (stopping !== undefined) stream.drain();
    },
  };
  server.addService(participantService, handlers);
  health.addToServer(server);

  function setHealth(serving: "SERVING" | "NOT_SERVING"): void {
    health.setStatus("", serving);
    health.setStatus(ParticipantService.typeName, serving);
  }

  async function stopNow(graceMs: number): Promise<void> {
    setHealth("NOT_SERVING");
    const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    const grace = new AbortController();
    const graceOver = delay(graceMs, undefined, { signal: grace.signal }).catch(() => {});
    for (const stream of streams) stream.drain();
    const drained = Promise.all([executor.whenIdle(), ...[...streams].map((stream) => stream.closed)]);
    await Promise.race([drained, graceOver]);
    grace.abort();
    executor.abortAll();
    // A watcher of the health service never ends by itself, so the wait for connections is bounded.
    const close = new AbortController();
    await Promise.race([closed, delay(closeMs, undefined, { signal: close.signal }).catch(() => {})]);
    close.abort();
    server.forceShutdown();
  }

  return {
    listen(port = 0, host = "127.0.0.1") {
      return new Promise((resolve, reject) => {
        const address = host.includes(":") ? `[${host}]` : host;
        server.bindAsync(`${address}:${port}`, credentials(options.tls), (error, bound) => {
          if (error !== null) return reject(error);
          setHealth("SERVING");
          resolve({ address: `${address}:${bound}`, port: bound });
        });
      });
    },
    stop({ graceMs = 10_000 } = {}) {
      stopping ??= stopNow(graceMs);
      return stopping;
    },
  };
}

function credentials(tls: ParticipantTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { private_key: tls.key, cert_chain: tls.cert };
  return ServerCredentials.createSsl(tls.clientCa ?? null, [pair], tls.clientCa !== undefined);
}

function collectActions(participants: Readonly<Record<string, Actions>>): Map<string, ErasedAction> {
  const owners = new Map<string, string>();
  const actions = new Map<string, ErasedAction>();
  for (const [name, offered] of Object.entries(participants)) {
    for (const [action, handlers] of Object.entries(offered)) {
      const owner = owners.get(action);
      if (owner !== undefined) {
        throw new TypeError(
          `both "${owner}" and "${name}" have an action "${action}": ` +
            "a command names only the action, so within one server its name must be unique",
        );
      }
      if (typeof handlers?.do !== "function") throw new TypeError(`the action "${name}.${action}" has no do`);
      owners.set(action, name);
      actions.set(action, handlers);
    }
  }
  if (actions.size === 0) throw new TypeError("a participant needs at least one action");
  return actions;
}
