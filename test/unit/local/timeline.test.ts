import { describe, expect, test } from "vitest";
import { duration } from "../../../deploy/local/time-axis.ts";
import { drawTimeline, type Paint } from "../../../deploy/local/timeline.ts";
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

  test("shows what a step waited for, and what came from outside beneath the rows", () => {
    const events: HistoryEvent[] = history(
      [0, "sagaStarted"],
      [0, "stepWaiting", "a"],
      [500, "signalReceived"],
      [500, "stepDone", "a"],
      [500, "stepWaiting", "b"],
      [900, "operatorActed"],
      [1000, "stepSkipped", "b"],
    );
    Object.assign(events[1]!, { reason: "SIGNAL" });
    Object.assign(events[2]!, { name: "go" });
    Object.assign(events[4]!, { reason: "TIMER" });
    Object.assign(events[5]!, { verb: "SkipStep", step: "b", reason: "no time" });
    expect(rows(events, ["a", "b"])).toEqual([
      "a  ·····✓       waited 500 ms for a signal",
      "b       ·····∅  skipped after 500 ms",
      "   +500 ms  signal go",
      "   +900 ms  SkipStep b: no time",
    ]);
  });

  test("shows a step that had nothing to wait for", () => {
    const events = history([0, "sagaStarted"], [500, "stepDone", "a"], [1000, "sagaFinished"]);
    expect(rows(events, ["a"])).toEqual(["a       ✓       done at once"]);
  });

  test("shows one wait for a child saga, however often the step looks at it", () => {
    const events = history(
      [0, "stepStarted", "a"],
      [100, "stepWaiting", "a"],
      [500, "stepStarted", "a"],
      [600, "stepWaiting", "a"],
      [1000, "stepDone", "a"],
    );
    for (const i of [1, 3]) Object.assign(events[i]!, { reason: "CHILD" });
    expect(rows(events, ["a"])).toEqual(["a  ━━········✓  accepted, waited 900 ms for its saga"]);
  });

  test("ends the waits of a saga that turns round", () => {
    const events = history([0, "stepWaiting", "a"], [500, "compensationStarted"], [1000, "sagaFinished"]);
    Object.assign(events[0]!, { reason: "TIMER" });
    const [row] = rows(events, ["a"]);
    expect(row).toBe("a  ······       waited 500 ms for a timer");
  });

  test("gives each item of a step a row of its own", () => {
    const events = history(
      [0, "stepStarted", "a"],
      [0, "stepStarted", "a"],
      [400, "stepDone", "a"],
      [1000, "stepRejected", "a", refusal],
      [1000, "stepRejected", "a", refusal],
    );
    events.unshift({ ...events[0]!, kind: "itemsListed", count: 2 });
    for (const [i, item] of [0, 1, 0, 1].entries()) Object.assign(events[i + 1]!, { item });
    expect(rows(events, ["a"])).toEqual(["a #0  ━━━━✓        done in 400 ms", "a #1  ━━━━━━━━━━✗  refused: NO"]);
  });

  test("of a saga of days gives each stretch the width of its order of magnitude, so that calls can be seen", () => {
    const day = 86_400_000;
    const events = history(
      [0, "stepStarted", "a"],
      [20, "stepDone", "a"],
      [20, "stepWaiting", "b"],
      [30 * day, "stepDone", "b"],
      [30 * day, "stepStarted", "c"],
      [30 * day + 20, "stepDone", "c"],
    );
    Object.assign(events[2]!, { reason: "TIMER" });
    const [axis, ...lines] = drawTimeline({ steps: ["a", "b", "c"], events }, 40, plain);
    expect(axis).toContain("╷30 d");
    expect(lines[0]).toMatch(/━{2,}✓/);
    expect(lines[1]).toMatch(/·{10,}✓.*waited 30 d for a timer/);
    expect(lines[2]).toMatch(/━{2,}✓/);
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

test("durations are in milliseconds below a second, and in at most two units above a minute", () => {
  expect([0, 999, 1000, 2345].map(duration)).toEqual(["0 ms", "999 ms", "1 s", "2.35 s"]);
  expect([60_000, 9_000_000, 86_400_000].map(duration)).toEqual(["1 min", "2 h 30 min", "1 d"]);
});
