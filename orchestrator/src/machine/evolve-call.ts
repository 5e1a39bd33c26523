import type { Plan, PlannedStep } from "../definition/types.ts";
import { clockOf, isAccepted, isCallInFlight } from "./calls.ts";
import type { StepEvent } from "./effect.ts";
import { isUndone, notAppliedFailure } from "./failure.ts";
import { isBackward, isEnding } from "./order.ts";
import type { CallState, SagaState } from "./state.ts";

/** What a call is in while an event happens to it. */
export interface CallContext {
  readonly plan: Plan;
  readonly planned: PlannedStep;
  readonly saga: SagaState;
  readonly at: number;
}

/**
 * What an event changes of its call. `armed` holds from the commit before the Do is sent, and is cleared by an answer
 * that leaves no effect only where no other send of the round is unknown; a step without Undo is never armed.
 */
export function evolveCall(call: CallState, event: StepEvent, context: CallContext): Partial<CallState> {
  const { plan, planned, saga, at } = context;
  switch (event.kind) {
    case "stepStarted":
      return {
        status: "RUNNING",
        wait: undefined,
        attempt: event.attempt,
        armed: planned.sends?.undo !== undefined,
        unknown: call.unknown || isAccepted(call),
        input: event.input ?? call.input,
        startedAt: call.startedAt ?? at,
      };
    case "stepDone":
      return {
        status: "DONE",
        wait: undefined,
        output: event.output,
        failure: undefined,
        startedAt: call.startedAt ?? at,
        finishedAt: at,
      };
    case "stepRejected": {
      // A child saga that is compensated is, however often it was asked for.
      const unknown = call.unknown && planned.step.kind !== "saga";
      // The Undo that came before tells what became of every send; it may itself be under way still.
      const left = { armed: call.armed && unknown, unknown: unknown && !isUndone(event.failure) };
      return { ...left, status: "REJECTED", wait: undefined, failure: event.failure, finishedAt: at };
    }
    case "stepFailed": {
      const unknown = call.unknown || event.effect === "unknown";
      const left = { unknown, armed: call.armed && unknown, failure: event.failure };
      return event.nextAttemptAt === undefined
        ? { ...left, status: "FAILED", wait: undefined, finishedAt: at }
        : { ...left, status: "WAITING", wait: { reason: "BACKOFF", until: event.nextAttemptAt } };
    }
    case "stepWaiting": {
      const wait = waiting(call, event, at);
      return call.direction === "forward" && isEnding(plan, saga, event)
        ? { ...wait, ...stopped({ ...call, ...wait }, at) }
        : wait;
    }
    case "stepSkipped":
      return isBackward(saga, event)
        ? { status: "SKIPPED", wait: undefined, armed: false, finishedAt: at }
        : { status: "SKIPPED", wait: undefined, output: event.output ?? call.output, finishedAt: at };
    case "stepSuspended": {
      const undo: Partial<CallState> =
        call.direction === "forward" && isBackward(saga, event) ? { direction: "backward", attempt: 0 } : {};
      return { ...undo, status: "SUSPENDED", wait: undefined, failure: event.failure, finishedAt: undefined };
    }
    case "stepResolved":
      return resolved(call, event, context);
    case "stepRetried":
      return retried(call, event, context);
    case "undoStarted":
      return {
        status: "UNDOING",
        wait: undefined,
        direction: "backward",
        attempt: event.attempt,
        input: event.doInput ?? call.input,
        undoInput: event.input ?? call.undoInput,
        finishedAt: undefined,
      };
    case "stepUndone":
      return { status: "UNDONE", wait: undefined, armed: false, failure: undefined, finishedAt: at };
    case "undoFailed":
      return event.nextAttemptAt === undefined
        ? { status: "SUSPENDED", wait: undefined, failure: event.failure }
        : { status: "WAITING", wait: { reason: "BACKOFF", until: event.nextAttemptAt }, failure: event.failure };
  }
}

function waiting(call: CallState, event: StepEvent & { kind: "stepWaiting" }, at: number): Partial<CallState> {
  const { reason, until, limit } = event;
  const wait: Partial<CallState> = {
    status: "WAITING",
    wait: limit === undefined ? { reason, until } : { reason, until, limit },
    startedAt: call.startedAt ?? at,
  };
  if (reason !== "BREAKER") return wait;
  // Nothing was sent: the attempt is given back, and a Do leaves the call as armed as it was before.
  const armed = call.armed && (call.unknown || call.direction === "backward");
  return { ...wait, attempt: call.attempt - 1, armed };
}

/** A person's word in place of an answer. */
function resolved(
  call: CallState,
  event: StepEvent & { kind: "stepResolved" },
  { planned, saga, at }: CallContext,
): Partial<CallState> {
  const settled = { wait: undefined, unknown: false, finishedAt: at };
  if (event.resolution === "doApplied") {
    const output = event.output ?? call.output ?? "{}";
    // Its Undo, begun or not, is begun anew: it reads the output.
    const undo = { armed: planned.sends?.undo !== undefined, undoInput: undefined, direction: "forward" } as const;
    return { ...settled, ...undo, status: "DONE", output, failure: undefined };
  }
  return isBackward(saga, event)
    ? { ...settled, status: "UNDONE", direction: "backward", armed: false, failure: undefined }
    : { ...settled, status: "FAILED", armed: false, failure: call.failure ?? notAppliedFailure(planned.step.name) };
}

/**
 * Tried again by a person: with a new allowance of attempts, and at once. A call whose input was never evaluated
 * begins as if its turn had just come. What takes a new round is decided before (see needsNewRound).
 */
function retried(
  call: CallState,
  event: StepEvent & { kind: "stepRetried" },
  { saga, at }: CallContext,
): Partial<CallState> {
  if (call.direction === "backward") return { ...notUndoing(call), undoInput: event.input ?? call.undoInput };
  if (call.input === undefined) return { ...anew, input: event.input };
  const wait = { reason: "BACKOFF", until: clockOf(saga, at) } as const;
  const unknown = call.unknown || isAccepted(call);
  return { status: "WAITING", wait, attempt: 0, unknown, input: event.input ?? call.input, finishedAt: undefined };
}

/** Its Undo is begun again when its turn comes, which may be now. */
export function notUndoing({ output }: CallState): Partial<CallState> {
  return { status: output === undefined ? "FAILED" : "DONE", wait: undefined, attempt: 0 };
}

const anew: Partial<CallState> = {
  status: "PENDING",
  wait: undefined,
  attempt: 0,
  failure: undefined,
  finishedAt: undefined,
};

/** What was refused, or sent with another input, cannot be asked for again under the same effect. */
export function needsNewRound(call: CallState, input: string | undefined): boolean {
  if (call.direction === "backward") return false;
  const wasSent = call.attempt > 0 || call.unknown || call.armed;
  return call.failure?.kind === "REJECTED" || (input !== undefined && wasSent);
}

/**
 * A call in flight was lost with its owner. While the saga is suspended it is not sent again, so it is in flight no
 * more: it waits, and its next send is the same attempt.
 */
export function recovered(call: CallState, isSuspended: boolean, clock: number): Partial<CallState> | undefined {
  if (!isCallInFlight(call)) return undefined;
  const lost: Partial<CallState> | undefined = call.status === "RUNNING" ? { unknown: true } : undefined;
  return isSuspended ? { ...lost, ...sentAgainAt(call, clock) } : lost;
}

/** Its present attempt is made once more, at this time. */
export function sentAgainAt({ attempt }: CallState, until: number): Partial<CallState> {
  return { status: "WAITING", wait: { reason: "BACKOFF", until }, attempt: Math.max(attempt - 1, 0) };
}

/** The Do of a call that waits for a person or another attempt is over when it is to be undone. */
export function stopped(call: CallState, at: number): Partial<CallState> | undefined {
  if ((call.status !== "WAITING" && call.status !== "SUSPENDED") || call.direction === "backward") return undefined;
  if (call.attempt === 0 && call.status === "WAITING") return { status: "PENDING", wait: undefined };
  const status = call.failure?.kind === "REJECTED" ? "REJECTED" : "FAILED";
  return { status, wait: undefined, finishedAt: at };
}
