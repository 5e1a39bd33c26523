import { ExpressionError, type PlannedStep, type Scope } from "../definition/types.ts";
import { isCallActive, isDue, isFailed, isInFlight } from "./calls.ts";
import { type Decision, record } from "./decision.ts";
import { failForGood } from "./fail.ts";
import { concurrencyOf, isItemOver, isStopping } from "./order.ts";
import type { CallState, StepState } from "./state.ts";

/** What each item's Do is given. Throws where the list or one of them cannot be evaluated. */
export function listInputs({ scope }: Decision, planned: PlannedStep): readonly string[] {
  const values = planned.items?.(scope) ?? [];
  return values.map((value, index) => planned.input({ ...scope, item: { value, index } }));
}

/** What the expressions of an item's Undo read: of its own step they see the item's output. A step's read the scope. */
export function itemScope(
  { scope }: Decision,
  planned: PlannedStep,
  item: number | undefined,
  ownOutput: string | undefined,
  list = () => planned.items?.(scope) ?? [],
): Scope {
  if (item === undefined) return scope;
  const value = list()[item];
  // The list is worked out anew, and a person may have changed what it is made of.
  if (value === undefined) throw new ExpressionError("for_each.items", "the item is no longer in the list");
  const output = (step: number) => (step === planned.index ? ownOutput : scope.output(step));
  return { ...scope, output, item: { value, index: item } };
}

/** Whether the step's items are being worked on. */
function isOpen({ items, status, reverting }: StepState): boolean {
  return items !== undefined && !reverting && (status === "RUNNING" || status === "SUSPENDED");
}

/** Records that a for_each step is over with its items: done, or failed with one of them once the others have settled. */
export function endItems(decision: Decision, index: number): void {
  const planned = decision.plan.steps[index]!;
  const step = decision.state.steps[index]!;
  if (!isOpen(step)) return;
  const items = step.items!;
  if (items.every((item) => isItemOver(planned, step, item))) {
    record(decision, { kind: "stepDone", step: index, output: outputOf(items) });
  } else if (isStopping(planned, step) && step.status === "RUNNING" && !isInFlight(step)) {
    const failure = step.failure ?? items.find((item) => isFailed(item) && !isItemOver(planned, step, item))!.failure!;
    failForGood(decision, { step: index, item: undefined }, failure, failure.kind === "REJECTED" ? "rejected" : "none");
  }
}

/** null stands for an item that the step went on without. */
export function outputOf(items: readonly CallState[]): string {
  const outputs = items.map(({ status, output }) => (status === "DONE" || status === "SKIPPED" ? output : undefined));
  return `{"items":[${outputs.map((output) => output ?? "null").join(",")}]}`;
}

/** Starts items whose turn it is, in order, as many as may be under way at the same time, and repeats those that are due. */
export function startItems(decision: Decision, index: number): void {
  const { plan, state, now } = decision;
  const planned = plan.steps[index]!;
  const step = state.steps[index]!;
  if (!isOpen(step) || isStopping(planned, step)) return;
  const items = step.items!;
  let room = concurrencyOf(planned) - items.filter(isDoActive).length;
  for (const [item, call] of items.entries()) {
    const isNext = call.status === "PENDING" && call.nextInput === undefined && room > 0;
    if (isNext) room -= 1;
    if (isNext || (isDoActive(call) && isDue(call, now))) {
      record(decision, { kind: "stepStarted", step: index, item, attempt: call.attempt + 1 });
    }
  }
}

function isDoActive(item: CallState): boolean {
  return item.direction === "forward" && isCallActive(item);
}
