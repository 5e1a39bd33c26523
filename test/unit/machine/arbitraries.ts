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

const anyStep = fc.record({
  /** Place in the file, which need not be the order of the run. */
  place: fc.nat(),
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
  undoInput: mostly<StepSketch["undoInput"]>(undefined, () => "{}", "fault"),
});

/** Valid plans of 1 to 8 steps: any order without a cycle, every step before or after the pivot where there is one. */
export const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    steps: fc.array(anyStep, { minLength: 1, maxLength: 8, size: "max" }),
    pivot: fc.option(fc.nat(7), { nil: undefined }),
    deadlineMs: mostly<number | undefined>(undefined, 20, 200, 1000),
  })
  .map(({ steps, pivot: wanted, deadlineMs }) => {
    const pivot = wanted === undefined ? undefined : wanted % steps.length;
    const sketches = steps.map(({ place, after, onFailure, ...rest }, i) => {
      const isAfterPivot = pivot !== undefined && i > pivot;
      const named = steps.map((_, j) => j).filter((j) => j < i && (i === pivot || (after >> j) & 1));
      if (isAfterPivot && !named.includes(pivot)) named.push(pivot);
      const sketch: StepSketch = {
        ...rest,
        name: `s${i}`,
        after: named.map((j) => `s${j}`),
        pivot: i === pivot,
        onFailure: isAfterPivot && onFailure === "compensate" ? "retry" : onFailure,
      };
      return { place, sketch };
    });
    return planOf(
      sketches.toSorted((a, b) => a.place - b.place).map(({ sketch }) => sketch),
      deadlineMs,
    );
  });

/** What the world does next; `pick` and `how` choose among whatever there is to choose from. */
export interface Move {
  readonly kind: "answer" | "answerTwo" | "late" | "complete" | "wake" | "crash" | "cancel" | "stale" | "quarantine";
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
      often("complete", 6),
      often("crash", 5),
      often("stale", 5),
      often("cancel", 1),
      often("quarantine", 1),
    ),
    pick: fc.nat(1000),
    how: fc.nat(1000),
  }),
  { minLength: 15, maxLength: 60, size: "max" },
);
