import { create } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { status as grpcStatus } from "@grpc/grpc-js";
import { type BackstitchError, type Fault, statusOf } from "../errors.ts";
import { ErrorCode, type ErrorDetail, ErrorDetailSchema } from "../gen/backstitch/v1/errors_pb.js";

/**
 * Errors travel in headers, of which some clients take no more than 8 KiB in all: what is too long for that is cut.
 * The message goes twice, and details grow by a third in base64.
 */
const MAX_MESSAGE = 500;
const MAX_FAULTS = 3_500;
const MAX_FIELD = 200;

/** When a caller that met a full server may try again, where nothing better is known. */
const RETRY_AFTER_MS = 1_000;

/** An error as it goes over the wire, whatever the protocol. */
export interface WireStatus {
  /** A google.rpc.Code. */
  readonly code: number;
  readonly message: string;
  readonly detail: ErrorDetail;
  /** An encoded google.rpc.RetryInfo, where waiting helps. */
  readonly retryInfo: Uint8Array | undefined;
}

export const RETRY_INFO_TYPE = "google.rpc.RetryInfo";

/** The wire form of an error. Causes and stacks stay behind. */
export function wireStatusOf(error: BackstitchError): WireStatus {
  return {
    code: grpcStatus[statusOf[error.code]],
    message: cut(error.message, MAX_MESSAGE),
    detail: create(ErrorDetailSchema, { code: ErrorCode[error.code], faults: fitting(error.faults) }),
    retryInfo: error.code === "OVERLOADED" ? encodeRetryInfo(error.retryAfterMs ?? RETRY_AFTER_MS) : undefined,
  };
}

/** google.rpc.RetryInfo { google.protobuf.Duration { seconds = 1, nanos = 2 } retry_delay = 1 }. */
function encodeRetryInfo(ms: number): Uint8Array {
  const whole = Math.ceil(ms);
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.Varint).int64(Math.floor(whole / 1_000));
  writer.tag(2, WireType.Varint).int32((whole % 1_000) * 1e6);
  return writer.join().finish();
}

/** As many faults as fit; the last one then says how many are left out. */
function fitting(faults: readonly Fault[]): Fault[] {
  const fit: Fault[] = [];
  let size = 0;
  for (const { field, rule, message } of faults) {
    const fault = { field: cut(field, MAX_FIELD), rule, message: cut(message, MAX_MESSAGE) };
    size += Buffer.byteLength(fault.field) + rule.length + Buffer.byteLength(fault.message);
    if (size > MAX_FAULTS) {
      const left = faults.length - fit.length;
      fit.push({ field: "", rule: "more", message: `and ${left} more` });
      break;
    }
    fit.push(fault);
  }
  return fit;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).toWellFormed()}…` : text.toWellFormed();
}
