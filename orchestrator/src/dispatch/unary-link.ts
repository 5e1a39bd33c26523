import { type Client, type ClientUnaryCall, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { replyToDo, replyToUndo } from "./answers.ts";
import type { Call, CallHolder, Settle } from "./call.ts";
import type { Deadlines } from "./deadlines.ts";
import { failedWith, type Reply, timedOut, unreadable } from "./outcome.ts";
import { retryDelayOf } from "./retry-info.ts";
import { statusName } from "./status.ts";
import { decodeDo, decodeUndo, encodeDo, encodeUndo, methods } from "./wire.ts";

/** Sends each command as a call of Do or Undo. The connection is expected to be ready. */
export interface UnaryLink extends CallHolder {
  send(call: Call): void;
  /** Ends the calls in flight; the caller settles them. */
  cancel(): void;
}

const same = (bytes: Buffer): Buffer => bytes;
const noMetadata = new Metadata();

/** `silent` is told when a call's time passed and nothing at all has come since it was sent. */
export function createUnaryLink(
  client: Client,
  deadlines: Deadlines<Call>,
  settle: Settle,
  silent: () => void,
): UnaryLink {
  const running = new Map<Call, ClientUnaryCall>();
  let lastHeard = 0;

  function checkSilence(timeoutMs: number): void {
    if (lastHeard < performance.now() - timeoutMs) silent();
  }

  const link: UnaryLink = {
    send(call) {
      const { command } = call;
      const forward = command.direction === "forward";
      const now = Date.now();
      const deadline = now + command.timeoutMs;
      const request = forward ? encodeDo(command, now) : encodeUndo(command, now);
      const finish = (error: ServiceError | null, bytes?: Buffer) => {
        // Given up here, and settled.
        if (!running.delete(call)) return;
        // The library watches the deadline too, and may be the first to notice.
        if (error?.code === status.DEADLINE_EXCEEDED) checkSilence(command.timeoutMs);
        else lastHeard = performance.now();
        settle(call, error === null ? read(bytes as Buffer, forward) : fromError(error));
      };
      call.holder = link;
      call.handed = true;
      deadlines.set(call, command.timeoutMs);
      const path = forward ? methods.do : methods.undo;
      // Bytes in and out: an answer that cannot be read has to be told from a status that the participant sent.
      running.set(call, client.makeUnaryRequest(path, same, same, request, noMetadata, { deadline }, finish));
    },
    expired(call) {
      const handle = running.get(call);
      const { timeoutMs } = call.command;
      running.delete(call);
      settle(call, timedOut(timeoutMs));
      handle?.cancel();
      checkSilence(timeoutMs);
    },
    cancel() {
      for (const handle of running.values()) handle.cancel();
      running.clear();
    },
  };
  return link;
}

function read(bytes: Buffer, forward: boolean): Reply {
  try {
    return forward ? replyToDo(decodeDo(bytes)) : replyToUndo(decodeUndo(bytes));
  } catch {
    return unreadable("the participant's answer cannot be read");
  }
}

function fromError(error: ServiceError): Reply {
  const [details] = error.metadata.get("grpc-status-details-bin");
  const retryAfterMs = details instanceof Uint8Array ? retryDelayOf(details) : undefined;
  return failedWith(statusName(error.code), error.details, retryAfterMs);
}
