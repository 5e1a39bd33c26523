import {
  type CallStep,
  ExpressionError,
  type OnFailure,
  type Plan,
  type PlannedStep,
  type RetryPolicy,
  type Scope,
} from "../../../orchestrator/src/definition/types.ts";

/** What a test says about a step; everything else is filled in. */
export interface StepSketch {
  readonly name: string;
  /** Names; undefined: after the step before. */
  readonly after?: readonly string[];
  readonly onFailure?: OnFailure;
  readonly pivot?: boolean;
  readonly maxAttempts?: number;
  readonly retry?: RetryPolicy;
  readonly undo?: "none" | { readonly maxAttempts: number };
  readonly when?: boolean | "fault";
  readonly input?: "fault" | ((scope: Scope) => string);
  readonly undoInput?: "fault" | ((scope: Scope) => string);
}

/** Attempts `delayMs` apart, exactly. */
export function everyMs(delayMs: number, maxAttempts: number): RetryPolicy {
  return { kind: "schedule", maxAttempts, delaysMs: [delayMs] };
}

/** A plan with stubs for its expressions: the machine's tests do not depend on CEL. */
export function planOf(sketches: readonly StepSketch[], deadlineMs?: number): Plan {
  const index = new Map(sketches.map(({ name }, i) => [name, i]));
  const after = sketches.map((sketch, i) =>
    sketch.after ? sketch.after.map((name) => index.get(name)!) : i === 0 ? [] : [i - 1],
  );
  const pivot = sketches.findIndex((sketch) => sketch.pivot);
  const isAfterPivot = (step: number): boolean => after[step]!.some((i) => i === pivot || isAfterPivot(i));
  const steps = sketches.map(
    (sketch, i): PlannedStep => ({
      index: i,
      step: callStep(sketch, after[i]!),
      after: after[i]!,
      before: after.flatMap((list, other) => (list.includes(i) ? [other] : [])),
      afterPivot: isAfterPivot(i),
      when:
        sketch.when === undefined ? undefined : () => (sketch.when === "fault" ? fault("when") : sketch.when === true),
      input: stub(sketch.input, `{"of":"${sketch.name}"}`)!,
      undoInput: stub(sketch.undoInput, undefined),
    }),
  );
  const definition = {
    name: "test",
    description: "",
    steps: steps.map(({ step }) => step),
    deadlineMs,
    labels: {},
    retentionMs: undefined,
  };
  return { definition, version: 1, steps, pivot: pivot < 0 ? undefined : pivot };
}

function callStep(sketch: StepSketch, after: readonly number[]): CallStep {
  return {
    kind: "call",
    name: sketch.name,
    after,
    when: undefined,
    onFailure: sketch.onFailure ?? "compensate",
    pivot: sketch.pivot ?? false,
    participant: "shop",
    action: sketch.name,
    input: undefined,
    timeoutMs: 1000,
    retry: sketch.retry ?? everyMs(100, sketch.maxAttempts ?? 1),
    undo:
      sketch.undo === "none"
        ? undefined
        : { input: undefined, timeoutMs: 1000, retry: everyMs(100, sketch.undo?.maxAttempts ?? 3) },
  };
}

function stub(given: StepSketch["input"], otherwise: string | undefined) {
  if (given === undefined) return otherwise === undefined ? undefined : () => otherwise;
  return given === "fault" ? () => fault("input") : given;
}

function fault(field: string): never {
  throw new ExpressionError(`steps[0].${field}`, "no such field: amount");
}
