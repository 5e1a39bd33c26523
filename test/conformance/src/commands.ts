import type { JsonObject } from "@bufbuild/protobuf";
import { type ActionMap, type Call, unknownAction } from "./actions.ts";
import type { Answer } from "./answer.ts";
import type { CommandStep } from "./case.ts";
import { createCommand, effectIdOf, type SentCommand } from "./command.ts";

/** A command that is ready to be sent. */
export interface PreparedCommand {
  readonly command: SentCommand;
  /** Remembers what a Do answered, since its Undo brings that along. */
  learn(answer: Answer): void;
}

/** The commands of one case, which build on each other: an Undo knows the input and the output of its Do. */
export interface Commands {
  /** All the commands of a step, which may be many. */
  prepare(step: CommandStep): PreparedCommand[];
  /** The ids of the effects that a name stands for. */
  effectIds(name: string, effects: number | undefined): string[];
}

export function createCommands(sagaId: string, actions: ActionMap): Commands {
  const doInputs = new Map<string, JsonObject>();
  const doOutputs = new Map<string, JsonObject>();

  function prepareOne(step: CommandStep, effect: string): PreparedCommand {
    const { role, direction, as, ms } = step;
    const call = role === "unknown" ? { action: unknownAction, input: {} } : resolve(step);
    const effectId = effectIdOf(sagaId, effect, step);
    const command = createCommand(step, {
      sagaId,
      effect,
      call,
      undoInput: role === "unknown" ? undefined : actions.undoInput(role),
      doInput: doInputs.get(effectId) ?? call.input,
      doOutput: doOutputs.get(effectId),
    });
    if (direction === "do" && typeof command.input === "object") doInputs.set(effectId, command.input);
    return {
      command,
      learn(answer) {
        if (direction === "do" && answer.kind === "done") doOutputs.set(effectId, answer.output);
      },
    };

    function resolve({ role }: CommandStep): Call {
      const found = actions.resolve(role as never, as, ms);
      if ("missing" in found) throw new Error(found.missing);
      return found;
    }
  }

  return {
    prepare(step) {
      return namesOf(step.on, step.effects).flatMap((effect) =>
        Array.from({ length: step.times }, () => prepareOne(step, effect)),
      );
    },
    effectIds: (name, effects) => namesOf(name, effects).map((effect) => `${sagaId}/${effect}`),
  };
}

function namesOf(name: string, effects: number | undefined): string[] {
  return effects === undefined ? [name] : Array.from({ length: effects }, (_, i) => `${name}-${i + 1}`);
}
