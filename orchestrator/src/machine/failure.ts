import { ExpressionError } from "../definition/types.ts";
import type { Failure, SagaState } from "./state.ts";

const MAX_MESSAGE = 1000;

/** A failure as it is kept: its message cut to size, and the step it happened in. */
export function failureIn(step: string, failure: Failure): Failure {
  return { ...failure, message: cut(failure.message), step };
}

/** An expression of a step could not be evaluated. Only an ExpressionError's message is known to hold no payload. */
export function expressionFailure(step: string, thrown: unknown): Failure {
  const message =
    thrown instanceof ExpressionError ? `${thrown.path}: ${thrown.message}` : "an expression failed unexpectedly";
  return { kind: "EXPRESSION", code: "EXPRESSION", message: cut(message), step };
}

/** A call's answer was lost with the owner that sent it. */
export function lostFailure(step: string): Failure {
  return { kind: "TECHNICAL", code: "UNKNOWN", message: "the owner was lost while the call was in flight", step };
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

/** Of a saga that cannot move: the failure that it does not get past. */
export function stuckFailure({ steps }: SagaState): Failure {
  const stuck = steps.find(({ status }) => status === "SUSPENDED") ?? steps.find(({ failure }) => failure);
  return stuck?.failure ?? { kind: "TECHNICAL", code: "INTERNAL", message: "no step can move" };
}

function cut(message: string): string {
  // A cut may fall between the halves of a surrogate pair, and such text cannot be encoded.
  return message.length <= MAX_MESSAGE ? message : message.slice(0, MAX_MESSAGE).replace(/[\ud800-\udbff]$/, "");
}
