import type { Plan } from "../../../orchestrator/src/definition/types.ts";
import type { SagaEvent, Verb } from "../../../orchestrator/src/machine/event.ts";
import { isBackward } from "../../../orchestrator/src/machine/order.ts";
import type { CallState, SagaState } from "../../../orchestrator/src/machine/state.ts";
import type { World } from "./world.ts";

const by = { identity: "ann", reason: "looked at it", expectedRevision: undefined };

interface Unit {
  readonly step: number;
  readonly item: number | undefined;
  readonly call: CallState;
}

/** Every step, and every item. */
export function unitsOf(state: SagaState): Unit[] {
  return state.steps.flatMap((found, step) => [
    { step, item: undefined, call: found },
    ...(found.items ?? []).map((call, item) => ({ step, item, call })),
  ]);
}

export type StepVerb = Verb & { readonly kind: "retry" | "skip" | "resolve" };

/** A person does something about a step or item. What they say happened is true, and they see to it that it stays true. */
export function createPerson(plan: Plan, world: World) {
  function act({ step, item, call }: Unit, how: number): StepVerb {
    const { sends } = plan.steps[step]!;
    const place = { step, item, ...by };
    switch (sends === undefined ? 1 + (how % 2) * 3 : how % 6) {
      case 0:
        return { kind: "retry", ...place, input: '{"by":"hand"}' };
      case 1:
        return { kind: "skip", ...place, output: how % 4 ? undefined : '{"given":1}' };
      case 2:
      case 3: {
        const row = world.rowOf({ step, item, round: call.round });
        // What does not have an Undo is not undone by a person either.
        const resolution = row.applied ? (how % 4 === 0 && sends?.undo ? "undoApplied" : "doApplied") : "doNotApplied";
        return { kind: "resolve", ...place, resolution, output: how % 3 ? undefined : '{"said":1}' };
      }
      default:
        return { kind: "retry", ...place, input: undefined };
    }
  }

  return {
    act,
    /** The verb was accepted: what they said is true from now on, and what they let be is theirs. */
    accepted(verb: SagaEvent, before: SagaState): void {
      if (verb.kind !== "skip" && verb.kind !== "resolve") return;
      const isLeft = verb.kind === "skip" && isBackward(before, { step: verb.step, item: verb.item });
      for (const row of isLeft ? world.rows() : []) {
        if (row.step === verb.step && (verb.item === undefined || row.item === verb.item)) world.excuse(row);
      }
      for (const { step, item, call } of unitsOf(before)) {
        if (step !== verb.step || (verb.item !== undefined && item !== verb.item)) continue;
        const at = { step, item, round: call.round };
        if (verb.kind === "resolve" && item === verb.item) world.settle(at, verb.resolution === "undoApplied");
      }
    },
  };
}
