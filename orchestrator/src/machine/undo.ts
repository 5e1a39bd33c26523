import { isActive, isCallActive, isDue, type Place, withItem } from "./calls.ts";
import { callOf, type Decision, record } from "./decision.ts";
import { expressionFailure } from "./failure.ts";
import { itemScope, listInputs } from "./items.ts";
import { concurrencyOf, createUndoOrder, hasDoubtfulRound, isStepBackward, takesUndoSlot } from "./order.ts";
import type { CallState } from "./state.ts";

/** Begins and repeats every Undo whose turn it is: of all steps while the saga goes back, else of those that revert. */
export function undoSteps(decision: Decision): void {
  const { plan, state } = decision;
  while (plan.steps.some(({ index }) => beginDoubtfulRound(decision, index) || listForUndo(decision, index)));
  const { isTurnOf } = createUndoOrder(plan, state);
  for (let index = 0; index < plan.steps.length; index++) {
    const step = state.steps[index]!;
    const { items } = step;
    if (isStepBackward(state, step)) {
      if (items === undefined) undoCall(decision, { step: index, item: undefined }, isTurnOf(index));
      else undoItems(decision, index, isTurnOf(index));
    } else {
      items?.forEach(({ nextInput }, item) => {
        if (nextInput !== undefined) undoCall(decision, { step: index, item }, isTurnOf(index));
      });
    }
  }
}

/** Gives whether it took a place among the Undos under way. */
function undoCall(decision: Decision, place: Place, isTurn: boolean, list?: () => readonly string[]): boolean {
  const call = callOf(decision, place);
  const isBegun = isCallActive(call) || call.status === "SUSPENDED";
  if (isBegun ? !isDueUndo(decision, call) : !(call.armed && isTurn)) return false;
  beginUndo(decision, place, call, list);
  return !isBegun;
}

function isDueUndo({ now }: Decision, call: CallState): boolean {
  return call.direction === "backward" && isDue(call, now);
}

/** Items are undone in reverse; as many are under way as when they were done. */
function undoItems(decision: Decision, index: number, isTurn: boolean): void {
  const { plan, state } = decision;
  const items = state.steps[index]!.items!;
  const planned = plan.steps[index]!;
  // Worked out once, if at all: an Undo that begins changes nothing that the list is made of.
  let values: readonly string[] | undefined;
  const list = () => {
    values ??= planned.items?.(decision.scope) ?? [];
    return values;
  };
  let room = concurrencyOf(planned) - items.filter(takesUndoSlot).length;
  for (let item = items.length - 1; item >= 0; item--) {
    if (undoCall(decision, { step: index, item }, isTurn && room > 0, list)) room -= 1;
  }
  const { status, direction, armed, items: left } = state.steps[index]!;
  const isUndone = direction === "backward" && status !== "UNDONE" && !armed && !left!.some(isCallActive);
  if (isUndone) record(decision, { kind: "stepUndone", step: index });
}

function beginUndo(decision: Decision, { step, item }: Place, call: CallState, list?: () => readonly string[]): void {
  const planned = decision.plan.steps[step]!;
  let input: { readonly input?: string } = {};
  try {
    if (planned.undoInput !== undefined && call.undoInput === undefined) {
      input = { input: planned.undoInput(itemScope(decision, planned, item, call.output, list)) };
    }
  } catch (thrown) {
    // A Do that the record does not know to have been sent has most likely not been: the barrier will tell.
    if (call.input !== undefined) {
      const failure = expressionFailure(planned.step.name, thrown);
      record(decision, withItem({ kind: "stepSuspended", step, failure }, item));
      return;
    }
  }
  const attempt = call.direction === "backward" ? call.attempt + 1 : 1;
  const started = { kind: "undoStarted", step, attempt, ...input, ...doInput(decision, step, call) } as const;
  record(decision, withItem(started, item));
}

/** The record of a Do that it does not know to have been sent has no input: it is worked out where that can be done. */
function doInput(decision: Decision, step: number, { input }: CallState): { readonly doInput?: string } {
  if (input !== undefined) return {};
  try {
    return { doInput: decision.plan.steps[step]!.input(decision.scope) };
  } catch {
    return {};
  }
}

/** When all that is known of a step is undone, and all that ran after it, the next round that it may have had comes. */
function beginDoubtfulRound(decision: Decision, index: number): boolean {
  const { plan, state } = decision;
  const step = state.steps[index]!;
  if (!hasDoubtfulRound(state, step) || step.armed || isActive(step)) return false;
  if (!createUndoOrder(plan, state).isTurnOf(index)) return false;
  record(decision, { kind: "roundStarted", steps: [index] });
  return true;
}

/**
 * A for_each step that may have been begun without a trace has its items listed, to be undone each. Where that cannot
 * be done what it depends on was not done, and so it was not begun.
 */
function listForUndo(decision: Decision, index: number): boolean {
  const { plan, state, now } = decision;
  const planned = plan.steps[index]!;
  const step = state.steps[index]!;
  if (planned.items === undefined || step.items !== undefined || !step.armed) return false;
  if (!isStepBackward(state, step)) return false;
  const isTurn = step.status === "WAITING" ? isDue(step, now) : createUndoOrder(plan, state).isTurnOf(index);
  if (!isTurn) return false;
  let inputs: readonly string[] = [];
  try {
    inputs = listInputs(decision, planned);
  } catch {
    // Nothing is listed.
  }
  if (inputs.length > 0) record(decision, { kind: "itemsListed", step: index, inputs });
  else record(decision, { kind: "stepUndone", step: index });
  return true;
}
