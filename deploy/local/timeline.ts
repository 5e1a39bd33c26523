import type { HistoryEvent } from "../../sdk/typescript/src/index.ts";
import { type Span, toNotes, toSpans } from "./history.ts";
import { summary } from "./summary.ts";
import { duration, timeAxis } from "./time-axis.ts";

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
export type Style = "green" | "red" | "yellow" | "gray" | "bold" | "cyan";

/** What the marks mean, for the head of a page of timelines. */
export function legend(paint: Paint): string {
  const marks: [Style, string, string][] = [
    ["green", "━━✓", "Do, done"],
    ["red", "━━✗", "Do, failed or refused"],
    ["yellow", "══↩", "Undo, done"],
    ["red", "══✗", "Undo, failed"],
    ["gray", "┄┄", "waits for the next attempt"],
    ["cyan", "··", "waits for a timer, a signal, a completion, a person"],
    ["gray", "∅", "skipped"],
    ["red", "░░", "no orchestrator alive"],
  ];
  return marks.map(([style, mark, meaning]) => `${paint(style, mark)} ${meaning}`).join("   ");
}

/**
 * Draws a row for each step, and for each item of a step, over a common time axis of `width` characters, with a summary
 * at its right; beneath them, what came from outside.
 */
export function drawTimeline(timeline: Timeline, width: number, paint: Paint): string[] {
  const { events } = timeline;
  const spans = toSpans(events);
  const origin = events[0]?.time.getTime() ?? 0;
  const notes = toNotes(events);
  const end = (events.at(-1)?.time.getTime() ?? origin) - origin;
  const times = [0, end, ...spans.flatMap(({ from, to }) => [from, to]), ...notes.map(({ at }) => at)];
  const axis = timeAxis(
    times.sort((a, b) => a - b),
    width,
  );
  const begun = new Set(spans.map(({ step }) => step));
  const idle = timeline.steps.filter((step) => !begun.has(step));
  const folded = idle.length > mostIdleRows ? idle : [];
  const rows = timeline.steps.filter((step) => !folded.includes(step)).flatMap((step) => rowsOf(step, spans));
  const margin = Math.max(...rows.map(({ label }) => label.length)) + 2;
  const outage = timeline.outage && {
    from: axis.column(timeline.outage.from.getTime() - origin),
    to: axis.column(timeline.outage.to.getTime() - origin),
  };
  const lines = rows.map(({ label, own }) => {
    const cells = blankRow(width, outage);
    drawSpans(cells, own, axis.column);
    return `${label.padEnd(margin)}${join(cells, paint)}  ${paint("gray", summary(own))}`;
  });
  const rest = folded.length === 0 ? [] : [paint("gray", `not begun: ${folded.join(", ")}`)];
  const told = notes.map(({ at, text }) => paint("gray", `${" ".repeat(margin)}+${duration(at)}  ${text}`));
  const killed = outage === undefined ? [] : [outageNote(outage, margin, paint)];
  return [paint("gray", `${" ".repeat(margin)}${axis.line}`), ...lines, ...rest, ...killed, ...told];
}

/** More steps than these that have not begun share a line. */
const mostIdleRows = 2;

/** A for_each step has a row of its own only for what befalls it as a whole. */
function rowsOf(step: string, spans: readonly Span[]): { label: string; own: Span[] }[] {
  const all = spans.filter((span) => span.step === step);
  const items = [...new Set(all.flatMap(({ item }) => (item === undefined ? [] : [item])))].sort((a, b) => a - b);
  const whole = all.filter(({ item }) => item === undefined);
  const rows = items.map((item) => ({ label: `${step} #${item}`, own: all.filter((span) => span.item === item) }));
  return rows.length > 0 && whole.length === 0 ? rows : [{ label: step, own: whole }, ...rows];
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
    const again = i > 0 && spans[i - 1]?.direction === span.direction && span.kind === "call";
    if (again) for (let at = free; at < from; at++) cells[at] = { character: "┄", style: "gray" };
    const style = styleOf(span);
    const line = lineOf(span);
    for (let at = from; at < to; at++) cells[at] = line;
    cells[to] = { character: markOf(span), style };
    free = to + 1;
  }
}

function lineOf(span: Span): Cell {
  if (span.kind === "wait") {
    return span.reason === "BACKOFF" ? { character: "┄", style: "gray" } : { character: "·", style: "cyan" };
  }
  return { character: span.direction === "do" ? "━" : "═", style: styleOf(span) };
}

function styleOf({ result, direction, kind }: Span): Style {
  if (result === "left") return kind === "wait" ? "cyan" : "green";
  if (result === "open" || result === "skipped") return "gray";
  return result !== "done" ? "red" : direction === "do" ? "green" : "yellow";
}

function markOf(span: Span): string {
  if (span.result === "left") return lineOf(span).character;
  if (span.result === "open") return "…";
  if (span.result === "skipped") return "∅";
  return span.result !== "done" ? "✗" : span.direction === "do" ? "✓" : "↩";
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

function outageNote({ from, to }: { from: number; to: number }, margin: number, paint: Paint): string {
  const line = `${" ".repeat(margin + from)}╵ SIGKILL`;
  return paint("red", `${line.padEnd(margin + to)}╵ restarted`);
}
