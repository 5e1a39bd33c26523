import CircuitBreaker from "opossum";
import type { BreakerConfig } from "./participants.ts";

/**
 * Whether a call may be sent. `probe`: the one call that decides whether a half-open breaker closes; its holder owes
 * `record` or `release`.
 */
export type Admission = "go" | "probe" | "held";
export type BreakerState = "closed" | "open" | "half-open";

export interface Breaker {
  admit(): Admission;
  /** How an admitted call ended: `unsent` is a fault for which no connection could be had. */
  record(admission: Admission, ended: "well" | "fault" | "unsent"): void;
  /** The admitted call ended without telling anything of the participant. */
  release(admission: Admission): void;
  readonly state: BreakerState;
  /** Wall clock, ms; undefined while closed. */
  readonly openedAt: number | undefined;
  /** How long a held call waits at least: until the breaker is half-open. */
  remainingMs(): number;
  shutdown(): void;
}

const FAULT = new Error("fault");
const SUCCESS = Promise.resolve();
const ignore = () => undefined;

/**
 * A breaker over opossum's rolling window and states. Calls are counted when they end, not when they begin: a call that
 * hangs for longer than the window would otherwise fail in a window that has forgotten its start, and never open it.
 * A participant that cannot be reached at all opens it after `minCalls` calls in a row, whatever the window remembers:
 * such calls fail in no time, and sagas would use up their attempts until they outnumber the successes before.
 * A call that began before the breaker opened tells nothing once it is open, and does not pass for the probe.
 */
export function createBreaker(config: BreakerConfig, onState: (state: BreakerState) => void): Breaker {
  const circuit = new CircuitBreaker<[boolean], void>(settle, {
    timeout: false,
    errorThresholdPercentage: config.errorPercent,
    resetTimeout: config.resetMs,
    rollingCountTimeout: config.windowMs,
    volumeThreshold: config.minCalls,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  });
  let state: BreakerState = "closed";
  let openedAt: number | undefined;
  let halfOpenAt = 0;
  let probing = false;
  /** How many calls in a row found no connection. */
  let unsent = 0;

  function enter(next: BreakerState): void {
    state = next;
    probing = false;
    onState(next);
  }
  circuit.on("open", () => {
    openedAt ??= Date.now();
    halfOpenAt = performance.now() + config.resetMs;
    enter("open");
  });
  circuit.on("halfOpen", () => enter("half-open"));
  circuit.on("close", () => {
    openedAt = undefined;
    enter("closed");
  });

  return {
    admit() {
      if (state === "closed") return "go";
      if (state === "open" || probing) return "held";
      probing = true;
      return "probe";
    },
    record(admission, ended) {
      if (admission === "go" ? state !== "closed" : state !== "half-open") return;
      circuit.fire(ended !== "well").catch(ignore);
      unsent = ended === "unsent" ? unsent + 1 : 0;
      if (unsent >= config.minCalls) circuit.open();
    },
    release(admission) {
      if (admission === "probe") probing = false;
    },
    get state() {
      return state;
    },
    get openedAt() {
      return openedAt;
    },
    remainingMs: () => (state === "open" ? Math.max(0, halfOpenAt - performance.now()) : 0),
    shutdown: () => circuit.shutdown(),
  };
}

/** Throws rather than rejects, so that opossum opens the circuit before `fire` returns. */
function settle(fault: boolean): Promise<void> {
  if (fault) throw FAULT;
  return SUCCESS;
}
