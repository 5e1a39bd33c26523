/**
 * A definition as the machine runs it: parsed, checked, every default filled in. Times are milliseconds.
 * Steps refer to each other by index: their place in `steps`, which is the order of the file.
 */
export interface Definition {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly Step[];
  /** From the saga's start; undefined: no limit. */
  readonly deadlineMs: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** How long a finished saga is kept; undefined: the server's retention. */
  readonly retentionMs: number | undefined;
}

/** A step. Later kinds (`sleep`, `await`) join this union. */
export type Step = CallStep;

/** Calls a participant's action. */
export interface CallStep {
  readonly kind: "call";
  readonly name: string;
  /** Steps that must be over before this one starts. */
  readonly after: readonly number[];
  /** CEL; where it is false the step is skipped. */
  readonly when: string | undefined;
  readonly onFailure: OnFailure;
  readonly pivot: boolean;
  readonly participant: string;
  readonly action: string;
  /** JSON whose string leaves are CEL expressions; undefined: the saga's input. */
  readonly input: Mapping | undefined;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  /** undefined: the step only reads, there is nothing to undo. */
  readonly undo: UndoPolicy | undefined;
}

export interface UndoPolicy {
  /** undefined: an empty object. */
  readonly input: Mapping | undefined;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
}

/** What happens when a step fails for good. */
export type OnFailure = "compensate" | "continue" | "suspend" | "retry";

export type RetryPolicy =
  | {
      readonly kind: "exponential";
      readonly maxAttempts: number;
      readonly initialMs: number;
      readonly multiplier: number;
      readonly maxMs: number;
    }
  /** `delaysMs[n - 1]` before attempt n + 1, the last one repeating; taken exactly, without jitter. */
  | { readonly kind: "schedule"; readonly maxAttempts: number; readonly delaysMs: readonly number[] };

export type Mapping = JsonValue;
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/** What expressions read. Payloads are JSON text and are parsed only when an expression reads them. */
export interface Scope {
  readonly input: string;
  /** The output of a step as JSON text; undefined where it is not known (expressions then see `{}`). */
  output(step: number): string | undefined;
}

/**
 * A definition made ready to run: its order worked out and its expressions compiled.
 * The functions are pure; they throw `ExpressionError` where an expression cannot be evaluated.
 */
export interface Plan {
  readonly definition: Definition;
  readonly version: number;
  readonly steps: readonly PlannedStep[];
  /** The index of the pivot, if there is one. */
  readonly pivot: number | undefined;
}

export interface PlannedStep {
  readonly index: number;
  readonly step: Step;
  /** Direct predecessors and successors. */
  readonly after: readonly number[];
  readonly before: readonly number[];
  /** Ordered after the pivot: failures go forward, never back. */
  readonly afterPivot: boolean;
  /** undefined: there is no condition. */
  readonly when: ((scope: Scope) => boolean) | undefined;
  /** The Do's input as JSON text of an object. */
  readonly input: (scope: Scope) => string;
  /** The Undo's own input as JSON text of an object; undefined: none was defined. */
  readonly undoInput: ((scope: Scope) => string) | undefined;
}

/** An expression could not be evaluated; `message` names the expression and the fault, never a payload. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  /** Path in the definition, such as `steps[2].call.input.amount`. */
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}
