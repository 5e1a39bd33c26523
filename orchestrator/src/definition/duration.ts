import { create } from "@bufbuild/protobuf";
import { type Duration, DurationSchema } from "@bufbuild/protobuf/wkt";

const millisecondsOf: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What a Duration can hold: about 10,000 years. */
const maxSeconds = 315_576_000_000;

/**
 * A duration as people write it, in ProtoJSON's form: "500ms" is "0.5s", "1h30m" is "5400s"; units are ms, s, m, h
 * and d. What ProtoJSON accepts comes back as it is. undefined: this is no duration, or none that a message can hold.
 */
export function protoDuration(text: string): string | undefined {
  const match = /^(-?)((?:\d{1,12}(?:\.\d{1,9})?(?:ms|s|m|h|d))+)$/.exec(text);
  if (match === null) return undefined;
  const [, sign, amounts] = match;
  let ms = 0;
  for (const [, amount, unit] of amounts!.matchAll(/([\d.]+)(ms|s|m|h|d)/g)) {
    ms += Number(amount) * millisecondsOf[unit!]!;
  }
  if (ms > maxSeconds * 1_000) return undefined;
  if (/^[\d.]+s$/.test(amounts!)) return text;
  // toFixed gives ProtoJSON's nanoseconds, and never an exponent.
  return `${sign}${(ms / 1_000).toFixed(9).replace(/\.?0+$/, "")}s`;
}

/** Milliseconds, with a fraction where the duration has one. */
export function millisecondsIn(duration: Duration): number {
  return Number(duration.seconds) * 1_000 + duration.nanos / 1_000_000;
}

/** The duration of whole milliseconds, which may be negative. */
export function durationOf(ms: number): Duration {
  return create(DurationSchema, { seconds: BigInt(Math.trunc(ms / 1_000)), nanos: (ms % 1_000) * 1_000_000 });
}
