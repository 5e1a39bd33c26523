/** A rule that a request, definition or configuration breaks. */
export interface Fault {
  /** A path such as `definition.steps[2].call.input.amount` or `page_token`. */
  readonly field: string;
  /** The rule's stable name, such as `unknown_step` or `max_length`. */
  readonly rule: string;
  /** What is wrong and what would be right, for people. */
  readonly message: string;
}

/**
 * The stable names of the errors; the gRPC status of each stands in `statusOf`.
 * The same names, prefixed, are the enum ErrorCode of errors.proto (a test keeps both alike).
 */
export type ErrorCode = keyof typeof statusOf;

/** gRPC status names by error code. */
export const statusOf = {
  INVALID_REQUEST: "INVALID_ARGUMENT",
  INVALID_DEFINITION: "INVALID_ARGUMENT",
  DEFINITION_NOT_FOUND: "NOT_FOUND",
  SAGA_NOT_FOUND: "NOT_FOUND",
  SAGA_ID_IN_USE: "ALREADY_EXISTS",
  TOO_LARGE: "RESOURCE_EXHAUSTED",
  OVERLOADED: "RESOURCE_EXHAUSTED",
  SAGA_FINAL: "FAILED_PRECONDITION",
  PAST_PIVOT: "FAILED_PRECONDITION",
  WRONG_STATE: "FAILED_PRECONDITION",
  REVISION_MISMATCH: "ABORTED",
  INVALID_PAGE_TOKEN: "INVALID_ARGUMENT",
  CURSOR_OUT_OF_RANGE: "OUT_OF_RANGE",
  STORE_UNAVAILABLE: "UNAVAILABLE",
  UNAUTHENTICATED: "UNAUTHENTICATED",
  NOT_IMPLEMENTED: "UNIMPLEMENTED",
  INTERNAL: "INTERNAL",
  COMPLETION_REFUSED: "FAILED_PRECONDITION",
  STOPPING: "UNAVAILABLE",
  LOCKED: "FAILED_PRECONDITION",
  CALL_IN_FLIGHT: "FAILED_PRECONDITION",
} as const;

/** The one error that crosses layers. `message` is for people and safe to show; `cause` stays in the log. */
export class BackstitchError extends Error {
  override readonly name = "BackstitchError";
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];
  /** Where waiting helps: for how long, if that is known. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { faults?: readonly Fault[]; cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.faults = options.faults ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Anything thrown, as a BackstitchError; what is not one already becomes INTERNAL and hides its message. */
  static from(thrown: unknown): BackstitchError {
    if (thrown instanceof BackstitchError) return thrown;
    return new BackstitchError("INTERNAL", "internal error", { cause: thrown });
  }
}
