import type { Span } from "./history.ts";
import { duration } from "./time-axis.ts";

/** What became of a step, such as "timed out ×2, undone in 4 ms". */
export function summary(spans: readonly Span[]): string {
  if (spans.length === 0) return "not begun";
  const parts: { text: string; times: number }[] = [];
  for (const span of spans) {
    const text = describe(span);
    if (text === undefined) continue;
    const last = parts.at(-1);
    if (last?.text === text) last.times++;
    else parts.push({ text, times: 1 });
  }
  return parts.map(({ text, times }) => (times > 1 ? `${text} ×${times}` : text)).join(", ");
}

function describe(span: Span): string | undefined {
  return span.kind === "wait" ? describeWait(span) : describeCall(span);
}

function describeCall({ direction, result, failure, from, to }: Span): string | undefined {
  const what = direction === "do" ? "" : "undo ";
  switch (result) {
    case "open":
      return `${what}under way`;
    case "skipped":
      return "skipped";
    case "left":
      return `${what}accepted`;
    case "done":
      return `${direction === "do" ? "done" : "undone"} in ${duration(to - from)}`;
    case "refused":
      return `${what}refused: ${failure?.code ?? "?"}`;
    case "failed":
      return failure?.kind === "TIMEOUT" ? `${what}timed out` : `${what}failed: ${failure?.code ?? "?"}`;
  }
}

const objects: Readonly<Record<string, string>> = {
  TIMER: "a timer",
  SIGNAL: "a signal",
  COMPLETION: "its completion",
  CHILD: "its saga",
  BREAKER: "the breaker",
  BACKOFF: "the next attempt",
  PERSON: "a person",
};

function describeWait({ reason, result, failure, from, to }: Span): string | undefined {
  if (reason === "BACKOFF") return undefined;
  if (reason === undefined) return result === "done" ? "done at once" : `failed at once: ${failure?.code ?? "?"}`;
  const what = objects[reason] ?? reason;
  const time = duration(to - from);
  switch (result) {
    case "open":
      return `waits for ${what}${reason === "PERSON" ? `: ${failure?.code ?? "?"}` : ""}`;
    case "refused":
      return `refused after ${time}: ${failure?.code ?? "?"}`;
    case "failed":
      return `failed after ${time}: ${failure?.code ?? "?"}`;
    case "skipped":
      return `skipped after ${time}`;
    default:
      return `waited ${time} for ${what}`;
  }
}
