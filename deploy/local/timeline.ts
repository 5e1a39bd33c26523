import type { HistoryEvent } from "../../sdk/typescript/src/index.ts";
import { type Span, toSpans } from "./history.ts";

/** A saga to be drawn. */
export interface Timeline {
  /** In the order of the definition. */
  steps: readonly string[];
  events: readonly HistoryEvent[];
  /** When no orchestrator was running. */
  outage?: { from: Date; to: Date };
}

/** Colours a piece of text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;
export type Style = "green" | "red" | "yellow" | "gray" | "bold";

/** What the marks mean, for the head of a page of timelines. */
export function legend(paint: Paint): string {
  const marks: [Style, string, string][] = [
    ["green", "━━✓", "Do, done"],
    ["red", "━━✗", "Do, failed or refused"],
    ["yellow", "══↩", "Undo, done"],
    ["red", "══✗", "Undo, failed"],
    ["gray", "┄┄", "waits for the next attempt"],
    ["red", "░░", "no orchestrator alive"],
  ];
  return marks.map(([style, mark, meaning]) => `${paint(style, mark)} ${meaning}`).join("   ");
}

/** Draws a row for each step over a common time axis of `width` characters, with a summary at its right. */
export function drawTimeline(timeline: Timeline, width: number, paint: Paint): string[] {
  const spans = toSpans(timeline.events);
  const origin = timeline.events[0]?.time.getTime() ?? 0;
  const total = Math.max(1, (timeline.events.at(-1)?.time.getTime() ?? 0) - origin);
  const column = (ms: number) => Math.min(width - 1, Math.max(0, Math.floor((ms / total) * (width - 1))));
  const margin = Math.max(...timeline.steps.map((step) => step.length)) + 2;
  const outage = timeline.outage && {
    from: column(timeline.outage.from.getTime() - origin),
    to: column(timeline.outage.to.getTime() - origin),
  };
  const rows = timeline.steps.map((step) => {
    const own = spans.filter((span) => span.step === step);
    const cells = blankRow(width, outage);
    drawSpans(cells, own, column);
    return `${step.padEnd(margin)}${join(cells, paint)}  ${paint("gray", summary(own))}`;
  });
  const notes = outage === undefined ? [] : [outageNote(outage, margin, paint)];
  return [paint("gray", axis(total, width, margin)), ...rows, ...notes];
}

interface Cell {
  character: string;
  style: Style | undefined;
}

function blankRow(width: number, outage: { from: number; to: number } | undefined): Cell[] {
  return Array.from({ length: width }, (_, i): Cell => {
    const dead = outage !== undefined && i >= outage.from && i <= outage.to;
    return dead ? { character: "░", style: "red" } : { character: " ", style: undefined };
  });
}

function drawSpans(cells: Cell[], spans: readonly Span[], column: (ms: number) => number): void {
  // Short attempts share a column; each still gets a mark of its own, a little late.
  let free = 0;
  for (const [i, span] of spans.entries()) {
    const from = Math.max(column(span.from), free);
    const to = Math.min(Math.max(column(span.to), from), cells.length - 1);
    const again = i > 0 && spans[i - 1]?.direction === span.direction;
    if (again) for (let at = free; at < from; at++) cells[at] = { character: "┄", style: "gray" };
    const style = styleOf(span);
    for (let at = from; at < to; at++) cells[at] = { character: span.direction === "do" ? "━" : "═", style };
    cells[to] = { character: markOf(span), style };
    free = to + 1;
  }
}

function styleOf({ result, direction }: Span): Style {
  if (result === "open") return "gray";
  return result !== "done" ? "red" : direction === "do" ? "green" : "yellow";
}

function markOf({ result, direction }: Span): string {
  if (result === "open") return "…";
  return result !== "done" ? "✗" : direction === "do" ? "✓" : "↩";
}

/** Cells of one style in a row are painted together. */
function join(cells: readonly Cell[], paint: Paint): string {
  let line = "";
  let run = "";
  for (const [i, { character, style }] of cells.entries()) {
    run += character;
    if (cells[i + 1]?.style === style && i + 1 < cells.length) continue;
    line += style === undefined ? run : paint(style, run);
    run = "";
  }
  return line;
}

/** Such as "timed out ×2, undone in 4 ms". */
function summary(spans: readonly Span[]): string {
  if (spans.length === 0) return "not begun";
  const parts: { text: string; times: number }[] = [];
  for (const span of spans) {
    const text = describe(span);
    const last = parts.at(-1);
    if (last?.text === text) last.times++;
    else parts.push({ text, times: 1 });
  }
  return parts.map(({ text, times }) => (times > 1 ? `${text} ×${times}` : text)).join(", ");
}

function describe({ direction, result, failure, from, to }: Span): string {
  const what = direction === "do" ? "" : "undo ";
  if (result === "open") return `${what}under way`;
  if (result === "done") return `${direction === "do" ? "done" : "undone"} in ${duration(to - from)}`;
  if (result === "refused") return `${what}refused: ${failure?.code ?? "?"}`;
  return failure?.kind === "TIMEOUT" ? `${what}timed out` : `${what}failed: ${failure?.code ?? "?"}`;
}

/** The axis with at most five round times on it. */
function axis(total: number, width: number, margin: number): string {
  const step = roundUp(total / 4);
  let line = " ".repeat(margin);
  for (let ms = 0; ms <= total; ms += step) {
    line = line.padEnd(margin + Math.floor((ms / total) * (width - 1)));
    line += `╷${duration(ms)}`;
  }
  return line;
}

/** The next of 1, 2, 5, 10, 20, 50, ... */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value) ?? value;
}

function outageNote({ from, to }: { from: number; to: number }, margin: number, paint: Paint): string {
  const line = `${" ".repeat(margin + from)}╵ SIGKILL`;
  return paint("red", `${line.padEnd(margin + to)}╵ restarted`);
}

/** "4 ms" or "1.25 s". */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(2))} s`;
}
