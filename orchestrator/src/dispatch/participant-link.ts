import type { Logger } from "../logger.ts";
import type { Outcome } from "../machine/event.ts";
import type { Direction } from "../machine/state.ts";
import type { Metrics } from "../metrics.ts";
import type { Resolve } from "./addresses.ts";
import { type Breaker, type BreakerState, createBreaker } from "./breaker.ts";
import type { Call, CallHolder } from "./call.ts";
import { createCallMetrics } from "./call-metrics.ts";
import { type Deadlines, untimed } from "./deadlines.ts";
import type { Command, ParticipantState } from "./dispatcher.ts";
import { held, lost, type Reply } from "./outcome.ts";
import type { ParticipantConfig } from "./participants.ts";
import { createPool } from "./pool.ts";

/** Everything between the dispatcher and one participant; participants share nothing but the wheel of deadlines. */
export interface ParticipantLink {
  send(command: Command, done: (outcome: Outcome) => void): void;
  readonly state: ParticipantState;
  /** Does what time asks for; called about twice a second. */
  tend(): void;
  /** Sends no more. */
  quiesce(): void;
  /** Resolves once nothing is in flight. */
  idle(): Promise<void>;
  /** Gives up what is in flight and closes all connections. */
  close(): void;
}

export interface ParticipantLinkOptions {
  readonly config: ParticipantConfig;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly deadlines: Deadlines<Call>;
  readonly resolve: Resolve;
  readonly random: () => number;
}

/** How long a call waits for room among those in flight before it is held. */
const QUEUE_MS = 1000;
/** A participant that stays full holds calls for as long as it has been full, up to this. */
const MAX_HOLD_MS = 10_000;

interface AdmittedCall extends Call {
  readonly done: (outcome: Outcome) => void;
}

export function createParticipantLink(options: ParticipantLinkOptions): ParticipantLink {
  const { config, deadlines, random, logger } = options;
  const metrics = createCallMetrics(options.metrics, config.name);
  const breakers: Record<Direction, Breaker> = { forward: breaker("forward"), backward: breaker("backward") };
  const pool = createPool({ ...options, settle: (call, reply) => settle(call as AdmittedCall, reply) });
  const flying = new Set<AdmittedCall>();
  /** Calls that wait for room, oldest first; as many as may be in flight. */
  const queue = new Set<AdmittedCall>();
  const queueHolder: CallHolder = { expired: (call) => hold(call as AdmittedCall, fullDelay()) };
  let fullSince: number | undefined;
  let stopping = false;
  let sending = false;
  let fillingUp = false;
  let whenIdle: (() => void) | undefined;

  function breaker(direction: Direction): Breaker {
    return createBreaker(config.breaker, (state) => {
      metrics.breakerState(direction, state);
      logger[state === "open" ? "warn" : "info"]({ participant: config.name, direction, state }, "the breaker changed");
      if (state === "open") holdQueued(direction, () => breakerDelay(direction));
    });
  }

  function holdQueued(direction: Direction | undefined, delay: () => number): void {
    for (const call of queue) if (direction === undefined || call.command.direction === direction) hold(call, delay());
  }

  function breakerDelay(direction: Direction): number {
    const { state } = breakers[direction];
    return state === "open" ? breakers[direction].remainingMs() + random() * config.breaker.resetMs : spread(1000);
  }

  function fullDelay(): number {
    const since = fullSince ?? performance.now();
    return spread(Math.min(MAX_HOLD_MS, Math.max(1000, performance.now() - since)));
  }

  function spread(ms: number): number {
    return ms * (0.2 + 0.8 * random());
  }

  /** Ends a call that was not sent. */
  function hold(call: AdmittedCall, ms: number): void {
    queue.delete(call);
    deadlines.clear(call);
    call.settled = true;
    breakers[call.command.direction].release(call.admission);
    deliver(call, held(ms));
  }

  function fly(call: AdmittedCall): void {
    flying.add(call);
    pool.send(call);
  }

  function settle(call: AdmittedCall, { outcome, fault }: Reply): void {
    if (call.settled) return;
    call.settled = true;
    deadlines.clear(call);
    flying.delete(call);
    const { direction } = call.command;
    const unsent = outcome.kind === "failed" && outcome.effect === "none" && outcome.retry;
    if (fault === undefined) breakers[direction].release(call.admission);
    else breakers[direction].record(call.admission, unsent ? "unsent" : fault ? "fault" : "well");
    // A call that was never sent, to a participant whose breaker is open by now, need not cost an attempt.
    const parked = unsent && breakers[direction].state !== "closed";
    deliver(call, parked ? held(breakerDelay(direction)) : outcome);
    flyNext();
  }

  function flyNext(): void {
    // A call that cannot even be sent settles at once and comes back here: the loop below goes on with the next.
    if (fillingUp) return;
    fillingUp = true;
    for (const call of queue) {
      if (flying.size >= config.maxInFlight) break;
      queue.delete(call);
      deadlines.clear(call);
      fly(call);
    }
    fillingUp = false;
    if (flying.size < config.maxInFlight) fullSince = undefined;
    if (flying.size === 0) whenIdle?.();
  }

  function deliver(call: AdmittedCall, outcome: Outcome): void {
    metrics.ended(call.command, outcome, performance.now() - call.startedAt);
    // The caller of `send` is not called back before `send` returns.
    if (sending) queueMicrotask(() => tell(call.done, outcome));
    else tell(call.done, outcome);
  }

  function tell(done: (outcome: Outcome) => void, outcome: Outcome): void {
    try {
      done(outcome);
    } catch (err) {
      logger.error({ participant: config.name, err }, "taking an outcome failed");
    }
  }

  function admit(command: Command, done: (outcome: Outcome) => void): void {
    const admission = stopping ? "held" : breakers[command.direction].admit();
    const startedAt = performance.now();
    const call: AdmittedCall = {
      ...untimed,
      command,
      done,
      admission,
      startedAt,
      holder: queueHolder,
      id: 0,
      handed: false,
      settled: false,
    };
    if (admission === "held") hold(call, stopping ? spread(1000) : breakerDelay(command.direction));
    else if (flying.size < config.maxInFlight) fly(call);
    else {
      fullSince ??= startedAt;
      if (queue.size >= config.maxInFlight) hold(call, fullDelay());
      else {
        queue.add(call);
        deadlines.set(call, QUEUE_MS);
      }
    }
  }

  return {
    send(command, done) {
      sending = true;
      try {
        admit(command, done);
      } finally {
        sending = false;
      }
    },
    get state() {
      const { name, address, maxInFlight } = config;
      const [forward, backward] = [stateOf(breakers.forward), stateOf(breakers.backward)];
      const { transport } = pool;
      return { name, address, transport, breakers: { forward, backward }, inFlight: flying.size, maxInFlight };
    },
    tend() {
      metrics.inFlight(flying.size);
      pool.tend();
    },
    quiesce() {
      stopping = true;
      holdQueued(undefined, () => spread(1000));
    },
    idle: () => (flying.size === 0 ? Promise.resolve() : new Promise((resolve) => (whenIdle = resolve))),
    close() {
      const unsent: Reply = { outcome: held(spread(1000)), fault: undefined };
      for (const call of flying) settle(call, call.handed ? lost("CANCELLED", "the orchestrator stops") : unsent);
      pool.close();
      breakers.forward.shutdown();
      breakers.backward.shutdown();
    },
  };
}

function stateOf({ state, openedAt }: Breaker): { state: BreakerState; openedAt: number | undefined } {
  return { state, openedAt };
}
