import type { Rule } from "../definition/faults.ts";
import { BackstitchError, type Fault } from "../errors.ts";

/** The rules that only requests can break. Those of definitions and payloads stand in definition/faults.ts. */
export const requestRules = {
  unknown_signal: "no step of the saga's definition awaits a signal of this name",
  invalid_token: "this is no completion token of this service",
} as const;

/** Throws INVALID_REQUEST with all faults, or TOO_LARGE where size is all that is wrong. Does nothing without faults. */
export function throwIfFaults(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const tooLarge = faults.every((fault) => fault.rule === ("max_size" satisfies Rule));
  const message = faults.map((fault) => `${fault.field}: ${fault.message}`).join("; ");
  throw new BackstitchError(tooLarge ? "TOO_LARGE" : "INVALID_REQUEST", message, { faults });
}

/** The error of a request with one fault. */
export function invalidRequest(
  field: string,
  rule: Rule | keyof typeof requestRules,
  message: string,
): BackstitchError {
  return new BackstitchError("INVALID_REQUEST", `${field}: ${message}`, { faults: [{ field, rule, message }] });
}
