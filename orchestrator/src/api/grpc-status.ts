import { toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Metadata, type ServerErrorResponse } from "@grpc/grpc-js";
import type { BackstitchError } from "../errors.ts";
import { ErrorDetailSchema } from "../gen/backstitch/v1/errors_pb.js";
import { RETRY_INFO_TYPE, type WireStatus, wireStatusOf } from "./status.ts";

/** An error for grpc-js, with its details in the trailer `grpc-status-details-bin`. */
export function grpcErrorOf(error: BackstitchError): ServerErrorResponse {
  const status = wireStatusOf(error);
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(encodeStatus(status)));
  return Object.assign(new Error(status.message), { code: status.code, details: status.message, metadata });
}

/** google.rpc.Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3 }. */
function encodeStatus(status: WireStatus): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int32(status.code);
  writer.tag(2, WireType.LengthDelimited).string(status.message);
  writeAny(writer, ErrorDetailSchema.typeName, toBinary(ErrorDetailSchema, status.detail));
  if (status.retryInfo) writeAny(writer, RETRY_INFO_TYPE, status.retryInfo);
  return writer.finish();
}

function writeAny(writer: BinaryWriter, typeName: string, value: Uint8Array): void {
  writer
    .tag(3, WireType.LengthDelimited)
    .fork()
    .tag(1, WireType.LengthDelimited)
    .string(`type.googleapis.com/${typeName}`)
    .tag(2, WireType.LengthDelimited)
    .bytes(value)
    .join();
}
