/** A length of time: milliseconds, or a number with a unit such as "250ms", "10s", "5m", "2h" or "30d". */
export type Duration = number | string;

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a duration as milliseconds. Throws a RangeError if it is negative or not one. */
export function toMs(duration: Duration): number {
  if (typeof duration === "number") {
    if (duration >= 0 && Number.isFinite(duration)) return duration;
  } else {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration);
    if (match !== null) return Number(match[1]) * (unitMs[match[2] as string] as number);
  }
  throw new RangeError(`"${duration}" is not a duration: give milliseconds, or a number with ms, s, m, h or d`);
}

/** Writes a duration as ProtoJSON, to the millisecond: "0.250s". */
export function toProtoJson(duration: Duration): string {
  const ms = Math.round(toMs(duration));
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${(ms / 1000).toFixed(3)}s`;
}
