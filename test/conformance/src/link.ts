import {
  DoRequestSchema,
  DoResponseSchema,
  ParticipantService,
  ServeRequestSchema,
  ServeResponseSchema,
  UndoRequestSchema,
  UndoResponseSchema,
} from "@backstitch/sdk/gen/backstitch/v1/participant_service_pb.js";
import { type DescMessage, fromBinary, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { type ChannelCredentials, type ChannelOptions, Client } from "@grpc/grpc-js";
import type { Answer } from "./answer.ts";
import type { SentCommand } from "./command.ts";

/** Where a participant is, and how to talk to it. */
export interface Target {
  address: string;
  credentials: ChannelCredentials;
}

/** A command under way. */
export interface Sent {
  /** The correlation id, on a stream. */
  id?: bigint;
  /** Never fails. */
  answer: Promise<Answer>;
  cancel(): void;
}

/** A way to send commands over a connection of its own. */
export interface Link {
  send(command: SentCommand): Sent;
  close(): void;
}

/** What both sides may send in one message. */
const maxMessageBytes = 5 * 1024 * 1024;

const channelOptions: ChannelOptions = {
  "grpc.max_receive_message_length": maxMessageBytes,
  "grpc.max_send_message_length": -1,
  // Links share no connection, so that one can break alone.
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_retries": 0,
};

/** A client with a connection of its own. */
export function connect({ address, credentials }: Target): Client {
  return new Client(address, credentials, channelOptions);
}

/** The methods of ParticipantService, in the form that grpc-js wants. */
export const methods = {
  do: method("Do", DoRequestSchema, DoResponseSchema),
  undo: method("Undo", UndoRequestSchema, UndoResponseSchema),
  serve: method("Serve", ServeRequestSchema, ServeResponseSchema),
};

function method<I extends DescMessage, O extends DescMessage>(name: string, input: I, output: O) {
  return {
    path: `/${ParticipantService.typeName}/${name}`,
    encode: (message: MessageShape<I>) => asBuffer(toBinary(input, message)),
    decode: (bytes: Uint8Array) => fromBinary(output, bytes),
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
