import type { JsonObject } from "@bufbuild/protobuf";

/** The largest output a handler may give, in bytes of JSON text; the orchestrator refuses more. */
export const maxPayloadBytes = 256 * 1024;

/** The most characters of a message that leave this process. */
const maxMessageLength = 1000;

/** A definite business refusal: nothing is applied. Made by {@link rejected}. */
export class Rejected extends Error {
  readonly code: string;
  readonly details: JsonObject | undefined;

  constructor(code: string, message: string, details?: JsonObject) {
    super(message);
    this.name = "Rejected";
    this.code = code;
    this.details = details;
  }
}

/** A technical failure that is worth another attempt after a given time. Made by {@link retryAfter}. */
export class RetryAfter extends Error {
  readonly delayMs: number;

  constructor(delayMs: number, message: string) {
    super(message);
    this.name = "RetryAfter";
    this.delayMs = delayMs;
  }
}

/** The work goes on elsewhere. Made by {@link pending}. */
export class Pending extends Error {
  constructor() {
    super("pending");
    this.name = "Pending";
  }
}

/**
 * Refuses a Do for a business reason, or says that an Undo cannot be undone: throw it or return it.
 * Whatever the handler did must not stay; behind a barrier it is rolled back.
 *
 * @param code a stable name such as `CARD_DECLINED`, 1 to 100 characters
 * @param message for people
 * @param details JSON kept with the saga's failure
 */
export function rejected(code: string, message = "", details?: JsonObject): Rejected {
  if (code.length === 0 || code.length > 100) throw new RangeError("the code of rejected() has 1 to 100 characters");
  return new Rejected(code, message, details);
}

/** Fails the attempt technically and asks for the next one no sooner than `delayMs`: throw it or return it. */
export function retryAfter(delayMs: number, message = "try again later"): RetryAfter {
  if (!(delayMs >= 0)) throw new RangeError("the delay of retryAfter() is a number of milliseconds, 0 or more");
  return new RetryAfter(Math.ceil(delayMs), message);
}

/** Accepts the work, to be completed later with `context.completionToken`: return it or throw it. */
export function pending(): Pending {
  return new Pending();
}

/** The gRPC status codes a participant answers with. */
export const status = {
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** What a command came to, before it takes the form of a transport. Payloads are JSON text. */
export type Outcome =
  | { kind: "done"; output: string }
  | { kind: "rejected"; code: string; message: string; details?: string }
  | { kind: "pending" }
  | { kind: "error"; status: number; message: string; retryAfterMs?: number };

/** A technical failure with a gRPC status of its own. */
export class StatusError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "StatusError";
    this.status = status;
  }
}

/**
 * Writes a handler's output as JSON text. Nothing becomes `{}`.
 * Throws a StatusError (INTERNAL) for what is not a JSON object, cannot be encoded, or is too large.
 */
export function encodeOutput(output: unknown): string {
  if (output === undefined || output === null) return "{}";
  let text: string | undefined;
  try {
    text = JSON.stringify(output);
  } catch {
    throw new StatusError(status.internal, "the output cannot be written as JSON");
  }
  if (text?.[0] !== "{") throw new StatusError(status.internal, "the output is not a JSON object");
  // A UTF-16 unit takes at most 3 bytes, so most outputs need no count.
  if (text.length * 3 > maxPayloadBytes && Buffer.byteLength(text) > maxPayloadBytes) {
    throw new StatusError(status.internal, `the output is larger than ${maxPayloadBytes} bytes`);
  }
  return text;
}

/** The outcome of a handler that returned `value`; an Undo has no output, whatever its handler returned. */
export function outcomeOfReturn(value: unknown, direction: "do" | "undo"): Outcome {
  if (value instanceof Rejected || value instanceof Pending || value instanceof RetryAfter)
    return outcomeOfThrow(value);
  if (direction === "undo") return { kind: "done", output: "" };
  try {
    return { kind: "done", output: encodeOutput(value) };
  } catch (error) {
    return outcomeOfThrow(error);
  }
}

/** The outcome of a handler that threw `error`: its message at most, never its stack. */
export function outcomeOfThrow(error: unknown): Outcome {
  if (error instanceof Rejected) {
    try {
      const details = error.details === undefined ? undefined : encodeOutput(error.details);
      return { kind: "rejected", code: error.code, message: clip(error.message), details };
    } catch (fault) {
      // The refusal matters more than what it carries.
      return { kind: "rejected", code: error.code, message: clip(`${error.message} (${(fault as Error).message})`) };
    }
  }
  if (error instanceof Pending) return { kind: "pending" };
  if (error instanceof RetryAfter) {
    return { kind: "error", status: status.unavailable, message: clip(error.message), retryAfterMs: error.delayMs };
  }
  if (error instanceof StatusError) return { kind: "error", status: error.status, message: clip(error.message) };
  return {
    kind: "error",
    status: status.unknown,
    message: clip(error instanceof Error ? error.message : String(error)),
  };
}

function clip(message: string): string {
  return message.length > maxMessageLength ? message.slice(0, maxMessageLength) : message;
}
