import type { Failure, HistoryEvent } from "../../sdk/typescript/src/index.ts";

/** One attempt at a step, on the time axis of its saga. Times are milliseconds since the saga's start. */
export interface Span {
  step: string;
  direction: "do" | "undo";
  from: number;
  to: number;
  result: "done" | "refused" | "failed" | "open";
  failure: Failure | undefined;
}

/** Folds a saga's history into the attempts that it tells of, in the order of their beginning. */
export function toSpans(events: readonly HistoryEvent[]): Span[] {
  const origin = events[0]?.time.getTime() ?? 0;
  const spans: Span[] = [];
  const open = new Map<string, Span>();
  for (const event of events) {
    const change = event.step === undefined ? undefined : changes[event.kind];
    if (change === undefined) continue;
    const at = event.time.getTime() - origin;
    const key = `${change.direction} ${event.step}`;
    if (change.result === "open") {
      const span: Span = { step: event.step!, direction: change.direction, from: at, to: at, ...opened };
      spans.push(span);
      open.set(key, span);
    } else {
      const span = open.get(key);
      open.delete(key);
      if (span !== undefined) Object.assign(span, { to: at, result: change.result, failure: event.failure });
    }
  }
  const end = (events.at(-1)?.time.getTime() ?? 0) - origin;
  for (const span of open.values()) span.to = end;
  return spans;
}

const opened = { result: "open", failure: undefined } as const;

const changes: Readonly<Record<string, Pick<Span, "direction" | "result">>> = {
  stepStarted: { direction: "do", result: "open" },
  stepDone: { direction: "do", result: "done" },
  stepRejected: { direction: "do", result: "refused" },
  stepFailed: { direction: "do", result: "failed" },
  undoStarted: { direction: "undo", result: "open" },
  stepUndone: { direction: "undo", result: "done" },
  undoFailed: { direction: "undo", result: "failed" },
};
