import { monotonicMs } from "../../clock.ts";
import type { Caller } from "./caller.ts";

const REFRESH_MS = 1000;
/** A change of the offset beyond this is a step of a clock, not drift or delay. */
const STEP_MS = 500;

/** What TIME gives. */
export type RedisTime = readonly [seconds: string, microseconds: string];

/** Redis' clock as seen from here. The wall clock of this machine plays no part. */
export interface StoreClock {
  now(): number;
  /** The same without what development mode adds to it. */
  redisNow(): number;
  /** Learns from an answer of TIME, or of a script that gave it too, to what was sent at `sentAt` by the monotonic clock. */
  hear(sentAt: number, time: RedisTime): void;
  /** Asks Redis for its time. */
  refresh(): Promise<void>;
  /** Whether Redis' clock was set within the last `ms`. */
  steppedWithin(ms: number): boolean;
  start(): void;
  stop(): void;
}

/** `ahead`: how far the clock of the store is ahead of that of Redis, in ms. */
export function createStoreClock(caller: Caller, ahead: () => number = () => 0): StoreClock {
  let offset: number | undefined;
  let steppedAt = Number.NEGATIVE_INFINITY;
  let heardAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const hear = (sent: number, [seconds, micros]: RedisTime) => {
    const received = monotonicMs();
    heardAt = received;
    const fresh = Number(seconds) * 1000 + Number(micros) / 1000 - (sent + received) / 2;
    const uncertain = (received - sent) / 2;
    const change = offset === undefined ? Number.POSITIVE_INFINITY : Math.abs(fresh - offset);
    // An answer that took seconds, because Redis could not be reached, knows less than the one before.
    if (change <= uncertain) return;
    if (offset !== undefined && change > STEP_MS + uncertain) steppedAt = received;
    offset = fresh;
  };
  const refresh = async () => {
    const sent = monotonicMs();
    hear(sent, (await caller.call("time")) as [string, string]);
  };
  // The worker's polls bring the time along: this asks only where there are none.
  const refreshIfSilent = async () => {
    if (monotonicMs() - heardAt >= REFRESH_MS) await refresh();
  };

  const redisNow = () => Math.floor(monotonicMs() + (offset ?? performance.timeOrigin));

  return {
    now: () => redisNow() + ahead(),
    redisNow,
    hear,
    refresh,
    steppedWithin: (ms) => monotonicMs() - steppedAt < ms,
    start() {
      const again = () => {
        timer = setTimeout(() => void refreshIfSilent().then(again, again), REFRESH_MS);
        timer.unref();
      };
      again();
    },
    stop: () => clearTimeout(timer),
  };
}
