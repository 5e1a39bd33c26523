import fc from "fast-check";
import type { OnFailure, Plan } from "../../../orchestrator/src/definition/types.ts";
import { planOf, type StepSketch } from "./plans.ts";

/** The first value by far the most often. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constant(usual), weight: 4 * others.length },
    { arbitrary: fc.constantFrom(...others), weight: others.length },
  );
}

type Kind = "call" | "sleep" | "await" | "forEach" | "saga";

const anyStep = fc.record({
  /** Place in the file, which need not be the order of the run. */
  place: fc.nat(),
  kind: mostly<Kind>("call", "sleep", "await", "forEach", "saga", "await", "forEach", "forEach"),
  /** Which of the earlier steps it comes after, bit by bit. */
  after: fc.nat(255),
  onFailure: mostly<OnFailure>("compensate", "continue", "continue", "suspend", "retry"),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  undo: fc.constantFrom<StepSketch["undo"]>({ maxAttempts: 2 }, { maxAttempts: 4 }, { maxAttempts: 8 }, "none"),
  when: mostly<StepSketch["when"]>(undefined, true, false, false, "fault"),
  input: mostly<StepSketch["input"]>(
    undefined,
    () => "{}",
    () => "{}",
    () => "{}",
    "fault",
  ),
  undoInput: mostly<StepSketch["undoInput"]>(
    undefined,
    () => "{}",
    ({ item }) => `{"item":${item?.value ?? 0}}`,
    "fault",
  ),
  completionTimeoutMs: mostly<number | undefined>(undefined, 50, 400),
  heartbeatTimeoutMs: mostly<number | undefined>(undefined, 30, 150),
  sleep: fc.constantFrom<number | "fault">(0, 40, 300, 300, "fault"),
  timeoutMs: fc.constantFrom<number | undefined>(undefined, 60, 200),
  signal: fc.constantFrom("ready", "ok"),
  items: fc.constantFrom<number | "fault">(0, 1, 2, 3, 3, 4, "fault"),
  concurrency: fc.integer({ min: 1, max: 3 }),
  goBack: fc.record({
    how: fc.constantFrom("never", "never", "never", "anything", "anything", "AGAIN", "SIGNAL_TIMEOUT"),
    pick: fc.nat(),
    times: fc.integer({ min: 1, max: 3 }),
  }),
});

/** Valid plans of 1 to 8 steps of all kinds: any order without a cycle, every step before or after the pivot where there is one. */
export const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    steps: fc.array(anyStep, { minLength: 1, maxLength: 8, size: "max" }),
    pivot: fc.option(fc.nat(7), { nil: undefined }),
    deadlineMs: mostly<number | undefined>(undefined, 20, 200, 1000),
    output: mostly<"fault" | (() => string) | undefined>(undefined, () => '{"all":1}', "fault"),
  })
  .map(({ steps, pivot: wanted, deadlineMs, output }) => {
    const pivot = wanted === undefined ? undefined : wanted % steps.length;
    const ancestors: Set<number>[] = [];
    const sketches = steps.map(({ place, after, onFailure, kind, goBack, ...rest }, i) => {
      const isAfterPivot = pivot !== undefined && i > pivot;
      const named = steps.map((_, j) => j).filter((j) => j < i && (i === pivot || (after >> j) & 1));
      if (isAfterPivot && !named.includes(pivot)) named.push(pivot);
      ancestors.push(new Set(named.flatMap((j) => [j, ...ancestors[j]!])));
      // Never back over the pivot, nor from it.
      const targets = i === pivot ? [] : [...ancestors[i]!].filter((j) => !isAfterPivot || j > pivot);
      const to = goBack.how === "never" ? undefined : targets[goBack.pick % Math.max(targets.length, 1)];
      const codes = goBack.how === "anything" ? [] : [goBack.how];
      const sketch: StepSketch = {
        ...kindOf(i === pivot ? "call" : kind, rest),
        name: `s${i}`,
        after: named.map((j) => `s${j}`),
        pivot: i === pivot,
        onFailure: isAfterPivot && onFailure === "compensate" ? "retry" : onFailure,
        ...(to === undefined ? {} : { goBack: { to: `s${to}`, times: goBack.times, codes } }),
      };
      return { place, sketch };
    });
    return planOf(
      sketches.toSorted((a, b) => a.place - b.place).map(({ sketch }) => sketch),
      deadlineMs,
      output,
    );
  });

type AnyStep = typeof anyStep extends fc.Arbitrary<infer S> ? S : never;

function kindOf(
  kind: Kind,
  step: Omit<AnyStep, "place" | "after" | "onFailure" | "kind" | "goBack">,
): Partial<StepSketch> {
  const { sleep, timeoutMs, signal, items, concurrency, ...call } = step;
  switch (kind) {
    case "call":
      return call;
    case "saga":
      return { ...call, saga: true };
    case "sleep":
      return { when: call.when, sleep };
    case "await":
      return {
        when: call.when,
        await: signal,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        takes: (payload) => !payload.includes("other"),
        rejects: (payload) => payload.includes("no"),
      };
    case "forEach":
      return { ...call, items, concurrency };
  }
}

/** What the world does next; `pick` and `how` choose among whatever there is to choose from. */
export interface Move {
  readonly kind:
    | "answer"
    | "answerTwo"
    | "late"
    | "complete"
    | "heartbeat"
    | "signal"
    | "wake"
    | "crash"
    | "rollBack"
    | "stale"
    | "cancel"
    | "compensate"
    | "suspend"
    | "resume"
    | "step"
    | "unblock"
    | "abandon"
    | "quarantine";
  readonly pick: number;
  readonly how: number;
}

const often = (kind: Move["kind"], weight: number) => ({ arbitrary: fc.constant(kind), weight });

export const someMoves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    kind: fc.oneof(
      often("answer", 60),
      often("answerTwo", 10),
      often("wake", 20),
      often("late", 6),
      often("complete", 10),
      often("heartbeat", 3),
      often("signal", 10),
      often("crash", 4),
      often("stale", 5),
      often("step", 10),
      often("suspend", 1),
      often("resume", 3),
      often("cancel", 1),
      often("compensate", 1),
      often("quarantine", 1),
      often("rollBack", 1),
      often("unblock", 4),
    ),
    pick: fc.nat(1000),
    how: fc.nat(1000),
  }),
  { minLength: 15, maxLength: 70, size: "max" },
);
