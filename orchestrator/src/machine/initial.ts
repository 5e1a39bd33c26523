import type { Plan } from "../definition/types.ts";
import { seedOf } from "./backoff.ts";
import type { CallState, SagaState, StepState } from "./state.ts";

/** What a saga begins with. */
export interface Beginning {
  readonly sagaId: string;
  /** JSON text of an object. */
  readonly input: string;
  /** From now; undefined: what the definition says. */
  readonly deadlineMs: number | undefined;
  /** Another saga holds its lock: no step starts before `lockGranted`. */
  readonly blocked: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A saga before its first transition. */
export function initialState(plan: Plan, { sagaId, input, deadlineMs, blocked, now }: Beginning): SagaState {
  const limit = deadlineMs ?? plan.definition.deadlineMs;
  return {
    status: "RUNNING",
    direction: "forward",
    steps: plan.steps.map(() => pendingStep),
    input,
    createdAt: now,
    deadlineAt: limit === undefined ? undefined : now + limit,
    overdue: false,
    finishedAt: undefined,
    failure: undefined,
    suspension: undefined,
    turning: undefined,
    signals: noSignals,
    quietUntil: undefined,
    blocked,
    output: undefined,
    seed: seedOf(sagaId),
  };
}

const noSignals: SagaState["signals"] = [];

/** An item that nothing has happened to. */
export const pendingCall: CallState = {
  status: "PENDING",
  wait: undefined,
  direction: "forward",
  attempt: 0,
  round: 0,
  armed: false,
  unknown: false,
  input: undefined,
  output: undefined,
  undoInput: undefined,
  failure: undefined,
  nextInput: undefined,
  startedAt: undefined,
  finishedAt: undefined,
};

/** A step that nothing has happened to. */
export const pendingStep: StepState = {
  ...pendingCall,
  items: undefined,
  returns: 0,
  reverting: false,
  doubtfulRounds: 0,
};
