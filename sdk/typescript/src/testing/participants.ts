import type { JsonObject } from "@bufbuild/protobuf";
import { Pending, Rejected } from "../answers.ts";
import type { UndoContext } from "../context.ts";
import { type Action, type ParticipantServer, participant } from "../participant.ts";
import { directionsOf, type ParticipantScript, type Play, playOf } from "./script.ts";

/** A call that a scripted participant got. */
export interface RecordedCall {
  readonly participant: string;
  readonly action: string;
  readonly direction: "do" | "undo";
  readonly sagaId: string;
  readonly step: string;
  /** The item of a forEach step. */
  readonly item: number | undefined;
  readonly effectId: string;
  readonly attempt: number;
  readonly input: JsonObject;
  /** Of an Undo: what its Do was given, and what that answered where it is known. */
  readonly doInput: JsonObject | undefined;
  readonly doOutput: JsonObject | undefined;
  /** For the client's `complete` after `script.pending()`. */
  readonly completionToken: string;
  /** undefined: not yet. */
  answer: "done" | "rejected" | "pending" | "failed" | undefined;
}

/** Scripted participants behind servers of their own. */
export interface ScriptedParticipants {
  /** The address of each. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly calls: RecordedCall[];
  /** Gives actions other scripts; a direction without one keeps what it has. Throws a TypeError for an action that was not there at first. */
  script(participants: Readonly<Record<string, ParticipantScript>>): void;
  /** Begins the first scripts anew and forgets the calls. */
  reset(): void;
  stop(): Promise<void>;
}

/** Starts a gRPC server for each participant. */
export async function startParticipants(
  scripts: Readonly<Record<string, ParticipantScript>>,
): Promise<ScriptedParticipants> {
  const calls: RecordedCall[] = [];
  const plays = new Map<string, { do: Play; undo: Play }>();
  const servers: ParticipantServer[] = [];

  function begin(participants: Readonly<Record<string, ParticipantScript>>): void {
    for (const [name, actions] of Object.entries(participants)) {
      for (const [action, script] of Object.entries(actions)) {
        const key = `${name}.${action}`;
        const { do: apply, undo } = directionsOf(script);
        const before = plays.get(key);
        plays.set(key, {
          do: apply === undefined && before ? before.do : playOf(apply),
          undo: undo === undefined && before ? before.undo : playOf(undo),
        });
      }
    }
  }

  function handlersOf(name: string, action: string): Action {
    const handle = async (direction: "do" | "undo", input: JsonObject, context: UndoContext) => {
      const call = record(name, action, direction, input, context);
      calls.push(call);
      try {
        const result = await plays.get(`${name}.${action}`)?.[direction](input, context);
        call.answer = answerOf(result);
        return result;
      } catch (error) {
        call.answer = answerOf(error);
        throw error;
      }
    };
    return {
      do: (input, context) => handle("do", input, context as UndoContext) as Promise<object>,
      undo: (input, context) => handle("undo", input, context) as Promise<undefined>,
    };
  }

  const stop = async () => void (await Promise.all(servers.map((server) => server.stop({ graceMs: 0 }))));
  begin(scripts);
  try {
    const addresses: Record<string, string> = {};
    for (const [name, actions] of Object.entries(scripts)) {
      const handlers = Object.keys(actions).map((action) => [action, handlersOf(name, action)]);
      const server = participant({ [name]: Object.fromEntries(handlers) });
      servers.push(server);
      addresses[name] = (await server.listen()).address;
    }
    return {
      addresses,
      calls,
      script(participants) {
        for (const [name, actions] of Object.entries(participants)) {
          for (const action of Object.keys(actions)) {
            if (!plays.has(`${name}.${action}`))
              throw new TypeError(`no participant was started with "${name}.${action}"`);
          }
        }
        begin(participants);
      },
      reset() {
        calls.length = 0;
        plays.clear();
        begin(scripts);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function record(
  participant: string,
  action: string,
  direction: "do" | "undo",
  input: JsonObject,
  context: UndoContext,
): RecordedCall {
  const { sagaId, step, item, effectId, attempt, completionToken } = context;
  const undo = direction === "undo";
  const doInput = undo ? context.doInput : undefined;
  const doOutput = undo ? context.doOutput : undefined;
  const of = { participant, action, direction, sagaId, step, item, effectId, attempt };
  return { ...of, input, doInput, doOutput, completionToken, answer: undefined };
}

function answerOf(result: unknown): RecordedCall["answer"] {
  if (result instanceof Rejected) return "rejected";
  if (result instanceof Pending) return "pending";
  return result instanceof Error ? "failed" : "done";
}
