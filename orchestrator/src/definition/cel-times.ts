import { type CelFunc, CelScalar, celFunc, objectType } from "@bufbuild/cel";
import { DurationSchema, TimestampSchema, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { durationOf } from "./duration.ts";

/** The moments that a timestamp can hold, years 1 to 9999, in seconds since the epoch. */
const earliest = -62_135_596_800;
const latest = 253_402_300_799;
/** CEL's durations are 64-bit nanoseconds: about 292 years. */
const longest = 9_223_372_036;

const { DOUBLE, INT } = CelScalar;
const TIMESTAMP = objectType(TimestampSchema);
const DURATION = objectType(DurationSchema);

function timestampOfSeconds(seconds: number) {
  if (!(seconds >= earliest && seconds <= latest)) throw new Error("timestamp out of range");
  return timestampFromMs(Math.round(seconds * 1_000));
}

function durationOfSeconds(seconds: number) {
  if (!(Math.abs(seconds) <= longest)) throw new Error("duration out of range");
  return durationOf(Math.round(seconds * 1_000));
}

/**
 * Timestamps and durations of numbers, which are seconds as in CEL's specification, with the bounds it sets: the
 * library takes milliseconds for one of the two, and makes values of them that it cannot write. Numbers of payloads
 * are doubles, so these are taken too.
 */
export const timesOfNumbers: readonly CelFunc[] = [
  celFunc("timestamp", [INT], TIMESTAMP, (seconds) => timestampOfSeconds(Number(seconds))),
  celFunc("timestamp", [DOUBLE], TIMESTAMP, timestampOfSeconds),
  celFunc("duration", [INT], DURATION, (seconds) => durationOfSeconds(Number(seconds))),
  celFunc("duration", [DOUBLE], DURATION, durationOfSeconds),
];
