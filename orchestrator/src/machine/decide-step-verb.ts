import type { PlannedStep } from "../definition/types.ts";
import { callAt, isCallInFlight, isFailed, isInFlight, withItem } from "./calls.ts";
import { type Decision, record } from "./decision.ts";
import type { Refusal } from "./effect.ts";
import type { CallPlace, Verb } from "./event.ts";
import { needsNewRound } from "./evolve-call.ts";
import { followFailure } from "./fail.ts";
import { goOn } from "./hold.ts";
import { isBackward, isPastPivot, isPivotOpen, isPlaceOver } from "./order.ts";
import type { CallState, StepState } from "./state.ts";

/** What a verb is about. */
interface Target {
  readonly planned: PlannedStep;
  readonly step: StepState;
  readonly call: CallState;
  /** It is being undone. */
  readonly backward: boolean;
  /** As far as it is concerned the saga goes on. */
  readonly over: boolean;
}

/** RetryStep: the next attempt goes at once, with a new allowance; a new round where the old one cannot be asked again. */
export function decideRetry(decision: Decision, verb: Verb & { readonly kind: "retry" }): Refusal {
  const target = targetOf(decision, verb);
  if (typeof target === "string") return target;
  const { planned, call, backward, over } = target;
  const { input } = verb;
  const isList = planned.items !== undefined && verb.item === undefined;
  if (call.status === "PENDING") return "STEP_NOT_BEGUN";
  if (isList && (target.step.items !== undefined || input !== undefined)) return "WRONG_ITEM";
  if (planned.sends === undefined && (call.status === "WAITING" || input !== undefined)) return "STEP_SENDS_NOTHING";
  const isWaiting = call.status === "WAITING" || call.status === "SUSPENDED";
  if (!isWaiting && !(isBlocking(decision, target) && !backward && !over)) return "STEP_OVER";
  if (needsNewRound(call, input)) {
    const { plan, state } = decision;
    // What is being made sure of was done with the input that it had.
    if (call.status === "WAITING" && call.output !== undefined) return "STEP_OVER";
    // It is undone first, and with it what ran after it: never a pivot that is done, or may be.
    const isBeforePivot = !planned.afterPivot && !planned.step.pivot;
    if (call.armed && isBeforePivot && (isPastPivot(plan, state) || isPivotOpen(plan, state))) return "PAST_PIVOT";
    // Without an Undo the outcome must be known first, or it may be applied twice.
    if (call.unknown && !call.armed && planned.step.pivot) return "STEP_NEEDS_DECISION";
  }
  act(decision, "RetryStep", verb);
  record(
    decision,
    withItem({ kind: "stepRetried", step: verb.step, ...(input === undefined ? undefined : { input }) }, verb.item),
  );
  goOn(decision);
  return undefined;
}

/** SkipStep: the saga goes on without the Do, or without the Undo. */
export function decideSkip(decision: Decision, verb: Verb & { readonly kind: "skip" }): Refusal {
  const target = targetOf(decision, verb);
  if (typeof target === "string") return target;
  const { call, backward, over } = target;
  if (backward ? !call.armed : over) return "STEP_OVER";
  act(decision, "SkipStep", verb);
  const { output } = verb;
  record(
    decision,
    withItem({ kind: "stepSkipped", step: verb.step, ...(output === undefined ? undefined : { output }) }, verb.item),
  );
  goOn(decision);
  return undefined;
}

/** ResolveStep: a person says what really happened. */
export function decideResolve(decision: Decision, verb: Verb & { readonly kind: "resolve" }): Refusal {
  const target = targetOf(decision, verb);
  if (typeof target === "string") return target;
  const { planned, call, backward, over } = target;
  const { resolution, output } = verb;
  if (planned.sends === undefined) return "STEP_SENDS_NOTHING";
  if (call.status === "PENDING") return "STEP_NOT_BEGUN";
  if (planned.items !== undefined && verb.item === undefined) return "WRONG_ITEM";
  if (backward ? isUndoOver(call, resolution === "doApplied") : over) return "STEP_OVER";
  act(decision, "ResolveStep", verb);
  const said = output === undefined ? { resolution } : { resolution, output };
  record(decision, withItem({ kind: "stepResolved", step: verb.step, ...said }, verb.item));
  if (!backward && resolution !== "doApplied") followFailure(decision, verb);
  goOn(decision);
  return undefined;
}

function targetOf({ plan, state }: Decision, place: CallPlace): Target | NonNullable<Refusal> {
  const planned = plan.steps[place.step];
  const step = state.steps[place.step];
  if (planned === undefined || step === undefined) return "WRONG_ITEM";
  const call = callAt(state, place);
  if (call === undefined) {
    return planned.items !== undefined && step.status === "PENDING" ? "STEP_NOT_BEGUN" : "WRONG_ITEM";
  }
  if (place.item === undefined ? isInFlight(step) : isCallInFlight(call)) return "CALL_IN_FLIGHT";
  return { planned, step, call, backward: isBackward(state, place), over: isPlaceOver(plan, state, place) };
}

/** It failed for good, and a saga that is suspended waits for a person to see to it. */
function isBlocking({ state }: Decision, { call, step }: Target): boolean {
  return isFailed(call) && (state.status === "SUSPENDED" || step.status === "SUSPENDED");
}

/** Nothing is left to be undone; that its Do was applied is news unless that is known. */
function isUndoOver(call: CallState, isNews: boolean): boolean {
  if (call.armed || call.status === "SUSPENDED") return false;
  return !isNews || !isFailed(call);
}

function act(decision: Decision, verb: string, { step, item, identity, reason }: Verb & CallPlace): void {
  record(decision, withItem({ kind: "operatorActed", verb, step, identity, reason }, item));
}
