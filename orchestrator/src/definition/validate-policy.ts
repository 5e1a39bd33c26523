import type { Duration } from "@bufbuild/protobuf/wkt";
import type { RetryPolicy as RetryMessage } from "../gen/backstitch/v1/definition_pb.js";
import type { ExponentialPolicy } from "./defaults.ts";
import { millisecondsIn } from "./duration.ts";
import { at, type FaultList } from "./faults.ts";
import { limits } from "./limits.ts";
import type { RetryPolicy } from "./types.ts";

/** Milliseconds of a duration of at least `leastMs`; undefined where it is not given. */
export function checkDuration(
  duration: Duration | undefined,
  field: string,
  faults: FaultList,
  leastMs = 1,
): number | undefined {
  if (duration === undefined) return undefined;
  const ms = millisecondsIn(duration);
  const wellFormed = Number.isInteger(ms) && Math.abs(duration.nanos) < 1_000_000_000;
  if (!wellFormed || ms < leastMs || ms > limits.durationMs) {
    const least = leastMs === 0 ? "0 s" : `${leastMs} ms`;
    faults.add(field, "range", `must be between ${least} and 365 days, in whole milliseconds`);
  }
  return ms;
}

/** Checks a retry policy and fills in what it leaves open. */
export function checkRetry(
  retry: RetryMessage | undefined,
  fallback: ExponentialPolicy,
  field: string,
  faults: FaultList,
): RetryPolicy {
  if (retry === undefined) return fallback;
  if (retry.maxAttempts > limits.retryAttempts) {
    faults.add(
      at(field, "max_attempts"),
      "range",
      `must be at most ${limits.retryAttempts}; 0 or nothing: the default`,
    );
  }
  return retry.schedule.length > 0
    ? checkSchedule(retry, field, faults)
    : checkExponential(retry, fallback, field, faults);
}

function checkSchedule(retry: RetryMessage, field: string, faults: FaultList): RetryPolicy {
  for (const name of ["initial", "multiplier", "max"] as const) {
    const given = name === "multiplier" ? retry.multiplier !== 0 : retry[name] !== undefined;
    if (given)
      faults.add(at(field, name), "conflicting_fields", "cannot be combined with schedule, which gives all delays");
  }
  const schedule = at(field, "schedule");
  if (retry.schedule.length > limits.scheduleDelays) {
    faults.add(schedule, "max_items", `has more than ${limits.scheduleDelays} delays; the last one repeats by itself`);
  }
  const delaysMs = retry.schedule
    .slice(0, limits.scheduleDelays)
    .map((delay, i) => checkDuration(delay, at(schedule, i), faults, 0) ?? 0);
  return { kind: "schedule", maxAttempts: retry.maxAttempts || delaysMs.length + 1, delaysMs };
}

function checkExponential(
  retry: RetryMessage,
  fallback: ExponentialPolicy,
  field: string,
  faults: FaultList,
): RetryPolicy {
  const initial = checkDuration(retry.initial, at(field, "initial"), faults);
  const max = checkDuration(retry.max, at(field, "max"), faults);
  if (initial !== undefined && max !== undefined && initial > max) {
    faults.add(at(field, "max"), "range", "must not be shorter than initial");
  }
  if (retry.multiplier !== 0 && !(retry.multiplier >= 1 && Number.isFinite(retry.multiplier))) {
    faults.add(at(field, "multiplier"), "range", "must be at least 1; 0 or nothing: 2");
  }
  return {
    kind: "exponential",
    maxAttempts: retry.maxAttempts || fallback.maxAttempts,
    // One of the two alone never contradicts the default of the other.
    initialMs: initial ?? Math.min(fallback.initialMs, max ?? fallback.initialMs),
    multiplier: retry.multiplier || fallback.multiplier,
    maxMs: max ?? Math.max(fallback.maxMs, initial ?? fallback.maxMs),
  };
}
