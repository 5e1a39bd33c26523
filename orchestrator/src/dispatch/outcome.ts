import { checkPayloadText } from "../definition/payload.ts";
import type { Outcome } from "../machine/event.ts";
import type { Failure } from "../machine/state.ts";
import { rulings, type StatusName } from "./status.ts";

const MAX_MESSAGE = 1000;
const MAX_CODE = 100;
/** What gRPC implementations say of a message above the receiver's limit, whichever end that is. */
const OVERSIZE = /message larger than max/i;

/** How a call ended, for the saga and for the breaker. */
export interface Reply {
  readonly outcome: Outcome;
  /** Whether it counts against the participant; undefined: it says nothing of it. */
  readonly fault: boolean | undefined;
}

export const pending: Reply = { outcome: { kind: "pending" }, fault: false };
/** The output of an Undo, and of a Do that says nothing. */
export const undone: Reply = { outcome: { kind: "done", output: "{}" }, fault: false };

/** `text`: JSON of the output, kept as it came. */
export function done(text: string): Reply {
  if (text === "{}") return undone;
  const [problem] = checkPayloadText("output", text);
  return problem === undefined
    ? { outcome: { kind: "done", output: text }, fault: false }
    : unreadable(`the participant's answer cannot be used: ${problem.field} ${problem.message}`);
}

/** A refusal stands even where its details are not acceptable; they are left out then. */
export function rejected(code: string, message: string, details: string | undefined): Reply {
  const usable = details !== undefined && checkPayloadText("details", details).length === 0;
  const failure: Failure = {
    kind: "REJECTED",
    code: cut(code, MAX_CODE) || "REJECTED",
    message: cut(message, MAX_MESSAGE),
    ...(usable && { details }),
  };
  return { outcome: { kind: "rejected", failure }, fault: false };
}

/** A call that ended with a gRPC status. */
export function failedWith(name: StatusName, message: string, retryAfterMs: number | undefined): Reply {
  const { retry, effect, fault } = rulings[name];
  if (name === "RESOURCE_EXHAUSTED" && OVERSIZE.test(message)) return failed(name, message, { retry: false, effect });
  return failed(name, message, { retry, effect, fault, retryAfterMs });
}

/** The attempt's time ran out after it was handed to a connected transport. */
export function timedOut(timeoutMs: number): Reply {
  return failed("DEADLINE_EXCEEDED", `no answer within ${timeoutMs} ms`, rulings.DEADLINE_EXCEEDED);
}

/** No connected transport ever had it: certainly no effect. */
export function neverSent(message: string): Reply {
  return failed("UNAVAILABLE", message, { retry: true, effect: "none", fault: true });
}

/** The call was handed over and its answer will not come, for a reason that is counted (or not) elsewhere. */
export function lost(name: StatusName, message: string): Reply {
  return failed(name, message, { retry: true, effect: "unknown" });
}

/** An answer came that nobody can use; the same would come again. */
export function unreadable(message: string): Reply {
  return failed("INTERNAL", message, { retry: false, effect: "unknown", fault: true });
}

/** Not sent, to be asked for again later; consumes no attempt. */
export function held(retryAfterMs: number): Outcome {
  return { kind: "held", retryAfterMs: Math.ceil(retryAfterMs) };
}

function failed(
  name: StatusName,
  message: string,
  is: { retry: boolean; effect: "none" | "unknown"; fault?: boolean; retryAfterMs?: number | undefined },
): Reply {
  const failure: Failure = {
    kind: name === "DEADLINE_EXCEEDED" ? "TIMEOUT" : "TECHNICAL",
    code: name,
    message: cut(message, MAX_MESSAGE),
  };
  const { retry, effect, fault, retryAfterMs } = is;
  return { outcome: { kind: "failed", effect, retry, failure, retryAfterMs }, fault };
}

/** Cut to so many characters, without half a character at the end. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
