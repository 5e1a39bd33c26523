import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorCode, ErrorDetailSchema } from "./gen/backstitch/v1/errors_pb.js";

/** A rule that a request or a definition breaks. */
export interface Fault {
  /** Where: a path such as "definition.steps[2].call.input.amount". */
  field: string;
  /** The rule's stable name, such as "unknown_step". */
  rule: string;
  /** What is wrong and what would be right, for people. */
  message: string;
}

/** Every failure of the client. */
export class BackstitchError extends Error {
  /** An ErrorCode's name such as "SAGA_NOT_FOUND"; where the server sent none, the same as `status`. */
  readonly code: string;
  /** The gRPC status, such as "NOT_FOUND". */
  readonly status: string;
  /** All the faults found in the request. */
  readonly faults: readonly Fault[];

  constructor(code: string, status: string, message: string, faults: readonly Fault[] = [], cause?: unknown) {
    super(message, { cause });
    this.name = "BackstitchError";
    this.code = code;
    this.status = status;
    this.faults = faults;
  }

  /** Makes one of whatever was caught. */
  static from(caught: unknown): BackstitchError {
    if (caught instanceof BackstitchError) return caught;
    const error = ConnectError.from(caught);
    const status = statusName(error.code);
    const detail = error.findDetails(ErrorDetailSchema)[0];
    const code = detail === undefined || detail.code === 0 ? status : (ErrorCode[detail.code] ?? status);
    const faults = (detail?.faults ?? []).map(({ field, rule, message }) => ({ field, rule, message }));
    return new BackstitchError(code, status, error.rawMessage, faults, caught);
  }
}

/** Connect says "InvalidArgument" where gRPC says "INVALID_ARGUMENT"; and it writes Canceled with one l. */
function statusName(code: Code): string {
  if (code === Code.Canceled) return "CANCELLED";
  return (Code[code] ?? "Unknown").replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

/** What a connection that breaks looks like, depending on the moment. The server's own errors all carry a detail. */
const brokenConnection = new Set([Code.Aborted, Code.Canceled, Code.Internal, Code.Unknown]);

/** Whether the same call may well succeed if it is made again. */
export function isTransient(caught: unknown): boolean {
  const error = ConnectError.from(caught);
  if (error.code === Code.Unavailable) return true;
  return brokenConnection.has(error.code) && error.findDetails(ErrorDetailSchema).length === 0;
}
