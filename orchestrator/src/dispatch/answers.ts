import { isUtf8 } from "node:buffer";
import type { CommandResult, DoResponse, Rejected, UndoResponse } from "../gen/backstitch/v1/participant_service_pb.js";
import type { Direction } from "../machine/state.ts";
import { done, failedWith, pending, type Reply, rejected, undone, unreadable } from "./outcome.ts";
import { clampDelay } from "./retry-info.ts";
import { statusName } from "./status.ts";

/** What a participant answered, as an outcome; one function for each kind of answer. */
export function replyToDo(response: DoResponse): Reply {
  const { outcome } = response;
  switch (outcome.case) {
    case "done":
      return outcome.value.output === undefined ? undone : done(JSON.stringify(outcome.value.output));
    case "rejected":
      return refusal(outcome.value);
    case "pending":
      return pending;
    default:
      return unreadable("the participant's answer has no outcome");
  }
}

export function replyToUndo(response: UndoResponse): Reply {
  const { outcome } = response;
  switch (outcome.case) {
    case "done":
      return undone;
    case "rejected":
      return refusal(outcome.value);
    case "pending":
      return pending;
    default:
      return unreadable("the participant's answer has no outcome");
  }
}

export function replyToCommand(result: CommandResult, direction: Direction): Reply {
  const { outcome } = result;
  switch (outcome.case) {
    case "done": {
      if (direction === "backward" || outcome.value.length === 0) return undone;
      const text = textOf(outcome.value);
      return text === undefined ? unreadable("the participant's output is not UTF-8") : done(text);
    }
    case "rejected": {
      const { code, message, details } = outcome.value;
      return rejected(code, message, details.length === 0 ? undefined : textOf(details));
    }
    case "pending":
      return pending;
    case "error": {
      const { status, message, retryAfterMs } = outcome.value;
      return failedWith(statusName(status), message, clampDelay(Number(retryAfterMs)));
    }
    default:
      return unreadable("the participant's answer has no outcome");
  }
}

function refusal(value: Rejected): Reply {
  const { code, message, details } = value;
  return rejected(code, message, details === undefined ? undefined : JSON.stringify(details));
}

function textOf(bytes: Uint8Array): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
