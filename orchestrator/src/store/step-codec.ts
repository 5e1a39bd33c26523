import type { CallState, Failure, SagaState, SagaStatus, StepState, StepStatus, WaitReason } from "../machine/state.ts";

export const SAGA_STATUSES: readonly SagaStatus[] = [
  "RUNNING",
  "COMPENSATING",
  "SUSPENDED",
  "COMPLETED",
  "COMPENSATED",
  "ABANDONED",
];

/** By their code: the place in the list, one digit. Only ever appended to. */
const STEP_STATUSES: readonly StepStatus[] = [
  "PENDING",
  "RUNNING",
  "WAITING",
  "DONE",
  "REJECTED",
  "FAILED",
  "SKIPPED",
  "SUSPENDED",
  "UNDOING",
  "UNDONE",
];

/** By their code, as above. */
const WAIT_REASONS: readonly WaitReason[] = ["BACKOFF", "TIMER", "SIGNAL", "COMPLETION", "BREAKER", "CHILD"];

const sagaCodes = codesOf(SAGA_STATUSES);
const stepCodes = codesOf(STEP_STATUSES);
const reasonCodes = codesOf(WAIT_REASONS);

/** A step or item that nothing has happened to: not written at all. */
export const BLANK = "00,0,0,,";

/** The payloads of a step or item, which are fields of their own. */
export type Payloads = Pick<CallState, "input" | "output" | "undoInput" | "nextInput">;

/** What a step has beyond what an item has, but for the items themselves. */
interface StepPart {
  readonly returns: number;
  readonly reverting: boolean;
  /** How many items; undefined: none are listed. */
  readonly items: number | undefined;
  readonly doubtfulRounds: number;
}

const NO_PART: StepPart = { returns: 0, reverting: false, items: undefined, doubtfulRounds: 0 };

/**
 * `<status><flags>,<attempt>,<round>,<started>,<finished>[;<wait and failure as JSON>]`, times counted from the saga's
 * start. A step that went back or has items or doubtful rounds has `,<returns>,<items>[,<doubtful rounds>]` before the
 * semicolon.
 */
export function encodeStep(step: StepState, createdAt: number): string {
  const { returns, reverting, items, doubtfulRounds } = step;
  if (returns === 0 && !reverting && items === undefined && doubtfulRounds === 0) return encodeCall(step, createdAt);
  return encodeCall(step, createdAt, { returns, reverting, items: items?.length, doubtfulRounds });
}

/** An item of a for_each step, in the form of a step. */
export function encodeCall(call: CallState, createdAt: number, part: StepPart = NO_PART): string {
  const flags =
    (call.direction === "backward" ? 1 : 0) + (call.armed ? 2 : 0) + (call.unknown ? 4 : 0) + (part.reverting ? 8 : 0);
  const started = call.startedAt === undefined ? "" : call.startedAt - createdAt;
  const finished = call.finishedAt === undefined ? "" : call.finishedAt - createdAt;
  let text = `${stepCodes[call.status]}${flags},${call.attempt},${call.round},${started},${finished}`;
  if (part !== NO_PART) text += `,${part.returns},${part.items ?? ""}`;
  if (part.doubtfulRounds > 0) text += `,${part.doubtfulRounds}`;
  if (call.wait === undefined && call.failure === undefined) return text;
  return `${text};${JSON.stringify([encodeWait(call.wait, createdAt), call.failure ?? 0])}`;
}

/** A step as its text tells it, without its items; `items`: how many it has. */
export function decodeStep(
  text: string,
  createdAt: number,
  payloads: Payloads,
): Omit<StepState, "items"> & { readonly items: number | undefined } {
  const [head] = split(text);
  const [code = "", , , , , returns, items, doubtfulRounds] = head.split(",");
  return {
    ...decodeCall(text, createdAt, payloads),
    returns: Number(returns ?? 0),
    reverting: (Number(code.slice(1)) & 8) !== 0,
    items: items ? Number(items) : undefined,
    doubtfulRounds: Number(doubtfulRounds ?? 0),
  };
}

export function decodeCall(text: string, createdAt: number, payloads: Payloads): CallState {
  const [head, tail] = split(text);
  const [code = "", attempt, round, started, finished] = head.split(",");
  const [wait, failure] = tail === undefined ? [0, 0] : JSON.parse(tail);
  const flags = Number(code.slice(1));
  return {
    status: STEP_STATUSES[Number(code[0])]!,
    wait: decodeWait(wait, createdAt),
    direction: flags & 1 ? "backward" : "forward",
    attempt: Number(attempt),
    round: Number(round),
    armed: (flags & 2) !== 0,
    unknown: (flags & 4) !== 0,
    ...payloads,
    failure: failure === 0 ? undefined : failure,
    startedAt: started === "" ? undefined : createdAt + Number(started),
    finishedAt: finished === "" ? undefined : createdAt + Number(finished),
  };
}

/** What a call waits for: a reason by its code, and times counted from the saga's start; 0: it does not wait. */
export type WaitText = 0 | readonly [reason: number, until?: number | null, limit?: number];

export function encodeWait(wait: CallState["wait"], createdAt: number): WaitText {
  if (wait === undefined) return 0;
  const { reason, until, limit } = wait;
  const at = until === undefined ? null : until - createdAt;
  return limit === undefined ? [reasonCodes[reason], at] : [reasonCodes[reason], at, limit - createdAt];
}

export function decodeWait(text: WaitText, createdAt: number): CallState["wait"] {
  if (text === 0) return undefined;
  const [reason, until, limit] = text;
  return {
    reason: WAIT_REASONS[reason]!,
    until: typeof until === "number" ? createdAt + until : undefined,
    ...(limit === undefined ? {} : { limit: createdAt + limit }),
  };
}

/** What a saga's state holds beside its steps, signals and payloads and what never changes. */
export type SagaPart = Omit<SagaState, "steps" | "input" | "output" | "signals" | "createdAt" | "seed">;

/** `<status><flags>,<deadline>,<finished>[,<quiet until>][;<failure, turning and suspension as JSON>]`. */
export function encodeSaga(state: SagaPart): string {
  const flags = (state.direction === "backward" ? 1 : 0) + (state.overdue ? 2 : 0) + (state.blocked ? 4 : 0);
  let text = `${sagaCodes[state.status]}${flags},${state.deadlineAt ?? ""},${state.finishedAt ?? ""}`;
  if (state.quietUntil !== undefined) text += `,${state.quietUntil}`;
  const { failure, turning, suspension } = state;
  if (failure === undefined && turning === undefined && suspension === undefined) return text;
  const tail: unknown[] = [failure ?? 0, turning ?? 0];
  if (suspension) tail.push(suspension.failure, suspension.since);
  return `${text};${JSON.stringify(tail)}`;
}

type SagaTail = readonly [failure: Failure | 0, turning: Failure | 0, suspended?: Failure, since?: number];

export function decodeSaga(text: string): SagaPart {
  const [head, tail] = split(text);
  const [code = "", deadline, finished, quiet] = head.split(",");
  const [failure, turning, suspended, since = 0]: SagaTail = tail === undefined ? [0, 0] : JSON.parse(tail);
  const flags = Number(code.slice(1));
  return {
    status: statusOfCode(code[0]),
    direction: flags & 1 ? "backward" : "forward",
    overdue: (flags & 2) !== 0,
    blocked: (flags & 4) !== 0,
    deadlineAt: deadline ? Number(deadline) : undefined,
    finishedAt: finished ? Number(finished) : undefined,
    quietUntil: quiet ? Number(quiet) : undefined,
    failure: failure === 0 ? undefined : failure,
    turning: turning === 0 ? undefined : turning,
    suspension: suspended && { failure: suspended, since },
  };
}

export function codeOfStatus(status: SagaStatus): number {
  return sagaCodes[status];
}

export function statusOfCode(code: string | number | undefined): SagaStatus {
  return SAGA_STATUSES[Number(code)]!;
}

function split(text: string): [string, string | undefined] {
  const end = text.indexOf(";");
  return end < 0 ? [text, undefined] : [text.slice(0, end), text.slice(end + 1)];
}

function codesOf<T extends string>(names: readonly T[]): Record<T, number> {
  return Object.fromEntries(names.map((name, code) => [name, code])) as Record<T, number>;
}
