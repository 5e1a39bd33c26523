import type { CallState, SagaState, StepState } from "./state.ts";

/*
 * A call state is what is done and undone: a step, or an item of a for_each step once its items are listed. What
 * follows here treats both alike, so that no rule is written twice.
 */

/** Where a call state is. */
export interface Place {
  readonly step: number;
  readonly item?: number | undefined;
}

/** The call state of a step, or of an item of it; undefined: there is none. */
export function callAt({ steps }: Pick<SagaState, "steps">, { step, item }: Place): CallState | undefined {
  return item === undefined ? steps[step] : steps[step]?.items?.[item];
}

/** Names the item that a history event of its step is about, where it is about one. */
export function withItem<const E extends { readonly step: number }>(event: E, item: number | undefined): E & Place {
  return item === undefined ? event : { ...event, item };
}

/** Whether this holds of the step's own call, or of one of its items. */
export function someCall(step: StepState, holds: (call: CallState) => boolean): boolean {
  return step.items === undefined ? holds(step) : step.items.some(holds);
}

/** Visits every call state of a saga: items in place of the step that they are of. */
export function eachCall(
  { steps }: Pick<SagaState, "steps">,
  visit: (call: CallState, step: number, item: number | undefined) => void,
): void {
  for (let step = 0; step < steps.length; step++) {
    const found = steps[step]!;
    if (found.items === undefined) visit(found, step, undefined);
    else for (let item = 0; item < found.items.length; item++) visit(found.items[item]!, step, item);
  }
}

/** A call awaits its answer. */
export function isCallInFlight({ status }: CallState): boolean {
  return status === "RUNNING" || status === "UNDOING";
}

/** It will move by itself or by an answer. */
export function isCallActive(call: CallState): boolean {
  return call.status === "WAITING" || isCallInFlight(call);
}

export function isDoing({ status }: CallState): boolean {
  return status === "RUNNING";
}

export function isInFlight(step: StepState): boolean {
  return someCall(step, isCallInFlight);
}

export function isActive(step: StepState): boolean {
  return someCall(step, isCallActive);
}

export function isFailed({ status }: CallState): boolean {
  return status === "FAILED" || status === "REJECTED";
}

/** What was accepted for later goes on, whatever becomes of further attempts. */
export function isAccepted({ wait }: CallState): boolean {
  return wait?.reason === "COMPLETION" || wait?.reason === "CHILD";
}

/** It, or an item of it, is being undone to be done anew. */
export function isReverting({ reverting, items }: StepState): boolean {
  return reverting || (items?.some(({ nextInput }) => nextInput !== undefined) ?? false);
}

/** The items with their changes; those that do not change, or the whole list, stay the very objects they were. */
export function changedItems(
  items: readonly CallState[],
  changeOf: (item: CallState) => Partial<CallState> | undefined,
): readonly CallState[] {
  let isChanged = false;
  const changed = items.map((item) => {
    const change = changeOf(item);
    if (change === undefined) return item;
    isChanged = true;
    return { ...item, ...change };
  });
  return isChanged ? changed : items;
}

export function isDue({ wait }: CallState, now: number): boolean {
  return wait?.until !== undefined && wait.until <= now;
}

/** The saga's clock stands still while it is suspended. */
export function clockOf({ suspension }: Pick<SagaState, "suspension">, at: number): number {
  return suspension?.since ?? at;
}
