/**
 * The time axis of a timeline. A saga of some seconds has a linear one. One that waits for hours or days would show its
 * calls as nothing but specks; there each stretch between two events is as wide as its order of magnitude.
 */
export interface TimeAxis {
  /** The column of a time, 0 to width - 1. Times are milliseconds since the saga's start. */
  column(ms: number): number;
  /** The line above the rows, beginning at the first column. */
  line: string;
}

/** A saga that takes longer than this has a compressed axis. */
const linearUpTo = 60_000;
/** On a compressed axis, a stretch at least this long has a label at its end. */
const labelledFrom = 60_000;

/** `times`: of the saga's events, ascending, the first 0. */
export function timeAxis(times: readonly number[], width: number): TimeAxis {
  const total = Math.max(1, times.at(-1) ?? 0);
  return total <= linearUpTo ? linear(total, width) : compressed([...new Set(times)], width);
}

function linear(total: number, width: number): TimeAxis {
  const column = (ms: number) => clamp(Math.floor((ms / total) * (width - 1)), width);
  const step = roundUp(total / 4);
  let line = "";
  for (let ms = 0; ms <= total; ms += step) line = `${line.padEnd(column(ms))}╷${duration(ms)}`;
  return { column, line };
}

function compressed(times: readonly number[], width: number): TimeAxis {
  const ends: { ms: number; weight: number }[] = [{ ms: times[0]!, weight: 0 }];
  for (const ms of times.slice(1)) {
    const before = ends.at(-1)!;
    // 1 for some milliseconds, 4 for a minute, 8 for a month.
    ends.push({ ms, weight: before.weight + 1 + Math.log10(1 + (ms - before.ms) / 10) });
  }
  const total = ends.at(-1)!.weight;
  function column(ms: number): number {
    const next = ends.findIndex((end) => end.ms >= ms);
    if (next <= 0) return next === 0 ? 0 : width - 1;
    const [from, to] = [ends[next - 1]!, ends[next]!];
    const weight = from.weight + ((to.weight - from.weight) * (ms - from.ms)) / (to.ms - from.ms);
    return clamp(Math.floor((weight / total) * (width - 1)), width);
  }
  let line = "╷0";
  for (const [i, { ms }] of ends.entries()) {
    if (i === 0 || ms - ends[i - 1]!.ms < labelledFrom) continue;
    const label = `╷${duration(ms)}`;
    // A label that has no room is left out, and one at the right edge stands before it.
    const at = Math.min(column(ms), width - label.length);
    if (at > line.length) line = `${line.padEnd(at)}${label}`;
  }
  return { column, line };
}

function clamp(column: number, width: number): number {
  return Math.min(width - 1, Math.max(0, column));
}

/** The next of 1, 2, 5, 10, 20, 50, ... */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value) ?? value;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
] as const;

/** "4 ms", "1.25 s", "5 min", "2 h 30 min" or "30 d". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(2))} s`;
  const rounded = Math.round(ms / 1000) * 1000;
  const largest = units.findIndex(([, size]) => rounded >= size);
  const [unit, size] = units[largest]!;
  const [nextUnit, nextSize] = units[largest + 1] ?? ["s", 1000];
  const count = Math.floor(rounded / size);
  const rest = Math.floor((rounded - count * size) / nextSize);
  return rest === 0 ? `${count} ${unit}` : `${count} ${unit} ${rest} ${nextUnit}`;
}
