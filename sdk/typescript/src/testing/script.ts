import type { JsonObject } from "@bufbuild/protobuf";
import { status as statusCodes } from "@grpc/grpc-js";
import { pending, rejected, StatusError } from "../answers.ts";
import type { DoContext, UndoContext } from "../context.ts";
import type { DoResult, UndoResult } from "../participant.ts";

/** A gRPC status that a call can fail with, such as "UNAVAILABLE". */
export type StatusName = Exclude<keyof typeof statusCodes, "OK">;

/** A handler: what it returns or throws is the answer, as in a real participant. */
export type ScriptedHandler<Context extends DoContext = DoContext> = (
  // biome-ignore lint/suspicious/noExplicitAny: the payload's shape is the test's own to declare
  input: any,
  context: Context,
) => DoResult | UndoResult | Promise<DoResult | UndoResult>;

/** An answer that a script gives; made by {@link script}. */
export interface ScriptedAnswer {
  /** How often; undefined: once where another follows, else for ever. */
  readonly times: number | undefined;
  answer(): DoResult;
}

/** What one direction of an action does: an answer, a handler, or several one after the other, of which the last one stays. */
export type Script<Context extends DoContext = DoContext> =
  | ScriptedAnswer
  | ScriptedHandler<Context>
  | readonly (ScriptedAnswer | ScriptedHandler<Context>)[];

/** What an action does: the script of its Do, or of both; an Undo without a script succeeds. A real action will do, too. */
export type ActionScript = Script | { do?: Script; undo?: Script<UndoContext> };

/** The actions of a participant by name. */
export type ParticipantScript = Readonly<Record<string, ActionScript>>;

/** The answers of scripted participants. */
export const script = {
  /** It is done, with this output. */
  done: (output: JsonObject = {}): ScriptedAnswer => answer(() => output),
  /** A business refusal; of an Undo: it cannot be undone, a person must decide. */
  reject: (code: string, message = "", details?: JsonObject): ScriptedAnswer =>
    answer(() => rejected(code, message, details)),
  /** Accepted; the test completes it with the completion token of the call's record. */
  pending: (): ScriptedAnswer => answer(() => pending()),
  /** A technical failure with this gRPC status, so many times. Default: once where another answer follows, else always. */
  fail(status: StatusName, times?: number): ScriptedAnswer {
    const fail = () => {
      throw new StatusError(statusCodes[status], `scripted: ${status}`);
    };
    return answer(fail, times);
  },
} as const;

function answer(give: () => DoResult, times?: number): ScriptedAnswer {
  return { times, answer: give };
}

/** Plays a script: each call is answered by what comes next. After its last answer, should that not stay, all is done. */
export type Play = (input: unknown, context: UndoContext) => unknown;

/** Begins a script. */
export function playOf(script: Script<UndoContext> | undefined): Play {
  if (script === undefined) return () => undefined;
  const items = (Array.isArray(script) ? script : [script]) as readonly (
    | ScriptedAnswer
    | ScriptedHandler<UndoContext>
  )[];
  const left = items.map((item, i) => {
    const times = typeof item === "function" ? undefined : item.times;
    return times ?? (i === items.length - 1 ? Number.POSITIVE_INFINITY : 1);
  });
  return (input, context) => {
    const at = left.findIndex((times) => times > 0);
    const item = items[at];
    if (item === undefined) return undefined;
    left[at]!--;
    return typeof item === "function" ? item(input, context) : item.answer();
  };
}

/** The scripts of an action's two directions. */
export function directionsOf(action: ActionScript): { do?: Script; undo?: Script<UndoContext> } {
  if (typeof action === "function" || Array.isArray(action) || "answer" in action) return { do: action as Script };
  const { do: apply, undo } = action as { do?: Script; undo?: Script<UndoContext> };
  // Bound, since a real action may be an object whose handlers know it.
  return {
    do: typeof apply === "function" ? apply.bind(action) : apply,
    undo: typeof undo === "function" ? undo.bind(action) : undo,
  };
}
