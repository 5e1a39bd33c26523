import { describe, expect, test } from "vitest";
import { drawTimeline, duration, type Paint } from "../../../deploy/local/timeline.ts";
import type { Failure, HistoryEvent } from "../../../sdk/typescript/src/index.ts";

const plain: Paint = (_, text) => text;
const named: Paint = (style, text) => `<${style}>${text}`;

const timeout: Failure = { kind: "TIMEOUT", code: "DEADLINE_EXCEEDED", message: "", step: "b" };
const refusal: Failure = { kind: "REJECTED", code: "NO", message: "", step: "b" };

/** Events at milliseconds after an arbitrary moment. */
function history(...entries: [ms: number, kind: string, step?: string, failure?: Failure][]): HistoryEvent[] {
  return entries.map(([ms, kind, step, failure], i) => {
    const event: HistoryEvent = { sequence: i + 1, time: new Date(1_000_000 + ms), kind, attempt: 1 };
    return { ...event, ...(step && { step }), ...(failure && { failure }) };
  });
}

/** The rows without the axis, ends trimmed. */
function rows(events: HistoryEvent[], steps = ["a", "b", "c"]): string[] {
  return drawTimeline({ steps, events }, 11, plain)
    .slice(1)
    .map((row) => row.trimEnd());
}

describe("a timeline", () => {
  test("shows each Do as a bar over its time, with a mark for how it ended", () => {
    const events = history(
      [0, "sagaStarted"],
      [0, "stepStarted", "a"],
      [400, "stepDone", "a"],
      [500, "stepStarted", "b"],
      [1000, "stepRejected", "b", refusal],
    );
    expect(rows(events)).toEqual([
      "a  ━━━━✓        done in 400 ms",
      "b       ━━━━━✗  refused: NO",
      "c               not begun",
    ]);
  });

  test("shows waits between attempts, and Undos after them", () => {
    const events = history(
      [0, "stepStarted", "b"],
      [200, "stepFailed", "b", timeout],
      [500, "stepStarted", "b"],
      [700, "stepFailed", "b", timeout],
      [800, "undoStarted", "b"],
      [1000, "stepUndone", "b"],
    );
    expect(rows(events, ["b"])).toEqual(["b  ━━✗┄┄━━✗══↩  timed out ×2, undone in 200 ms"]);
  });

  test("gives attempts that share a column a mark each", () => {
    const events = history(
      [0, "stepStarted", "a"],
      [1, "stepDone", "a"],
      [1, "undoStarted", "a"],
      [2, "stepUndone", "a"],
      [1000, "sagaFinished"],
    );
    expect(rows(events, ["a"])).toEqual(["a  ✓↩           done in 1 ms, undone in 1 ms"]);
  });

  test("never draws beyond its width", () => {
    const ends = [998, 999, 1000].flatMap((ms): [number, string, string][] => [
      [ms, "stepStarted", "a"],
      [ms, "stepFailed", "a"],
    ]);
    const [row] = rows(history([0, "sagaStarted"], ...ends), ["a"]);
    expect(row?.split("  ")[0]?.length).toBeLessThanOrEqual(12);
    expect(row).toContain("✗");
  });

  test("marks the time without orchestrator in every row, and says what happened", () => {
    const events = history([0, "stepStarted", "a"], [1000, "stepDone", "a"]);
    const outage = { from: new Date(1_000_300), to: new Date(1_000_600) };
    const [, first, second, note] = drawTimeline({ steps: ["a", "b"], events, outage }, 11, plain);
    expect(first).toContain("━━━━━━━━━━✓");
    expect(second).toBe("b     ░░░░      not begun");
    expect(note).toContain("╵ SIGKILL");
  });

  test("colours by outcome", () => {
    const [, row] = drawTimeline(
      { steps: ["a"], events: history([0, "stepStarted", "a"], [9, "stepDone", "a"]) },
      2,
      named,
    );
    expect(row).toBe("a  <green>━✓  <gray>done in 9 ms");
  });

  test("has round times on its axis", () => {
    const events = history([0, "stepStarted", "a"], [2300, "stepDone", "a"]);
    const [axis] = drawTimeline({ steps: ["a"], events }, 48, plain);
    expect(axis?.trim().split(/\s*╷/).filter(Boolean)).toEqual(["0 ms", "1 s", "2 s"]);
  });
});

test("durations are in milliseconds below a second", () => {
  expect([0, 999, 1000, 2345].map(duration)).toEqual(["0 ms", "999 ms", "1 s", "2.35 s"]);
});
