import type { Failure, HistoryEvent } from "../../sdk/typescript/src/index.ts";

/**
 * One stretch of a step, or of an item of it, on the time axis of its saga: an attempt, or a wait. Times are
 * milliseconds since the saga's start.
 */
export interface Span {
  step: string;
  /** The item of a for_each step. */
  item: number | undefined;
  direction: "do" | "undo";
  kind: "call" | "wait";
  /** What a wait is for: TIMER, SIGNAL, COMPLETION, CHILD, BREAKER, BACKOFF, or PERSON where it is suspended; undefined: it was over at once. */
  reason: string | undefined;
  from: number;
  to: number;
  /** `open`: not over at the end of the history; `left`: over without a result of its own, such as a call that was accepted. */
  result: "done" | "refused" | "failed" | "skipped" | "left" | "open";
  failure: Failure | undefined;
}

/** Something that came from outside or concerns the whole saga, for the lines beneath the rows. */
export interface Note {
  at: number;
  text: string;
}

/** Folds a saga's history into what its steps went through, in the order of their beginning. */
export function toSpans(events: readonly HistoryEvent[]): Span[] {
  const origin = events[0]?.time.getTime() ?? 0;
  const spans: Span[] = [];
  const open = new Map<string, Span>();
  const listed = new Set<string>();

  for (const event of events) {
    const { step, kind } = event;
    if (kind === "compensationStarted") giveUpWaits(open, event.time.getTime() - origin);
    if (!step) continue;
    const item = event.item as number | undefined;
    const at = event.time.getTime() - origin;
    const key = `${step}#${item ?? ""}`;
    const current = open.get(key);

    const begin = (opened: Pick<Span, "direction" | "kind" | "reason">): Span => {
      if (current !== undefined) Object.assign(current, { to: at, result: "left" });
      const span: Span = { step, item, from: at, to: at, result: "open", failure: undefined, ...opened };
      spans.push(span);
      open.set(key, span);
      return span;
    };

    const direction = directions[kind];
    const result = results[kind];
    if (direction !== undefined) {
      // A child saga may be asked for once more, as after a loss of the store's writes: that is still the same wait.
      const looks = current?.reason === "CHILD" && current.direction === direction;
      if (!looks) begin({ direction, kind: "call", reason: undefined });
    } else if (kind === "stepWaiting") {
      const reason = event.reason as string;
      // A heartbeat, or asking for a child once more, only goes on waiting.
      if (current?.kind !== "wait" || current.reason !== reason) {
        begin({ direction: current?.direction ?? lastDirection(spans, step), kind: "wait", reason });
      }
    } else if (kind === "stepSuspended") {
      begin({ direction: lastDirection(spans, step), kind: "wait", reason: "PERSON" }).failure = event.failure;
    } else if (kind === "stepSkipped" && current === undefined) {
      begin({ direction: "do", kind: "call", reason: undefined }).result = "skipped";
      open.delete(key);
    } else if (kind === "itemsListed") {
      if (Number(event.count) > 0) listed.add(step);
    } else if (result !== undefined) {
      // What needs no wait, such as a signal that came early, has no beginning of its own. A list has its items.
      if (current === undefined && (result === "left" || (listed.has(step) && item === undefined))) continue;
      const span = current ?? begin({ direction: "do", kind: "wait", reason: undefined });
      open.delete(key);
      Object.assign(span, { to: at, result, failure: event.failure });
    }
  }
  const end = (events.at(-1)?.time.getTime() ?? 0) - origin;
  for (const span of open.values()) span.to = end;
  return spans;
}

/** A saga that turns round waits no longer for what was to come. */
function giveUpWaits(open: Map<string, Span>, at: number): void {
  for (const [key, span] of open) {
    if (span.kind !== "wait" || span.direction !== "do") continue;
    Object.assign(span, { to: at, result: "left" });
    open.delete(key);
  }
}

/** What came from outside, and what turned the saga, in words. */
export function toNotes(events: readonly HistoryEvent[]): Note[] {
  const origin = events[0]?.time.getTime() ?? 0;
  return events.flatMap((event) => {
    const text = noteOf(event);
    return text === undefined ? [] : [{ at: event.time.getTime() - origin, text }];
  });
}

function noteOf(event: HistoryEvent): string | undefined {
  const place = !event.step ? "" : ` ${event.step}${event.item === undefined ? "" : ` #${event.item}`}`;
  switch (event.kind) {
    case "signalReceived":
      return `signal ${event.name}`;
    case "operatorActed":
      return `${event.verb}${place}${event.reason ? `: ${event.reason}` : ""}`;
    case "goingBack":
      return `goes back from ${event.step} to ${event.to}: ${event.failure?.code}`;
    case "roundStarted":
      return `a new round of ${(event.steps as string[]).join(", ")}`;
    case "compensationStarted":
      return `turns round: ${event.failure?.code}`;
    case "sagaSuspended":
      return `suspended: ${event.failure?.code}`;
    case "sagaResumed":
      return "goes on";
    case "deadlinePassed":
      return "the deadline passed";
    case "lockGranted":
      return "gets its lock";
    case "recovered":
      return "another owner takes over";
    default:
      return undefined;
  }
}

function lastDirection(spans: readonly Span[], step: string): "do" | "undo" {
  return spans.findLast((span) => span.step === step)?.direction ?? "do";
}

const directions: Readonly<Record<string, "do" | "undo">> = { stepStarted: "do", undoStarted: "undo" };

const results: Readonly<Record<string, Span["result"]>> = {
  stepDone: "done",
  stepRejected: "refused",
  stepFailed: "failed",
  stepSkipped: "skipped",
  stepUndone: "done",
  undoFailed: "failed",
  stepRetried: "left",
  stepResolved: "left",
};
