import type { Plan } from "../../../orchestrator/src/definition/types.ts";
import type { Effect, HistoryEvent, Transition } from "../../../orchestrator/src/machine/effect.ts";
import type { Outcome, SagaEvent, SendRef } from "../../../orchestrator/src/machine/event.ts";
import type { SagaState, StepState } from "../../../orchestrator/src/machine/state.ts";
import { begin, inFlight, transition } from "../../../orchestrator/src/machine/transition.ts";

export const done = (output = "{}"): Outcome => ({ kind: "done", output });
export const rejected: Outcome = {
  kind: "rejected",
  failure: { kind: "REJECTED", code: "SOLD_OUT", message: "none left" },
};
export const pending: Outcome = { kind: "pending" };
export const held = (retryAfterMs = 500): Outcome => ({ kind: "held", retryAfterMs });
export const failed = (
  effect: "none" | "unknown",
  {
    retry = true,
    retryAfterMs,
    message = "no answer",
  }: { retry?: boolean; retryAfterMs?: number; message?: string } = {},
): Outcome => ({
  kind: "failed",
  effect,
  retry,
  retryAfterMs,
  failure: { kind: "TECHNICAL", code: "UNAVAILABLE", message },
});
export const cancel: SagaEvent = {
  kind: "cancel",
  identity: "ann",
  reason: "changed my mind",
  expectedRevision: undefined,
};

export const START = 1_000_000;

/** A saga driven by hand: steps by name, sends written as `Do a#1` and `Undo a#1`. */
export function createSagaUnderTest(plan: Plan, options: { deadlineMs?: number } = {}) {
  let last: Transition = begin(plan, { sagaId: "s-1", input: "{}", deadlineMs: options.deadlineMs, now: START });
  let now = START;
  const history: HistoryEvent[] = [...last.history];
  const nameOf = (step: number) => plan.steps[step]!.step.name;
  const indexOf = (name: string) => plan.steps.findIndex(({ step }) => step.name === name);

  function happen(event: SagaEvent): Transition {
    last = transition(plan, last.state, event, now);
    history.push(...last.history);
    return last;
  }

  return {
    happen,
    /** The answer to the step's send in flight. */
    answer(name: string, outcome: Outcome): void {
      const ref = inFlight(last.state).find(({ step }) => step === indexOf(name));
      if (ref === undefined) throw new Error(`nothing of ${name} is in flight`);
      happen({ kind: "answered", ref, outcome });
    },
    /** Time passes, and the saga wakes. */
    wakeAfter(ms: number): Transition {
      now += ms;
      return happen({ kind: "woken" });
    },
    pass(ms: number): void {
      now += ms;
    },
    step: (name: string): StepState => last.state.steps[indexOf(name)]!,
    refOf: (name: string): SendRef => inFlight(last.state).find(({ step }) => step === indexOf(name))!,
    get state(): SagaState {
      return last.state;
    },
    get refusal() {
      return last.refusal;
    },
    /** What the last transition sent. */
    get sends(): string[] {
      return last.effects.map((effect) => written(effect));
    },
    /** Kinds of everything that happened, without the steps' payloads. */
    get story(): string[] {
      return history.map((event) =>
        "step" in event && event.step !== undefined ? `${event.kind} ${nameOf(event.step)}` : event.kind,
      );
    },
    get now(): number {
      return now;
    },
  };

  function written({ ref }: Effect): string {
    return `${ref.direction === "forward" ? "Do" : "Undo"} ${nameOf(ref.step)}#${ref.attempt}`;
  }
}
