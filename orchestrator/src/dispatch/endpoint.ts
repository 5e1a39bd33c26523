import { type Client, connectivityState, status } from "@grpc/grpc-js";
import type { Direction } from "../machine/state.ts";
import type { Call, Settle } from "./call.ts";
import type { Deadlines } from "./deadlines.ts";
import { failedWith, lost, type Reply } from "./outcome.ts";
import { rulings, statusName } from "./status.ts";
import { createStreamLink, type StreamEnd, type StreamLink } from "./stream-link.ts";
import { createUnaryLink } from "./unary-link.ts";

/** `failed`: tried and not reached; it goes on trying. */
export type EndpointState = "connecting" | "ready" | "failed" | "closed";

/** One connection to one address of a participant. */
export interface Endpoint {
  readonly address: string;
  readonly state: EndpointState;
  readonly transport: "unknown" | "unary" | "serve";
  readonly inFlight: number;
  /** When it was made, and since when it has been in its state; monotonic ms. */
  readonly createdAt: number;
  readonly stateSince: number;
  /** Only while ready. */
  send(call: Call): void;
  /** Closes once everything in flight is settled; the owner sends no more. */
  drain(): void;
  close(): void;
}

export interface EndpointEvents {
  /** The state is another one. */
  changed(endpoint: Endpoint): void;
  /** The participant asks for no more commands on this connection. */
  draining(endpoint: Endpoint): void;
  /** Nothing comes over this connection: another one may do better. */
  silent(endpoint: Endpoint): void;
  /** These calls were never written; the owner may send them elsewhere. */
  unsent(calls: readonly Call[]): void;
  closed(endpoint: Endpoint): void;
}

export interface EndpointOptions {
  readonly address: string;
  readonly client: Client;
  readonly serve: "auto" | "off";
  readonly window: number;
  readonly deadlines: Deadlines<Call>;
  readonly settle: Settle;
  readonly random: () => number;
  readonly events: EndpointEvents;
}

/** How long after a stream that brought nothing the next one is opened: doubled each time up to the second value. */
const STREAM_BACKOFF_MS = [100, 5000] as const;

export function createEndpoint(options: EndpointOptions): Endpoint {
  const { client, deadlines, random, events } = options;
  const channel = client.getChannel();
  const unary = createUnaryLink(client, deadlines, settle, () => events.silent(endpoint));
  const createdAt = performance.now();
  let state: EndpointState = "connecting";
  let stateSince = createdAt;
  let connected = false;
  let transport: Endpoint["transport"] = options.serve === "off" ? "unary" : "unknown";
  /** The stream that takes commands, and all that are not over. */
  let stream: StreamLink | undefined;
  const streams = new Set<StreamLink>();
  let fruitless = 0;
  let backoff: NodeJS.Timeout | undefined;
  let inFlight = 0;
  let draining = false;

  function settle(call: Call, reply: Reply): void {
    if (call.settled) return;
    inFlight--;
    options.settle(call, reply);
    if (draining && inFlight === 0) endpoint.close();
  }

  function enter(next: EndpointState): void {
    if (state === next || state === "closed") return;
    state = next;
    stateSince = performance.now();
    events.changed(endpoint);
  }

  function watch(): void {
    const current = channel.getConnectivityState(true);
    follow(current);
    // Whoever heard of it may have closed this endpoint, and a closed channel takes no watcher.
    if (state === "closed") return;
    channel.watchConnectivityState(current, Number.POSITIVE_INFINITY, () => {
      if (state !== "closed") watch();
    });
  }

  function follow(current: connectivityState): void {
    const wasConnected = connected;
    connected = current === connectivityState.READY;
    if (connected) {
      // Another process may stand at this address now: what it has is asked anew.
      if (!wasConnected && options.serve === "auto") transport = "unknown";
      enter(backoff === undefined ? "ready" : "failed");
      return;
    }
    if (wasConnected) leaveStream();
    if (current === connectivityState.TRANSIENT_FAILURE) enter("failed");
    // Trying again after a failure is still a failure, until it succeeds.
    else if (state === "ready") enter("connecting");
  }

  /** The server may have asked the connection to end (GOAWAY) and still answer on it: new commands go elsewhere. */
  function leaveStream(): void {
    stream?.end();
    stream = undefined;
  }

  function openStream(): StreamLink {
    const link = createStreamLink(client, options.window, deadlines, settle, {
      heard() {
        fruitless = 0;
        transport = "serve";
      },
      draining: () => events.draining(endpoint),
      silent: () => events.silent(endpoint),
      over: (how) => {
        streams.delete(link);
        if (stream === link) stream = undefined;
        over(how);
      },
    });
    streams.add(link);
    return link;
  }

  function over({ code, message, heard, calls }: StreamEnd): void {
    if (state === "closed") return;
    if (code === status.UNIMPLEMENTED && !heard) {
      transport = "unary";
      for (const call of calls) unary.send(call);
      return;
    }
    if (!heard && connected && calls.length > 0) backOff();
    breakAll({ code, message, heard, calls });
  }

  /** One fault in each direction, not one for each call: one thing broke. */
  function breakAll({ code, message, heard, calls }: StreamEnd): void {
    const name = code === status.OK ? "UNAVAILABLE" : statusName(code);
    // A stream that never brought anything was refused as a call is; one that did was cut off.
    const refused = !heard && !rulings[name].retry;
    const blamed = new Set<Direction>();
    const unsent: Call[] = [];
    for (const call of calls) {
      if (!call.handed) {
        inFlight--;
        unsent.push(call);
        continue;
      }
      const { direction } = call.command;
      const first = !blamed.has(direction) || call.admission === "probe";
      blamed.add(direction);
      const reply = refused ? failedWith(name, message, undefined) : lost(name, message);
      settle(call, { ...reply, fault: first ? !refused || rulings[name].fault : undefined });
    }
    events.unsent(unsent);
    if (draining && inFlight === 0) endpoint.close();
  }

  function backOff(): void {
    const [first, most] = STREAM_BACKOFF_MS;
    const ms = Math.min(most, first * 2 ** fruitless++) * (0.5 + random() / 2);
    enter("failed");
    backoff = setTimeout(() => {
      backoff = undefined;
      if (connected) enter("ready");
    }, ms);
    backoff.unref();
  }

  const endpoint: Endpoint = {
    address: options.address,
    createdAt,
    get state() {
      return state;
    },
    get stateSince() {
      return stateSince;
    },
    get transport() {
      return transport;
    },
    get inFlight() {
      return inFlight;
    },
    send(call) {
      inFlight++;
      if (transport === "unary") {
        unary.send(call);
        return;
      }
      stream ??= openStream();
      stream.send(call);
    },
    drain() {
      draining = true;
      leaveStream();
      if (inFlight === 0) endpoint.close();
    },
    close() {
      if (state === "closed") return;
      enter("closed");
      clearTimeout(backoff);
      unary.cancel();
      for (const link of streams) if (inFlight > 0) link.cancel();
      leaveStream();
      client.close();
      events.closed(endpoint);
    },
  };
  // The owner has to know the endpoint before it hears of it.
  queueMicrotask(() => {
    if (state !== "closed") watch();
  });
  return endpoint;
}
