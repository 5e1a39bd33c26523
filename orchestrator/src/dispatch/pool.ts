/**
 * The connections to a participant: one for each address behind its name. Rules:
 *  P1 a call goes to the ready connection with the fewest calls in flight;
 *  P2 while none is ready and one may become so, calls wait here, where they certainly have no effect; if none can be
 *     reached they fail at once;
 *  P3 a connection that reaches its age is replaced by a new one to the same address, once that is ready, so that
 *     instances behind one address share the work; what is in flight on the old one is still answered.
 */
import { Client } from "@grpc/grpc-js";
import type { Logger } from "../logger.ts";
import { authorityOf, isNamed, parseTarget, type Resolve, resolveTarget } from "./addresses.ts";
import type { Call, CallHolder, Settle } from "./call.ts";
import { createCredentials } from "./credentials.ts";
import type { Deadlines } from "./deadlines.ts";
import { createEndpoint, type Endpoint } from "./endpoint.ts";
import { neverSent } from "./outcome.ts";
import type { ParticipantConfig } from "./participants.ts";

export interface Pool {
  send(call: Call): void;
  /** Does what time asks for: look-ups, ageing. Called about twice a second. */
  tend(): void;
  readonly transport: Endpoint["transport"];
  close(): void;
}

export interface PoolOptions {
  readonly config: ParticipantConfig;
  readonly deadlines: Deadlines<Call>;
  readonly settle: Settle;
  readonly resolve: Resolve;
  readonly random: () => number;
  readonly logger: Logger;
}

const LOOKUP_MS = 30_000;
/** After trouble the next look-up comes sooner; also the least time between two connections to one address. */
const HURRIED_MS = 1000;
const CONNECT_MS = 10_000;

/** The connection to an address, and the one that is to replace it. */
interface Place {
  current: Endpoint | undefined;
  next: Endpoint | undefined;
  /** When a new connection is due. */
  renewAt: number;
}

export function createPool({ config, deadlines, settle, resolve, random, logger }: PoolOptions): Pool {
  const target = parseTarget(config.address);
  if (target === undefined) throw new TypeError(`not an address: ${config.address}`);
  const credentials = createCredentials(config.tls, (err) =>
    logger.warn({ participant: config.name, err }, "certificates cannot be read; the last ones stay in use"),
  );
  const channelOptions = channelOptionsOf(config, authorityOf(target));
  const places = new Map<string, Place>();
  const retired = new Set<Endpoint>();
  const waiting = new Set<Call>();
  const holder: CallHolder = {
    expired(call) {
      waiting.delete(call);
      settle(call, neverSent(`no connection to participant ${config.name} in time`));
    },
  };
  let started = false;
  let closed = false;
  let lookingUp = false;
  let lookedUpAt = 0;
  let trouble = false;

  function pick(): Endpoint | undefined {
    let best: Endpoint | undefined;
    for (const { current } of places.values()) {
      if (current?.state === "ready" && (best === undefined || current.inFlight < best.inFlight)) best = current;
    }
    return best;
  }

  function mayConnect(): boolean {
    if (lookingUp) return true;
    for (const { current } of places.values()) if (current === undefined || current.state === "connecting") return true;
    return false;
  }

  function send(call: Call): void {
    if (!started) start();
    const endpoint = pick();
    if (endpoint !== undefined) endpoint.send(call);
    else if (mayConnect()) {
      waiting.add(call);
      call.holder = holder;
      deadlines.set(call, call.command.timeoutMs);
    } else settle(call, neverSent(`participant ${config.name} cannot be reached`));
  }

  function retryWaiting(): void {
    if (waiting.size === 0 || (pick() === undefined && mayConnect())) return;
    const calls = [...waiting];
    waiting.clear();
    for (const call of calls) if (!call.settled) send(call);
  }

  function start(): void {
    started = true;
    void lookUp();
  }

  async function lookUp(): Promise<void> {
    if (lookingUp || closed || target === undefined) return;
    lookingUp = true;
    trouble = false;
    let addresses: readonly string[] = [];
    try {
      addresses = await resolveTarget(target, resolve);
    } catch (err) {
      trouble = true;
      logger.warn({ participant: config.name, err }, "the participant's address cannot be resolved");
    }
    lookingUp = false;
    lookedUpAt = performance.now();
    // An answer without addresses is taken for a fault of the resolver: what is known stays in use.
    if (addresses.length > 0 && !closed) settleOn(addresses);
    retryWaiting();
  }

  function settleOn(addresses: readonly string[]): void {
    for (const [address, place] of places) {
      if (addresses.includes(address)) continue;
      places.delete(address);
      place.next?.close();
      retire(place.current);
    }
    for (const address of addresses) {
      if (!places.has(address)) places.set(address, { current: connect(address), next: undefined, renewAt: renewal() });
    }
  }

  function renewal(): number {
    return performance.now() + config.maxConnectionAgeMs * (0.8 + 0.4 * random());
  }

  function connect(address: string): Endpoint {
    return createEndpoint({
      address,
      client: new Client(address, credentials(), channelOptions),
      serve: config.serve,
      window: config.maxInFlight,
      deadlines,
      settle,
      random,
      events: { changed, draining: leave, silent, unsent, closed: (endpoint) => retired.delete(endpoint) },
    });
  }

  function changed(endpoint: Endpoint): void {
    const place = places.get(endpoint.address);
    if (place?.current === endpoint && endpoint.state === "failed") {
      trouble = true;
      logger.warn({ participant: config.name, address: endpoint.address }, "the participant cannot be reached");
    }
    if (place?.next === endpoint) promote(place, endpoint);
    retryWaiting();
  }

  function promote(place: Place, next: Endpoint): void {
    if (next.state === "ready") {
      const old = place.current;
      place.current = next;
      place.next = undefined;
      retire(old);
    } else if (next.state === "failed") {
      place.next = undefined;
      next.close();
    }
  }

  /** Sends nothing more over this connection, whether or not there is another one. */
  function leave(endpoint: Endpoint): void {
    const place = places.get(endpoint.address);
    if (place?.current !== endpoint) return;
    trouble = true;
    place.current = place.next;
    place.next = undefined;
    retire(endpoint);
    // A participant that sends every new connection away is asked again only after a moment, by `tend`.
    if (place.current === undefined && performance.now() - endpoint.createdAt >= HURRIED_MS)
      renew(place, endpoint.address);
    retryWaiting();
  }

  function silent(endpoint: Endpoint): void {
    const place = places.get(endpoint.address);
    if (place?.current === endpoint && performance.now() - endpoint.createdAt >= HURRIED_MS)
      renew(place, endpoint.address);
  }

  function renew(place: Place, address: string): void {
    place.renewAt = renewal();
    if (place.current === undefined) place.current = connect(address);
    else place.next ??= connect(address);
  }

  function retire(endpoint: Endpoint | undefined): void {
    if (endpoint === undefined) return;
    retired.add(endpoint);
    endpoint.drain();
  }

  function unsent(calls: readonly Call[]): void {
    for (const call of calls) send(call);
  }

  return {
    send,
    tend() {
      if (!started || closed || target === undefined) return;
      const now = performance.now();
      const hurried = trouble || places.size === 0;
      if (isNamed(target) && now - lookedUpAt >= (hurried ? HURRIED_MS : LOOKUP_MS)) void lookUp();
      for (const [address, place] of places) {
        const { current, next } = place;
        if (next !== undefined && isStuck(next, now)) {
          place.next = undefined;
          next.close();
        }
        if (current !== undefined && isStuck(current, now)) leave(current);
        else if (current === undefined || (now >= place.renewAt && current.state === "ready")) renew(place, address);
      }
    },
    get transport() {
      let transport: Endpoint["transport"] = "unknown";
      for (const { current } of places.values()) {
        if (current?.transport === "serve") return "serve";
        if (current?.transport === "unary") transport = "unary";
      }
      return transport;
    },
    close() {
      closed = true;
      for (const { current, next } of places.values()) {
        current?.close();
        next?.close();
      }
      for (const endpoint of retired) endpoint.close();
      places.clear();
    },
  };
}

function isStuck(endpoint: Endpoint, now: number): boolean {
  return endpoint.state === "connecting" && now - endpoint.stateSince >= CONNECT_MS;
}

function channelOptionsOf(config: ParticipantConfig, is: { host: string; authority: string }) {
  const serverName = config.tls === "off" ? undefined : (config.tls.serverName ?? is.host);
  return {
    "grpc.default_authority": is.authority,
    ...(serverName !== undefined && { "grpc.ssl_target_name_override": serverName }),
    "grpc.keepalive_time_ms": config.keepalive.timeMs,
    "grpc.keepalive_timeout_ms": config.keepalive.timeoutMs,
    "grpc.keepalive_permit_without_calls": 1,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1000,
    "grpc.max_receive_message_length": 8 * 1024 * 1024,
    // Attempts are the machine's business, and addresses are resolved here: no retries, proxies or shared connections.
    "grpc.enable_retries": 0,
    "grpc.enable_http_proxy": 0,
    "grpc.service_config_disable_resolution": 1,
    "grpc.use_local_subchannel_pool": 1,
    "grpc.enable_channelz": 0,
  };
}
