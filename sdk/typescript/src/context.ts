import type { JsonObject } from "@bufbuild/protobuf";
import { StatusError, status } from "./answers.ts";
import type { CommandContext } from "./gen/backstitch/v1/participant_service_pb.js";

/** What a Do handler knows about its call. */
export interface DoContext {
  readonly namespace: string;
  readonly sagaId: string;
  /** The definition's name and version. */
  readonly definition: string;
  readonly version: number;
  readonly step: string;
  readonly action: string;
  /** Names the effect; the same in Do and Undo and for all attempts. */
  readonly effectId: string;
  /** The item of a forEach step, counted from 0; undefined for other steps. */
  readonly item: number | undefined;
  /** The same for all attempts in one direction: hand it to services that take an idempotency key. */
  readonly idempotencyKey: string;
  /** Counts from 1. */
  readonly attempt: number;
  /** When the orchestrator stops waiting; undefined: never. */
  readonly deadline: Date | undefined;
  /** traceparent, tracestate and what the saga's caller passed through. */
  readonly metadata: Readonly<Record<string, string>>;
  /** For the client's `complete`, `heartbeat` and `work` after `pending()`. The same for all attempts; keep it secret. */
  readonly completionToken: string;
  /** Aborted when nobody wants the answer any more: cancelled, or past the deadline. */
  readonly signal: AbortSignal;
}

/** What an Undo handler knows about its call. */
export interface UndoContext extends DoContext {
  /** What the Do was given. */
  readonly doInput: JsonObject;
  /** What the Do answered; undefined where that is not known. A barrier fills it in from its own record. */
  doOutput: JsonObject | undefined;
}

/** A payload as its transport brought it: a parsed object, UTF-8 JSON, or nothing. */
export type Payload = JsonObject | Uint8Array | undefined;

/** A Do or an Undo, whichever way it came. */
export interface Command {
  readonly direction: "do" | "undo";
  readonly context: CommandContext;
  readonly input: Payload;
  readonly doInput: Payload;
  readonly doOutput: Payload;
  /** Milliseconds since the epoch; Infinity: none. */
  readonly deadlineMs: number;
}

/** Gives the signal of a call. Apart from the call itself, so that a call whose handler never asks makes no AbortController. */
export interface SignalSource {
  signal(): AbortSignal;
}

/**
 * Reads a payload. Nothing is an empty object.
 * Throws a StatusError (INVALID_ARGUMENT) if it is not a JSON object.
 */
export function readPayload(payload: Payload): JsonObject {
  if (payload === undefined) return {};
  if (!(payload instanceof Uint8Array)) return payload;
  if (payload.length === 0) return {};
  try {
    const value: unknown = JSON.parse(asText(payload));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Neither the text nor the parser's quotation of it may reach a message.
  }
  throw new StatusError(status.invalidArgument, "the payload is not a JSON object");
}

/**
 * When a command that is received now must not be begun any more, by the clock of this machine, in milliseconds since
 * the epoch; Infinity: never. The orchestrator's own `deadline` counts only where it sends no `timeout`.
 */
export function deadlineOf({ timeout, deadline }: CommandContext): number {
  if (timeout !== undefined) return Date.now() + msOf(timeout);
  return deadline === undefined ? Number.POSITIVE_INFINITY : msOf(deadline);
}

function msOf({ seconds, nanos }: { readonly seconds: bigint; readonly nanos: number }): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}

/** Presents a command to its handler. A class with getters because one is made for every command. */
export class CallContext implements UndoContext {
  private readonly command: Command;
  private readonly source: SignalSource;
  private knownDoOutput: JsonObject | undefined;

  constructor(command: Command, source: SignalSource) {
    this.command = command;
    this.source = source;
  }

  get namespace(): string {
    return this.command.context.namespace;
  }
  get sagaId(): string {
    return this.command.context.sagaId;
  }
  get definition(): string {
    return this.command.context.definition;
  }
  get version(): number {
    return this.command.context.version;
  }
  get step(): string {
    return this.command.context.step;
  }
  get action(): string {
    return this.command.context.action;
  }
  get effectId(): string {
    return this.command.context.effectId;
  }
  get item(): number | undefined {
    const item = /#(\d+)(?:@\d+)?$/.exec(this.effectId)?.[1];
    return item === undefined ? undefined : Number(item);
  }
  get idempotencyKey(): string {
    return this.command.context.idempotencyKey;
  }
  get attempt(): number {
    return this.command.context.attempt;
  }
  get deadline(): Date | undefined {
    const ms = this.command.deadlineMs;
    return ms === Number.POSITIVE_INFINITY ? undefined : new Date(ms);
  }
  get metadata(): Readonly<Record<string, string>> {
    return this.command.context.metadata;
  }
  get completionToken(): string {
    return this.command.context.completionToken;
  }
  get signal(): AbortSignal {
    return this.source.signal();
  }
  get doInput(): JsonObject {
    return readPayload(this.command.doInput);
  }
  get doOutput(): JsonObject | undefined {
    if (this.knownDoOutput !== undefined) return this.knownDoOutput;
    const payload = this.command.doOutput;
    if (payload === undefined || (payload instanceof Uint8Array && payload.length === 0)) return undefined;
    this.knownDoOutput = readPayload(payload);
    return this.knownDoOutput;
  }
  set doOutput(output: JsonObject | undefined) {
    this.knownDoOutput = output;
  }
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
