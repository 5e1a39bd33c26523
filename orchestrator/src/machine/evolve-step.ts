import type { Plan } from "../definition/types.ts";
import { changedItems } from "./calls.ts";
import type { StepEvent } from "./effect.ts";
import { type CallContext, evolveCall, needsNewRound, stopped } from "./evolve-call.ts";
import { evolveItem, stoppedItem } from "./evolve-items.ts";
import { nextRound } from "./evolve-round.ts";
import { isBackward } from "./order.ts";
import type { CallState, SagaState, StepState } from "./state.ts";

/** What a history event changes of its step, or of the item that it names and of the step through it. */
export function evolveStep(plan: Plan, saga: SagaState, event: StepEvent, at: number): Partial<StepState> {
  const planned = plan.steps[event.step]!;
  const step = saga.steps[event.step]!;
  const context = { plan, planned, saga, at };
  if (event.item !== undefined) return evolveItem(step, event, event.item, context);
  if (event.kind === "stepRetried" && needsNewRound(step, event.input)) {
    if (!step.armed) return nextRound(step, event.input);
    return { ...stopped(step, at), reverting: true, nextInput: event.input };
  }
  const change = evolveCall(step, event, context);
  return step.items === undefined ? change : { ...change, ...itemsLeft(step.items, event, context) };
}

/** What becomes of the items of a step that is over as a whole: they stop, and keep what effects they have. */
function itemsLeft(items: readonly CallState[], event: StepEvent, { saga, at }: CallContext): Partial<StepState> {
  const isUndoSkipped = event.kind === "stepSkipped" && isBackward(saga, event);
  const left = changedItems(items, (item) => {
    if (!isUndoSkipped) return stoppedItem(item, at);
    return item.armed ? { status: "SKIPPED", wait: undefined, armed: false, finishedAt: at } : undefined;
  });
  return { items: left, armed: left.some(({ armed }) => armed) };
}
