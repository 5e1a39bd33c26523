import type {
  CommandResult,
  DoResponse,
  UndoResponse,
} from "@backstitch/sdk/gen/backstitch/v1/participant_service_pb.js";
import type { JsonObject } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import type { ServiceError } from "@grpc/grpc-js";
import { nameOfStatus } from "./status.ts";

/** What came back for a command, the same whichever way it came. */
export type Answer =
  | { kind: "done"; output: JsonObject }
  | { kind: "pending" }
  | { kind: "rejected"; code: string; message: string; details?: JsonObject }
  | { kind: "error"; status: string; message: string; retryAfterMs: number }
  /** Something that the contract does not allow. */
  | { kind: "malformed"; what: string }
  /** Nothing, for so long. */
  | { kind: "none"; withinMs: number };

/** Reads the answer of a unary call. */
export function fromUnary({ outcome }: DoResponse | UndoResponse): Answer {
  switch (outcome.case) {
    case "done":
      return { kind: "done", output: "output" in outcome.value ? (outcome.value.output ?? {}) : {} };
    case "pending":
      return { kind: "pending" };
    case "rejected": {
      const { code, message, details } = outcome.value;
      return { kind: "rejected", code, message, ...(details && { details }) };
    }
    default:
      return { kind: "malformed", what: "a response without outcome" };
  }
}

/** Reads the failure of a unary call. */
export function fromError({ code, details, metadata }: ServiceError): Answer {
  const status = metadata?.get("grpc-status-details-bin")[0];
  const retryAfterMs = typeof status === "object" ? readRetryInfo(status) : 0;
  return { kind: "error", status: nameOfStatus(code), message: details, retryAfterMs };
}

/** Reads a result of the Serve stream. */
export function fromResult({ outcome }: CommandResult, direction: "do" | "undo"): Answer {
  try {
    switch (outcome.case) {
      case "done":
        if (direction === "undo" && outcome.value.length > 0) {
          return { kind: "malformed", what: "the result of an Undo with an output" };
        }
        return { kind: "done", output: parseObject(outcome.value) ?? {} };
      case "pending":
        return { kind: "pending" };
      case "rejected": {
        const { code, message } = outcome.value;
        const details = parseObject(outcome.value.details);
        return { kind: "rejected", code, message, ...(details && { details }) };
      }
      case "error": {
        const { status, message, retryAfterMs } = outcome.value;
        return { kind: "error", status: nameOfStatus(status), message, retryAfterMs: Number(retryAfterMs) };
      }
      default:
        return { kind: "malformed", what: "a result without outcome" };
    }
  } catch (error) {
    return { kind: "malformed", what: (error as Error).message };
  }
}

function parseObject(bytes: Uint8Array): JsonObject | undefined {
  if (bytes.length === 0) return undefined;
  const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError("a payload that is no JSON object");
  return value as JsonObject;
}

/**
 * The delay of the google.rpc.RetryInfo in an encoded google.rpc.Status, in milliseconds; 0: none.
 * Field numbers: google/rpc/status.proto and google/rpc/error_details.proto.
 */
function readRetryInfo(status: Uint8Array): number {
  for (const any of fieldsOf(status, 3)) {
    const [url] = fieldsOf(any, 1);
    if (url === undefined || !new TextDecoder().decode(url).endsWith("/google.rpc.RetryInfo")) continue;
    for (const info of fieldsOf(any, 2)) {
      for (const delay of fieldsOf(info, 1)) return readDuration(delay);
    }
  }
  return 0;
}

/** The contents of all occurrences of a field that has a length. */
function fieldsOf(message: Uint8Array, field: number): Uint8Array[] {
  const reader = new BinaryReader(message);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (number === field) found.push(reader.bytes());
    else reader.skip(type);
  }
  return found;
}

function readDuration(message: Uint8Array): number {
  const reader = new BinaryReader(message);
  let ms = 0;
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (number === 1) ms += Number(reader.int64()) * 1000;
    else if (number === 2) ms += reader.int32() / 1e6;
    else reader.skip(type);
  }
  return ms;
}
