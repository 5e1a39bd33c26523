import type { CommandContextSchema } from "@backstitch/sdk/gen/backstitch/v1/participant_service_pb.js";
import type { JsonObject, JsonValue, MessageInitShape } from "@bufbuild/protobuf";
import type { Call } from "./actions.ts";
import type { CommandStep } from "./case.ts";

/** A command ready to be sent. */
export interface SentCommand {
  direction: "do" | "undo";
  hasDirection: boolean;
  /** Undefined: left out. */
  context: MessageInitShape<typeof CommandContextSchema> | undefined;
  /** A text goes out as it is, on the Serve stream. */
  input: JsonObject | string | undefined;
  doInput: JsonObject | undefined;
  doOutput: JsonObject | undefined;
  /** The gRPC deadline of a unary call, from now. */
  callDeadlineMs: number | undefined;
  /** What `$sent` refers to. */
  fields: Readonly<Record<string, JsonValue>>;
}

/** How long a command may take where its case does not say. */
const defaultTimeoutMs = 15_000;

/** What a case knows when it sends a command. */
export interface CommandSituation {
  sagaId: string;
  /** The effect's name in the case; with several effects it is numbered. */
  effect: string;
  call: Call;
  undoInput: JsonObject | undefined;
  doInput: JsonObject;
  doOutput: JsonObject | undefined;
}

/** The effect that a command is about, in the form that the orchestrator gives it. */
export function effectIdOf(sagaId: string, effect: string, { item, round, context }: CommandStep): string {
  const namespace = context.namespace ?? "default";
  const prefix = namespace === "default" ? "" : `${namespace}/`;
  return `${prefix}${sagaId}/${effect}${item === undefined ? "" : `#${item}`}${round === undefined ? "" : `@${round}`}`;
}

/** Makes the command of a step. */
export function createCommand(step: CommandStep, situation: CommandSituation): SentCommand {
  const { direction, without, context } = step;
  const { sagaId, effect, call } = situation;
  const effectId = effectIdOf(sagaId, effect, step);
  const input = expand(step.input ?? (direction === "do" ? call.input : (situation.undoInput ?? {}))) as JsonObject;
  const fields = {
    namespace: context.namespace ?? "default",
    saga_id: sagaId,
    definition: context.definition ?? "conformance",
    version: context.version ?? 1,
    step: effect,
    action: call.action,
    effect_id: without.includes("effect_id") ? "" : effectId,
    idempotency_key: without.includes("idempotency_key") ? "" : `${effectId}/${direction}`,
    attempt: step.attempt,
    metadata: context.metadata ?? { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" },
    completion_token: context.completion_token ?? `token-of-${effectId}`,
    input,
  };
  return {
    direction,
    hasDirection: !without.includes("direction"),
    context: without.includes("context") ? undefined : contextOf(fields, step),
    input: step.payload ?? input,
    doInput: direction === "do" ? undefined : (expand(step.doInput ?? situation.doInput) as JsonObject),
    doOutput: direction === "do" ? undefined : doOutputOf(step, situation),
    callDeadlineMs: step.callDeadlineMs,
    fields,
  };
}

function doOutputOf({ doOutput }: CommandStep, situation: CommandSituation): JsonObject | undefined {
  if (doOutput === "unknown") return undefined;
  return doOutput === undefined ? situation.doOutput : (expand(doOutput) as JsonObject);
}

function contextOf(
  { saga_id, effect_id, idempotency_key, completion_token, input: _, ...fields }: Record<string, JsonValue>,
  { timeoutMs, deadlineMs, without }: CommandStep,
): MessageInitShape<typeof CommandContextSchema> {
  // As from an orchestrator: a deadline by its clock, and the same as a timeout.
  const limit = timeoutMs ?? defaultTimeoutMs;
  const timeout = without.includes("timeout") ? undefined : limit;
  const deadline = deadlineMs ?? timeout;
  return {
    ...(fields as object),
    sagaId: String(saga_id),
    effectId: String(effect_id),
    idempotencyKey: String(idempotency_key),
    completionToken: String(completion_token),
    timeout: timeout === undefined ? undefined : secondsOf(timeout),
    deadline: deadline === undefined ? undefined : secondsOf(Date.now() + deadline),
  };
}

function secondsOf(ms: number) {
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: Math.floor(ms % 1000) * 1e6 };
}

/** Writes out what a case abbreviates: `{$repeat: [text, times]}`, `{$numbers: count}`, `{$nest: depth}`. */
function expand(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value.$repeat)) return String(value.$repeat[0]).repeat(Number(value.$repeat[1]));
  if (typeof value.$numbers === "number") return Array.from({ length: value.$numbers }, (_, i) => i % 10);
  if (typeof value.$nest === "number") return nested(value.$nest);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner)]));
}

function nested(depth: number): JsonObject {
  return depth <= 1 ? {} : { in: nested(depth - 1) };
}
