import type { PlannedStep } from "../definition/types.ts";
import type { HistoryEvent } from "./effect.ts";
import { isInFlight } from "./order.ts";
import type { Direction, StepState } from "./state.ts";

export type StepEvent = Extract<HistoryEvent, { readonly step: number }>;
export type StepChange = Partial<StepState>;

/**
 * What a history event changes of its step. `armed` holds from the commit before the Do is sent, and is cleared by an
 * answer that leaves no effect only where no other send of the round is unknown; a step without Undo is never armed.
 */
export function evolveStep(
  { step: definition }: PlannedStep,
  step: StepState,
  event: StepEvent,
  saga: Direction,
  at: number,
): StepChange {
  switch (event.kind) {
    case "stepStarted":
      return {
        status: "RUNNING",
        wait: undefined,
        attempt: event.attempt,
        armed: definition.undo !== undefined,
        input: event.input ?? step.input,
        startedAt: step.startedAt ?? at,
      };
    case "stepDone":
      return { status: "DONE", wait: undefined, output: event.output, failure: undefined, finishedAt: at };
    case "stepRejected": {
      const armed = step.armed && step.unknown;
      return { status: "REJECTED", wait: undefined, armed, failure: event.failure, finishedAt: at };
    }
    case "stepFailed": {
      const unknown = step.unknown || event.effect === "unknown";
      const left = { unknown, armed: step.armed && unknown, failure: event.failure };
      return event.nextAttemptAt === undefined
        ? { ...left, status: "FAILED", wait: undefined, finishedAt: at }
        : { ...left, status: "WAITING", wait: { reason: "BACKOFF", until: event.nextAttemptAt } };
    }
    case "stepWaiting": {
      const wait = waiting(step, event);
      return saga === "backward" && step.direction === "forward"
        ? { ...wait, ...stopped({ ...step, ...wait }, at) }
        : wait;
    }
    case "stepSkipped":
      return { status: "SKIPPED", finishedAt: at };
    case "stepSuspended": {
      const undo: StepChange = saga === step.direction ? {} : { direction: saga, attempt: 0 };
      return { ...undo, status: "SUSPENDED", wait: undefined, failure: event.failure, finishedAt: undefined };
    }
    case "undoStarted":
      return {
        status: "UNDOING",
        wait: undefined,
        direction: "backward",
        attempt: event.attempt,
        undoInput: event.input ?? step.undoInput,
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

function waiting(step: StepState, { reason, until }: StepEvent & { kind: "stepWaiting" }): StepChange {
  const wait: StepChange = { status: "WAITING", wait: { reason, until } };
  if (reason !== "BREAKER") return wait;
  // Nothing was sent: the attempt is given back, and a Do leaves the step as armed as it was before.
  const armed = step.armed && (step.unknown || step.direction === "backward");
  return { ...wait, attempt: step.attempt - 1, armed };
}

/**
 * A call in flight was lost with its owner. While the saga is suspended it is not sent again, so it is in flight no
 * more: the step waits, and its next send is the same attempt.
 */
export function recovered(step: StepState, isSuspended: boolean, at: number): StepChange | undefined {
  if (!isInFlight(step)) return undefined;
  const lost: StepChange | undefined = step.status === "RUNNING" ? { unknown: true } : undefined;
  return isSuspended
    ? { ...lost, status: "WAITING", wait: { reason: "BACKOFF", until: at }, attempt: step.attempt - 1 }
    : lost;
}

/** The Do of a step that waits for a person or another attempt is over when the saga turns round. */
export function stopped(step: StepState, at: number): StepChange | undefined {
  if (step.status !== "WAITING" && step.status !== "SUSPENDED") return undefined;
  if (step.attempt === 0 && step.status === "WAITING") return { status: "PENDING", wait: undefined };
  const status = step.failure?.kind === "REJECTED" ? "REJECTED" : "FAILED";
  return { status, wait: undefined, finishedAt: at };
}
