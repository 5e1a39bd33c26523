import { changedItems, isCallActive, isFailed, isInFlight } from "./calls.ts";
import type { StepEvent } from "./effect.ts";
import { type CallContext, evolveCall, needsNewRound, stopped } from "./evolve-call.ts";
import { nextItemRound } from "./evolve-round.ts";
import { isStepBackward, isStopping } from "./order.ts";
import type { CallState, Failure, StepState } from "./state.ts";

/** What an event of an item changes of its step. */
export function evolveItem(step: StepState, event: StepEvent, index: number, context: CallContext): StepState {
  const before = step.items![index]!;
  const item = { ...before, ...evolveOne(step, before, event, context) };
  const items = step.items!.with(index, item);
  const after = { ...step, items, armed: items.some(({ armed }) => armed) };
  if (!isStopping(context.planned, after)) return followItems(event, after, undefined, context);
  // The step fails with the item that was the first to do so.
  const cause = isStopping(context.planned, step) ? step.failure : item.failure;
  return followItems(event, withoutWaits(after, context.at), cause, context);
}

/** With one item the step has failed: what waits is not tried again, but for what is being undone. */
function withoutWaits(step: StepState, at: number): StepState {
  const stop = (item: CallState) => (item.nextInput === undefined ? stopped(item, at) : undefined);
  return { ...step, items: changedItems(step.items!, stop) };
}

function evolveOne(step: StepState, item: CallState, event: StepEvent, context: CallContext): Partial<CallState> {
  if (event.kind === "stepRetried" && needsNewRound(item, event.input)) {
    const input = event.input ?? item.input;
    return item.armed ? { ...stopped(item, context.at), nextInput: input ?? "{}" } : nextItemRound(step, item, input);
  }
  const change = evolveCall(item, event, context);
  if (item.nextInput === undefined || isStepBackward(context.saga, step)) return change;
  // It was being undone only to begin anew: nothing of the round is left (I7).
  const { armed, status } = { ...item, ...change };
  return armed || status === "UNDOING" ? change : nextItemRound(step, item, item.nextInput);
}

/** A step whose items are under way stands where they stand. `cause`: why it has failed, once the others have settled. */
function followItems(
  event: StepEvent,
  step: StepState,
  cause: Failure | undefined,
  { saga, at }: CallContext,
): StepState {
  const items = step.items!;
  const stuck = items.some(isCallActive) ? undefined : items.find(({ status }) => status === "SUSPENDED");
  const suspended = { status: "SUSPENDED", failure: stuck?.failure } as const;
  if (isStepBackward(saga, step)) {
    if (items.some(({ direction }) => direction === "backward")) {
      const undoing = stuck === undefined ? ({ status: "UNDOING" } as const) : suspended;
      return { ...step, direction: "backward", finishedAt: undefined, ...undoing };
    }
    return isOpen(step) && !isInFlight(step) ? { ...step, status: "FAILED", finishedAt: at } : step;
  }
  // A person took up an item again of a step that had failed with it.
  if (!isOpen(step) && !(isFailed(step) && isPersonal(event))) return step;
  if (stuck !== undefined && cause === undefined) return { ...step, ...suspended };
  return { ...step, status: "RUNNING", failure: cause, finishedAt: undefined };
}

function isOpen({ status }: StepState): boolean {
  return status === "RUNNING" || status === "SUSPENDED";
}

function isPersonal({ kind }: StepEvent): boolean {
  return kind === "stepRetried" || kind === "stepSkipped" || kind === "stepResolved";
}

/** An item of a step that is over stops; where it was being undone to begin anew, that is for the step's own Undo now. */
export function stoppedItem(item: CallState, at: number): Partial<CallState> | undefined {
  if (item.nextInput === undefined) return stopped(item, at);
  if (item.status === "UNDOING") return { nextInput: undefined };
  return { nextInput: undefined, status: "FAILED", wait: undefined, direction: "forward", attempt: 0, finishedAt: at };
}

/** A step that is to be undone, by itself or with the whole saga: its Do goes no further. */
export function stoppedStep(step: StepState, at: number): Partial<StepState> | undefined {
  if (step.items === undefined) return stopped(step, at);
  const items = changedItems(step.items, (item) => stoppedItem(item, at));
  const over: Partial<StepState> =
    isOpen(step) && step.direction === "forward" && !items.some(({ status }) => status === "RUNNING")
      ? { status: "FAILED", wait: undefined, finishedAt: at }
      : {};
  return { items, ...over };
}
