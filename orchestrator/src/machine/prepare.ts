import type { PlannedStep } from "../definition/types.ts";
import { findSignal, takeSignal } from "./decide-signal.ts";
import { type Decision, record } from "./decision.ts";
import { failForGood } from "./fail.ts";
import { expressionFailure } from "./failure.ts";
import { listInputs, outputOf } from "./items.ts";
import { isOver } from "./order.ts";

/**
 * Does with every step whose turn has come what can be done without sending anything; gives the inputs of those whose
 * calls may be sent.
 */
export function prepareSteps(decision: Decision): Map<number, string> | undefined {
  const { plan, state } = decision;
  let ready: Map<number, string> | undefined;
  let goesOn: boolean;
  do {
    goesOn = false;
    for (const planned of plan.steps) {
      const { index } = planned;
      if (ready?.has(index) || !isReady(decision, planned)) continue;
      const input = beginStep(decision, planned);
      if (input !== undefined) {
        ready ??= new Map();
        ready.set(index, input);
      } else if (isOver(planned, state.steps[index]!)) {
        // It is over at once, so the turn of those after it may have come.
        goesOn = true;
      }
    }
  } while (goesOn);
  return ready;
}

/** Its turn has come. */
export function isReady(decision: Decision, { index, after }: PlannedStep): boolean {
  const { status, reverting } = decision.state.steps[index]!;
  if (status !== "PENDING" || reverting) return false;
  return after.every((before) => isPassed(decision, before));
}

/**
 * A person may skip a step before its turn: what comes after it still waits for what comes before it. `seen`: skipped
 * steps that were looked at already, each of which many paths lead to.
 */
function isPassed(decision: Decision, index: number, seen?: Set<number>): boolean {
  if (seen?.has(index)) return true;
  const planned = decision.plan.steps[index]!;
  const step = decision.state.steps[index]!;
  if (!isOver(planned, step)) return false;
  if (step.status !== "SKIPPED") return true;
  const skipped = (seen ?? new Set()).add(index);
  return planned.after.every((before) => isPassed(decision, before, skipped));
}

/** Gives what its call is to be sent with; undefined: it sends none now. */
function beginStep(decision: Decision, planned: PlannedStep): string | undefined {
  const { state, scope } = decision;
  const given = state.steps[planned.index]!.input;
  try {
    if (given === undefined && planned.when !== undefined && !planned.when(scope)) {
      record(decision, { kind: "stepSkipped", step: planned.index });
      return undefined;
    }
    switch (planned.step.kind) {
      case "call":
      case "saga":
        return given ?? planned.input(scope);
      case "sleep":
        beginSleep(decision, planned);
        return undefined;
      case "await":
        beginAwait(decision, planned, planned.step.timeoutMs);
        return undefined;
      case "for_each":
        beginItems(decision, planned);
        return undefined;
    }
  } catch (thrown) {
    const failure = expressionFailure(planned.step.name, thrown);
    failForGood(decision, { step: planned.index, item: undefined }, failure, "none");
    return undefined;
  }
}

function beginSleep(decision: Decision, { index: step, until }: PlannedStep): void {
  const { scope, now } = decision;
  const end = until?.(scope, now) ?? now;
  if (end <= now) record(decision, { kind: "stepDone", step, output: "{}" });
  else record(decision, { kind: "stepWaiting", step, reason: "TIMER", until: end });
}

function beginAwait(decision: Decision, planned: PlannedStep, timeoutMs: number | undefined): void {
  const place = findSignal(decision, planned);
  if (place !== undefined) {
    takeSignal(decision, planned, place);
    return;
  }
  const until = timeoutMs === undefined ? undefined : decision.now + timeoutMs;
  record(decision, { kind: "stepWaiting", step: planned.index, reason: "SIGNAL", until });
}

function beginItems(decision: Decision, planned: PlannedStep): void {
  const { index: step } = planned;
  const inputs = listInputs(decision, planned);
  record(decision, { kind: "itemsListed", step, inputs });
  if (inputs.length === 0) record(decision, { kind: "stepDone", step, output: outputOf([]) });
}
