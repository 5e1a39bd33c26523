import { status } from "@grpc/grpc-js";

/** What a gRPC status means for the call that ended with it. */
export interface Ruling {
  /** Whether another attempt may end otherwise. */
  readonly retry: boolean;
  /** `none`: the call certainly changed nothing. */
  readonly effect: "none" | "unknown";
  /** Whether it speaks of a transport or server in trouble, and so counts for the breaker. */
  readonly fault: boolean;
}

export type StatusName = Exclude<keyof typeof status, "OK">;

/**
 * The one table. A gRPC error is never a business refusal (that is the answer `rejected`), so the effect is unknown
 * wherever the participant may have begun. Statuses that blame the request itself would blame it again: no retry.
 * RESOURCE_EXHAUSTED is mostly a quota, and ABORTED a conflict, of a server that works: neither opens the breaker.
 */
export const rulings: Readonly<Record<StatusName, Ruling>> = {
  CANCELLED: { retry: true, effect: "unknown", fault: true },
  UNKNOWN: { retry: true, effect: "unknown", fault: true },
  INVALID_ARGUMENT: { retry: false, effect: "unknown", fault: false },
  DEADLINE_EXCEEDED: { retry: true, effect: "unknown", fault: true },
  NOT_FOUND: { retry: false, effect: "unknown", fault: false },
  ALREADY_EXISTS: { retry: false, effect: "unknown", fault: false },
  PERMISSION_DENIED: { retry: false, effect: "unknown", fault: false },
  RESOURCE_EXHAUSTED: { retry: true, effect: "unknown", fault: false },
  FAILED_PRECONDITION: { retry: false, effect: "unknown", fault: false },
  ABORTED: { retry: true, effect: "unknown", fault: false },
  OUT_OF_RANGE: { retry: false, effect: "unknown", fault: false },
  UNIMPLEMENTED: { retry: false, effect: "none", fault: false },
  INTERNAL: { retry: true, effect: "unknown", fault: true },
  UNAVAILABLE: { retry: true, effect: "unknown", fault: true },
  DATA_LOSS: { retry: false, effect: "unknown", fault: true },
  UNAUTHENTICATED: { retry: false, effect: "unknown", fault: false },
};

/** The name of a status number; what is no error status of gRPC is UNKNOWN. */
export function statusName(code: number): StatusName {
  const name = status[code];
  return name === undefined || name === "OK" ? "UNKNOWN" : (name as StatusName);
}
