import {
  type CallRule,
  ExpressionError,
  type OnFailure,
  type Plan,
  type PlannedStep,
  type RetryPolicy,
  type Scope,
  type Step,
} from "../../../orchestrator/src/definition/types.ts";

/** What a test says about a step; everything else is filled in. A call, unless it is given what makes it another kind. */
export interface StepSketch {
  readonly name: string;
  /** Names; undefined: after the step before. */
  readonly after?: readonly string[];
  readonly onFailure?: OnFailure;
  readonly pivot?: boolean;
  readonly goBack?: { readonly to: string; readonly times?: number; readonly codes?: readonly string[] };
  readonly when?: boolean | "fault";

  readonly maxAttempts?: number;
  readonly retry?: RetryPolicy;
  readonly undo?: "none" | { readonly maxAttempts: number };
  readonly input?: "fault" | ((scope: Scope) => string);
  readonly undoInput?: "fault" | ((scope: Scope) => string);
  readonly completionTimeoutMs?: number;
  readonly heartbeatTimeoutMs?: number;

  /** A child saga. */
  readonly saga?: true;
  /** A sleep of so many ms. */
  readonly sleep?: number | "fault";
  /** An await of this signal. */
  readonly await?: string;
  readonly timeoutMs?: number;
  readonly takes?: (payload: string) => boolean;
  readonly rejects?: "fault" | ((payload: string) => boolean);
  /** A for_each over so many numbers, or over these values. */
  readonly items?: number | "fault" | ((scope: Scope) => readonly string[]);
  readonly concurrency?: number;
}

/** Attempts `delayMs` apart, exactly. */
export function everyMs(delayMs: number, maxAttempts: number): RetryPolicy {
  return { kind: "schedule", maxAttempts, delaysMs: [delayMs] };
}

/** Two steps a layer, each after both of the layer before: as many ways lead through it as the layers' powers of two. */
export function layersOf(count: number, sketch: Partial<StepSketch> = {}): StepSketch[] {
  return Array.from({ length: count }, (_, layer) => {
    const after = layer === 0 ? [] : [`l${layer - 1}`, `r${layer - 1}`];
    return [`l${layer}`, `r${layer}`].map((name): StepSketch => ({ ...sketch, name, after }));
  }).flat();
}

/** A plan with stubs for its expressions: the machine's tests do not depend on CEL. */
export function planOf(
  sketches: readonly StepSketch[],
  deadlineMs?: number,
  output?: "fault" | ((scope: Scope) => string),
): Plan {
  const index = new Map(sketches.map(({ name }, i) => [name, i]));
  const after = sketches.map((sketch, i) =>
    sketch.after ? sketch.after.map((name) => index.get(name)!) : i === 0 ? [] : [i - 1],
  );
  const pivot = sketches.findIndex((sketch) => sketch.pivot);
  const isAfter = (step: number, other: number, seen = new Set<number>()): boolean =>
    !seen.has(step) && seen.add(step) && after[step]!.some((i) => i === other || isAfter(i, other, seen));
  const goBackOf = ({ goBack }: StepSketch): PlannedStep["goBack"] => {
    if (goBack === undefined) return undefined;
    const to = index.get(goBack.to)!;
    const span = sketches.map((_, i) => i).filter((i) => i === to || isAfter(i, to));
    return { to, times: goBack.times ?? 3, codes: goBack.codes ?? [], span };
  };
  const steps = sketches.map((sketch, i): PlannedStep => {
    const rule = ruleOf(sketch);
    const { retry, undo, completionTimeoutMs, heartbeatTimeoutMs } = rule;
    const step = stepOf(sketch, after[i]!, goBackOf(sketch), rule);
    const isSending = step.kind === "call" || step.kind === "for_each" || step.kind === "saga";
    return {
      index: i,
      step,
      after: after[i]!,
      before: after.flatMap((list, other) => (list.includes(i) ? [other] : [])),
      afterPivot: pivot >= 0 && isAfter(i, pivot),
      when:
        sketch.when === undefined ? undefined : () => (sketch.when === "fault" ? fault("when") : sketch.when === true),
      sends: isSending ? { retry, undo, completionTimeoutMs, heartbeatTimeoutMs } : undefined,
      input: stub(sketch.input, ({ item }) => (item ? `{"item":${item.value}}` : `{"of":"${sketch.name}"}`))!,
      undoInput: stub(sketch.undoInput, undefined),
      items: itemsOf(sketch),
      until:
        sketch.sleep === undefined
          ? undefined
          : (_, now) => (typeof sketch.sleep === "number" ? now + sketch.sleep : fault("sleep")),
      takes: sketch.takes && (({ signal }) => sketch.takes!(signal!)),
      rejects: rejectsOf(sketch),
      goBack: goBackOf(sketch),
    };
  });
  const definition = {
    name: "test",
    description: "",
    steps: steps.map(({ step }) => step),
    deadlineMs,
    labels: {},
    retentionMs: undefined,
    lock: undefined,
    output: undefined,
  };
  return {
    definition,
    version: 1,
    steps,
    pivot: pivot < 0 ? undefined : pivot,
    lockKey: undefined,
    output: stub(output, undefined),
    signals: new Set(sketches.flatMap((sketch) => sketch.await ?? [])),
  };
}

function ruleOf(sketch: StepSketch): CallRule {
  return {
    participant: "shop",
    action: sketch.name,
    input: undefined,
    timeoutMs: 1000,
    retry: sketch.retry ?? everyMs(100, sketch.maxAttempts ?? 1),
    undo:
      sketch.undo === "none"
        ? undefined
        : { input: undefined, timeoutMs: 1000, retry: everyMs(100, sketch.undo?.maxAttempts ?? 3) },
    completionTimeoutMs: sketch.completionTimeoutMs,
    heartbeatTimeoutMs: sketch.heartbeatTimeoutMs,
  };
}

function stepOf(sketch: StepSketch, after: readonly number[], goBack: Step["goBack"], rule: CallRule): Step {
  const { name, onFailure = "compensate", pivot = false } = sketch;
  const common = { name, after, when: undefined, onFailure, pivot, goBack };
  if (sketch.saga) return { ...common, kind: "saga", definition: "child", version: undefined, input: undefined };
  if (sketch.sleep !== undefined) return { ...common, kind: "sleep", durationMs: undefined, timestamp: undefined };
  if (sketch.await !== undefined) {
    const { timeoutMs } = sketch;
    return { ...common, kind: "await", signal: sketch.await, condition: undefined, reject: undefined, timeoutMs };
  }
  if (sketch.items !== undefined) {
    return { ...common, kind: "for_each", items: "", concurrency: sketch.concurrency ?? 1, call: rule };
  }
  return { ...common, kind: "call", ...rule };
}

function itemsOf({ items }: StepSketch): PlannedStep["items"] {
  if (items === undefined) return undefined;
  if (items === "fault") return () => fault("items");
  return typeof items === "number" ? () => Array.from({ length: items }, (_, i) => `${i}`) : items;
}

function rejectsOf({ rejects }: StepSketch): PlannedStep["rejects"] {
  if (rejects === undefined) return undefined;
  return ({ signal }) => (rejects === "fault" ? fault("reject") : rejects(signal!));
}

function stub(given: StepSketch["input"], otherwise: ((scope: Scope) => string) | undefined) {
  if (given === undefined) return otherwise;
  return given === "fault" ? () => fault("input") : given;
}

function fault(field: string): never {
  throw new ExpressionError(`steps[0].${field}`, "no such field: amount");
}
