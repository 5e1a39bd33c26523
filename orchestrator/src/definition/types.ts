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
  readonly lock: LockRule | undefined;
  /** What a completed saga gives; undefined: an empty object. */
  readonly output: Mapping | undefined;
}

/** Sagas with the same name and key of a lock exclude each other from start to end. */
export interface LockRule {
  /** CEL over the saga's input; gives a string or a number. */
  readonly key: string;
  readonly name: string;
  readonly whenHeld: "refuse" | "wait";
}

export type Step = CallStep | SleepStep | AwaitStep | ForEachStep | SagaStep;

/** What all kinds of steps have. */
interface StepCommon {
  readonly name: string;
  /** Steps that must be over before this one starts. */
  readonly after: readonly number[];
  /** CEL; where it is false the step is skipped. */
  readonly when: string | undefined;
  readonly onFailure: OnFailure;
  readonly pivot: boolean;
  readonly goBack: GoBack | undefined;
}

/** Goes back to an earlier step, in place of failing for good. */
export interface GoBack {
  /** Index of a step that this one depends on, directly or not. */
  readonly to: number;
  /** At most so often. */
  readonly times: number;
  /** Only for failures with one of these codes; empty: for all. */
  readonly codes: readonly string[];
}

/** Calls a participant's action. */
export interface CallStep extends StepCommon, CallRule {
  readonly kind: "call";
}

/** Waits for a time: one of the two is given. */
export interface SleepStep extends StepCommon {
  readonly kind: "sleep";
  readonly durationMs: number | undefined;
  /** CEL; gives a timestamp or an RFC 3339 string. */
  readonly timestamp: string | undefined;
}

/** Waits for a signal; its payload is the step's output. */
export interface AwaitStep extends StepCommon {
  readonly kind: "await";
  readonly signal: string;
  /** CEL over `signal`; undefined: any payload. */
  readonly condition: string | undefined;
  /** CEL over `signal`: the step is rejected where it holds. */
  readonly reject: string | undefined;
  readonly timeoutMs: number | undefined;
}

/** Makes a call for each item of a list. */
export interface ForEachStep extends StepCommon {
  readonly kind: "for_each";
  /** CEL; gives a list. */
  readonly items: string;
  readonly concurrency: number;
  readonly call: CallRule;
}

/** Runs another saga. */
export interface SagaStep extends StepCommon {
  readonly kind: "saga";
  readonly definition: string;
  /** undefined: the latest. */
  readonly version: number | undefined;
  readonly input: Mapping | undefined;
}

/** How an action of a participant is called. */
export interface CallRule {
  readonly participant: string;
  readonly action: string;
  /** JSON whose string leaves are CEL expressions; undefined: the saga's input. */
  readonly input: Mapping | undefined;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  /** undefined: the step only reads, there is nothing to undo. */
  readonly undo: UndoPolicy | undefined;
  /** The longest wait for CompleteStep after an answer of `pending`. */
  readonly completionTimeoutMs: number | undefined;
  /** The longest pause between heartbeats while it waits. */
  readonly heartbeatTimeoutMs: number | undefined;
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
  /** The item of a for_each step; in the Undo's input `output(step)` of that step is then the item's. */
  readonly item?: ScopeItem;
  /** The payload of a signal, as JSON text of an object. */
  readonly signal?: string;
}

export interface ScopeItem {
  /** JSON text. */
  readonly value: string;
  readonly index: number;
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
  /** The key of the lock; undefined: there is none. Reads the input only. */
  readonly lockKey: ((scope: Scope) => string) | undefined;
  /** What a completed saga gives, as JSON text of an object; undefined: an empty one. */
  readonly output: ((scope: Scope) => string) | undefined;
  /** The signals that its steps wait for. */
  readonly signals: ReadonlySet<string>;
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
  /** The policies of what the step sends: a call's, that of a for_each step's items, or a child saga's. Else undefined. */
  readonly sends: SendRule | undefined;
  /** The Do's input as JSON text of an object: of a call or a child saga, of one item where `scope.item` is given. */
  readonly input: (scope: Scope) => string;
  /** The Undo's own input as JSON text of an object; undefined: none was defined. */
  readonly undoInput: ((scope: Scope) => string) | undefined;
  /** for_each: the items, each as JSON text. Throws where it is no list, or too long. */
  readonly items: ((scope: Scope) => readonly string[]) | undefined;
  /** sleep: when it ends, in ms since the epoch. */
  readonly until: ((scope: Scope, now: number) => number) | undefined;
  /** await: whether it takes this signal (`scope.signal`). Never throws: what cannot be evaluated does not hold. */
  readonly takes: ((scope: Scope) => boolean) | undefined;
  /** await: whether a signal that it took rejects it. Throws ExpressionError. */
  readonly rejects: ((scope: Scope) => boolean) | undefined;
  /** Where it goes back to; `span`: that step and all that depend on it, in order, this step included. */
  readonly goBack: (GoBack & { readonly span: readonly number[] }) | undefined;
}

/** What the machine needs to know of a step that sends calls. */
export interface SendRule {
  readonly retry: RetryPolicy;
  /** undefined: nothing to undo. */
  readonly undo: UndoPolicy | undefined;
  readonly completionTimeoutMs: number | undefined;
  readonly heartbeatTimeoutMs: number | undefined;
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
