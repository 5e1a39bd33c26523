import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CommandContext,
  DoRequestSchema,
  type DoResponse,
  DoResponseSchema,
  ParticipantService,
  type ServeRequest,
  ServeRequestSchema,
  type ServeResponse,
  ServeResponseSchema,
  UndoRequestSchema,
  type UndoResponse,
  UndoResponseSchema,
  type Command as WireCommand,
} from "../gen/backstitch/v1/participant_service_pb.js";
import { Direction } from "../gen/backstitch/v1/saga_pb.js";
import type { Command } from "./dispatcher.ts";

/** Full method names. */
export const methods = {
  do: `/${ParticipantService.typeName}/Do`,
  undo: `/${ParticipantService.typeName}/Undo`,
  serve: `/${ParticipantService.typeName}/Serve`,
} as const;

const nothing = new Uint8Array();

/** `now`: wall clock ms; the attempt's time counts from here. */
export function encodeDo(command: Command, now: number): Buffer {
  const context = contextOf(command, now);
  return asBuffer(toBinary(DoRequestSchema, create(DoRequestSchema, { context, input: parse(command.input) })));
}

export function encodeUndo(command: Command, now: number): Buffer {
  const context = contextOf(command, now);
  const { input, doInput, doOutput } = command;
  const request = { context, input: parse(input), doInput: parse(doInput), doOutput: parse(doOutput) };
  return asBuffer(toBinary(UndoRequestSchema, create(UndoRequestSchema, request)));
}

/** Throws where the bytes are no such message. */
export function decodeDo(bytes: Uint8Array): DoResponse {
  return fromBinary(DoResponseSchema, bytes);
}

export function decodeUndo(bytes: Uint8Array): UndoResponse {
  return fromBinary(UndoResponseSchema, bytes);
}

/** Written out rather than made with create(), which would copy every part of it: this is the hot path. */
export function streamCommand(id: number, command: Command, now: number): WireCommand & { context: CommandContext } {
  return {
    $typeName: "backstitch.v1.Command",
    correlationId: BigInt(id),
    direction: command.direction === "forward" ? Direction.FORWARD : Direction.BACKWARD,
    context: contextOf(command, now),
    input: utf8(command.input),
    doInput: utf8(command.doInput),
    doOutput: utf8(command.doOutput),
  };
}

/** At least the bytes that a command takes on the wire: names and ids are bounded, payloads and metadata are measured. */
export function sizeOf({ input, doInput, doOutput, context }: ReturnType<typeof streamCommand>): number {
  let bytes = 1536 + input.length + doInput.length + doOutput.length;
  for (const value of Object.values(context.metadata)) bytes += 128 + 3 * value.length;
  return bytes;
}

export function createServeRequest(request: Omit<ServeRequest, "$typeName">): ServeRequest {
  return { $typeName: "backstitch.v1.ServeRequest", ...request };
}

export function encodeServe(request: ServeRequest): Buffer {
  return asBuffer(toBinary(ServeRequestSchema, request));
}

export function decodeServe(bytes: Uint8Array): ServeResponse {
  return fromBinary(ServeResponseSchema, bytes);
}

function contextOf(command: Command, now: number): CommandContext {
  return {
    $typeName: "backstitch.v1.CommandContext",
    namespace: command.namespace,
    sagaId: command.sagaId,
    definition: command.definition,
    version: command.version,
    step: command.step,
    action: command.action,
    effectId: command.effectId,
    idempotencyKey: command.effectId + (command.direction === "forward" ? "/do" : "/undo"),
    attempt: command.attempt,
    deadline: { $typeName: "google.protobuf.Timestamp", ...secondsOf(now + command.timeoutMs) },
    timeout: { $typeName: "google.protobuf.Duration", ...secondsOf(command.timeoutMs) },
    metadata: command.metadata as Record<string, string>,
    completionToken: command.completionToken,
  };
}

function secondsOf(ms: number) {
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: Math.floor(ms - seconds * 1000) * 1_000_000 };
}

function parse(json: string | undefined) {
  return json === undefined ? undefined : JSON.parse(json);
}

function utf8(json: string | undefined): Uint8Array {
  return json === undefined ? nothing : Buffer.from(json);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
