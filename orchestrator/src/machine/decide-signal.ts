import type { PlannedStep } from "../definition/types.ts";
import { type Decision, record } from "./decision.ts";
import type { Refusal } from "./effect.ts";
import type { Signal } from "./event.ts";
import { failForGood } from "./fail.ts";
import { expressionFailure, signalRejectedFailure } from "./failure.ts";
import { isFinal, type KeptSignal } from "./state.ts";

const MAX_KEPT = 100;
const MAX_KEPT_BYTES = 1024 * 1024;

/** A signal goes to the first step in the definition's order that waits for it; where none does it is kept. */
export function decideSignal(decision: Decision, { name, payload, identity }: Signal): Refusal {
  const { plan, state } = decision;
  if (isFinal(state.status)) return "SAGA_FINAL";
  if (state.direction === "backward") return "COMPENSATING";
  const taker = plan.steps.find(
    (planned) => state.steps[planned.index]!.wait?.reason === "SIGNAL" && takes(decision, planned, { name, payload }),
  );
  if (taker === undefined && isFull(state.signals, payload)) return "SIGNALS_FULL";
  record(decision, { kind: "signalReceived", name, payload, identity });
  if (taker !== undefined) takeSignal(decision, taker, state.signals.length - 1);
  return undefined;
}

/** The place of the oldest kept signal that the step takes; undefined: none. */
export function findSignal(decision: Decision, planned: PlannedStep): number | undefined {
  const place = decision.state.signals.findIndex((signal) => takes(decision, planned, signal));
  return place < 0 ? undefined : place;
}

/** The step is over with a kept signal: done with its payload as output, or rejected by it. */
export function takeSignal(decision: Decision, planned: PlannedStep, place: number): void {
  const { index: step, step: definition } = planned;
  const { name, payload } = decision.state.signals[place]!;
  record(decision, { kind: "signalTaken", step, place });
  try {
    if (planned.rejects?.({ ...decision.scope, signal: payload })) {
      const failure = signalRejectedFailure(definition.name, name, payload);
      failForGood(decision, { step, item: undefined }, failure, "rejected");
      return;
    }
  } catch (thrown) {
    failForGood(decision, { step, item: undefined }, expressionFailure(definition.name, thrown), "none");
    return;
  }
  record(decision, { kind: "stepDone", step, output: payload });
}

function takes(
  { scope }: Decision,
  { step, takes }: PlannedStep,
  { name, payload }: Pick<KeptSignal, "name" | "payload">,
): boolean {
  if (step.kind !== "await" || step.signal !== name) return false;
  return takes === undefined || takes({ ...scope, signal: payload });
}

function isFull(kept: readonly KeptSignal[], payload: string): boolean {
  if (kept.length >= MAX_KEPT) return true;
  const bytes = kept.reduce((sum, signal) => sum + Buffer.byteLength(signal.payload), Buffer.byteLength(payload));
  return bytes > MAX_KEPT_BYTES;
}
