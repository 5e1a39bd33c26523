import { ExpressionError } from "../definition/types.ts";
import type { Failure, SagaState } from "./state.ts";

const MAX_MESSAGE = 1000;

/** A failure as it is kept: its message cut to size, and the step it happened in. */
export function failureIn(step: string, failure: Failure): Failure {
  return { ...failure, message: cut(failure.message), step };
}

/** An expression of a step could not be evaluated. Only an ExpressionError's message is known to hold no payload. */
export function expressionFailure(step: string | undefined, thrown: unknown): Failure {
  const message =
    thrown instanceof ExpressionError ? `${thrown.path}: ${thrown.message}` : "an expression failed unexpectedly";
  const failure: Failure = { kind: "EXPRESSION", code: "EXPRESSION", message: cut(message) };
  return step === undefined ? failure : { ...failure, step };
}

/** A call's answer was lost with the owner that sent it. */
export function lostFailure(step: string): Failure {
  return { kind: "TECHNICAL", code: "UNKNOWN", message: "the owner was lost while the call was in flight", step };
}

/** A person said that the Do was not applied, and no attempt had failed before. */
export function notAppliedFailure(step: string): Failure {
  return { kind: "TECHNICAL", code: "NOT_APPLIED", message: "a person said that it was not applied", step };
}

export function signalTimeoutFailure(step: string, signal: string): Failure {
  return { kind: "TIMEOUT", code: "SIGNAL_TIMEOUT", message: `no signal '${signal}' came in time`, step };
}

/** The completion of a call that was accepted for later did not come. */
export function completionTimeoutFailure(step: string, wasAlive: boolean): Failure {
  return wasAlive
    ? { kind: "TIMEOUT", code: "COMPLETION_TIMEOUT", message: "its completion did not come in time", step }
    : { kind: "TIMEOUT", code: "HEARTBEAT_TIMEOUT", message: "its heartbeats stopped", step };
}

/** A signal that an await step took rejects it; the payload may give the code. */
export function signalRejectedFailure(step: string, signal: string, payload: string): Failure {
  const { code } = JSON.parse(payload) as { readonly code?: unknown };
  const isCode = typeof code === "string" && code.length >= 1 && code.length <= 100;
  const message = `it was rejected by the signal '${signal}'`;
  return { kind: "REJECTED", code: isCode ? code : "SIGNAL_REJECTED", message, details: payload, step };
}

export function cancelledFailure(by: { readonly identity: string; readonly reason: string }): Failure {
  return { kind: "CANCELLED", code: "CANCELLED", message: cut(by.reason || `cancelled by ${by.identity}`) };
}

export function deadlineFailure(): Failure {
  return { kind: "DEADLINE", code: "DEADLINE_EXCEEDED", message: "the saga's deadline passed" };
}

export function quarantineFailure(crashes: number): Failure {
  return { kind: "QUARANTINED", code: "QUARANTINED", message: `it took its owners down ${crashes} times in a row` };
}

export function suspendedFailure(by: { readonly identity: string; readonly reason: string }): Failure {
  return { kind: "SUSPENDED", code: "SUSPENDED", message: cut(by.reason || `suspended by ${by.identity}`) };
}

/**
 * The barrier's answer to a Do whose Undo came before: the saga turned round, and its record does not know. It is
 * definite for every send of the round.
 */
export function isUndone(failure: Failure | undefined): boolean {
  return failure?.kind === "REJECTED" && failure.code === "UNDONE";
}

/** Of a saga that cannot move: the failure that it does not get past. */
export function stuckFailure({ steps }: SagaState): Failure {
  const stuck = steps.find(({ status }) => status === "SUSPENDED") ?? steps.find(({ failure }) => failure);
  return stuck?.failure ?? { kind: "TECHNICAL", code: "INTERNAL", message: "no step can move" };
}

function cut(message: string): string {
  // A cut may fall between the halves of a surrogate pair, and such text cannot be encoded.
  return message.length <= MAX_MESSAGE ? message : message.slice(0, MAX_MESSAGE).replace(/[\ud800-\udbff]$/, "");
}
