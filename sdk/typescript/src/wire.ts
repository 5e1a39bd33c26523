import { create, type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import {
  type CommandContext,
  CommandContextSchema,
  DoRequestSchema,
  DoResponseSchema,
  ParticipantService,
  ServeRequestSchema,
  ServeResponseSchema,
  UndoRequestSchema,
  UndoResponseSchema,
} from "./gen/backstitch/v1/participant_service_pb.js";

/** A context without content, for a request that forgot its own: it is refused where its fields are looked at. */
export const emptyContext: CommandContext = create(CommandContextSchema);

/** ParticipantService in the form that grpc-js wants, for servers and clients. */
export const participantService = {
  Do: method("Do", DoRequestSchema, DoResponseSchema, false),
  Undo: method("Undo", UndoRequestSchema, UndoResponseSchema, false),
  Serve: method("Serve", ServeRequestSchema, ServeResponseSchema, true),
} satisfies ServiceDefinition;

function method<I extends DescMessage, O extends DescMessage>(
  name: string,
  input: I,
  output: O,
  stream: boolean,
): MethodDefinition<MessageShape<I>, MessageShape<O>> {
  return {
    path: `/${ParticipantService.typeName}/${name}`,
    originalName: name,
    requestStream: stream,
    responseStream: stream,
    requestSerialize: (message) => asBuffer(toBinary(input, message)),
    requestDeserialize: (bytes) => fromBinary(input, bytes),
    responseSerialize: (message) => asBuffer(toBinary(output, message)),
    responseDeserialize: (bytes) => fromBinary(output, bytes),
  };
}

/**
 * The bytes of a google.rpc.Status that carries a google.rpc.RetryInfo, for the `grpc-status-details-bin` trailer.
 * Field numbers: google/rpc/status.proto and google/rpc/error_details.proto.
 */
export function encodeRetryInfo(code: number, message: string, delayMs: number): Buffer {
  const delay = new BinaryWriter()
    .tag(1, 0)
    .int64(Math.floor(delayMs / 1000))
    .tag(2, 0)
    .int32((delayMs % 1000) * 1e6)
    .finish();
  const retryInfo = new BinaryWriter().tag(1, 2).bytes(delay).finish();
  const any = new BinaryWriter()
    .tag(1, 2)
    .string("type.googleapis.com/google.rpc.RetryInfo")
    .tag(2, 2)
    .bytes(retryInfo)
    .finish();
  return asBuffer(new BinaryWriter().tag(1, 0).int32(code).tag(2, 2).string(message).tag(3, 2).bytes(any).finish());
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
