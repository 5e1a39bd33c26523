import type { Failure, SagaState, SagaStatus, StepState, StepStatus } from "../machine/state.ts";

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

const sagaCodes = codesOf(SAGA_STATUSES);
const stepCodes = codesOf(STEP_STATUSES);

/** A step that nothing has happened to: not written at all. */
export const BLANK_STEP = "00,0,0,,";

/** The payloads of a saga or step, which are fields of their own. */
type Payloads = {
  readonly input: string | undefined;
  readonly output: string | undefined;
  readonly undoInput: string | undefined;
};

/** `<status><flags>,<attempt>,<round>,<started>,<finished>[;<wait and failure as JSON>]`, times counted from the saga's start. */
export function encodeStep(step: StepState, createdAt: number): string {
  const flags = (step.direction === "backward" ? 1 : 0) + (step.armed ? 2 : 0) + (step.unknown ? 4 : 0);
  const started = step.startedAt === undefined ? "" : step.startedAt - createdAt;
  const finished = step.finishedAt === undefined ? "" : step.finishedAt - createdAt;
  const text = `${stepCodes[step.status]}${flags},${step.attempt},${step.round},${started},${finished}`;
  if (step.wait === undefined && step.failure === undefined) return text;
  return `${text};${JSON.stringify([step.wait ?? 0, step.failure ?? 0])}`;
}

export function decodeStep(text: string, createdAt: number, payloads: Payloads): StepState {
  const [head, tail] = split(text);
  const [code = "", attempt, round, started, finished] = head.split(",");
  const [wait, failure] = tail === undefined ? [0, 0] : JSON.parse(tail);
  const flags = Number(code[1]);
  return {
    status: STEP_STATUSES[Number(code[0])]!,
    wait: wait === 0 ? undefined : { reason: wait.reason, until: wait.until },
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

/** What a saga's state holds beside its steps and what never changes. */
export type SagaPart = Omit<SagaState, "steps" | "input" | "createdAt" | "seed">;

/** `<status><flags>,<deadline>,<finished>[;<failure and turning as JSON>]`. */
export function encodeSaga(state: SagaPart): string {
  const flags = (state.direction === "backward" ? 1 : 0) + (state.overdue ? 2 : 0);
  const text = `${sagaCodes[state.status]}${flags},${state.deadlineAt ?? ""},${state.finishedAt ?? ""}`;
  if (state.failure === undefined && state.turning === undefined) return text;
  return `${text};${JSON.stringify([state.failure ?? 0, state.turning ?? 0])}`;
}

export function decodeSaga(text: string): SagaPart {
  const [head, tail] = split(text);
  const [code = "", deadline, finished] = head.split(",");
  const [failure, turning]: [Failure | 0, Failure | 0] = tail === undefined ? [0, 0] : JSON.parse(tail);
  const flags = Number(code[1]);
  return {
    status: statusOfCode(code[0]),
    direction: flags & 1 ? "backward" : "forward",
    overdue: (flags & 2) !== 0,
    deadlineAt: deadline ? Number(deadline) : undefined,
    finishedAt: finished ? Number(finished) : undefined,
    failure: failure === 0 ? undefined : failure,
    turning: turning === 0 ? undefined : turning,
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
