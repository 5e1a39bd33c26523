import type { Plan } from "../../../orchestrator/src/definition/types.ts";
import type { Effect, HistoryEvent, Refusal, Transition } from "../../../orchestrator/src/machine/effect.ts";
import type { Completion, Outcome, SagaEvent, SendRef, Verb } from "../../../orchestrator/src/machine/event.ts";
import type { CallState, SagaState, StepState } from "../../../orchestrator/src/machine/state.ts";
import { begin, inFlight, transition } from "../../../orchestrator/src/machine/transition.ts";

export const done = (output = "{}") => ({ kind: "done", output }) as const;
export const rejectedWith = (code: string) =>
  ({ kind: "rejected", failure: { kind: "REJECTED", code, message: "none left" } }) as const;
export const rejected = rejectedWith("SOLD_OUT");
/** What the barrier answers to a Do whose Undo came before. */
export const undone = rejectedWith("UNDONE");
export const pending: Outcome = { kind: "pending" };
export const held = (retryAfterMs = 500): Outcome => ({ kind: "held", retryAfterMs });
export const failed = (
  effect: "none" | "unknown",
  {
    retry = true,
    retryAfterMs,
    message = "no answer",
  }: { retry?: boolean; retryAfterMs?: number; message?: string } = {},
) =>
  ({
    kind: "failed",
    effect,
    retry,
    retryAfterMs,
    failure: { kind: "TECHNICAL", code: "UNAVAILABLE", message },
  }) as const satisfies Outcome;

const by = { identity: "ann", reason: "changed my mind", expectedRevision: undefined };
export const cancel: SagaEvent = { kind: "cancel", ...by };
export const compensate: SagaEvent = { kind: "compensate", ...by };
export const suspend: SagaEvent = { kind: "suspend", ...by };
export const resume: SagaEvent = { kind: "resume", ...by };
export const abandon: SagaEvent = { kind: "abandon", ...by };
export const signal = (name: string, payload = "{}"): SagaEvent => ({ kind: "signal", name, payload, identity: "bob" });

export const START = 1_000_000;

/** A saga driven by hand: steps by name, their items as `a[0]`, sends written as `Do a#1` and `Undo a[0]@1#1`. */
export function createSagaUnderTest(plan: Plan, options: { deadlineMs?: number; blocked?: boolean } = {}) {
  const start = { sagaId: "s-1", input: "{}", deadlineMs: options.deadlineMs, blocked: options.blocked ?? false };
  let last: Transition = begin(plan, { ...start, now: START });
  let now = START;
  const history: HistoryEvent[] = [...last.history];
  const nameOf = (step: number) => plan.steps[step]!.step.name;
  const indexOf = (name: string) => plan.steps.findIndex(({ step }) => step.name === name);

  function happen(event: SagaEvent): Transition {
    last = transition(plan, last.state, event, now);
    history.push(...last.history);
    return last;
  }

  function placeOf(place: string): { step: number; item: number | undefined } {
    const [, name, item] = /^(\w+)(?:\[(\d+)\])?$/.exec(place)!;
    return { step: indexOf(name!), item: item === undefined ? undefined : Number(item) };
  }

  function refOf(place: string): SendRef {
    const { step, item } = placeOf(place);
    const ref = inFlight(last.state).find((ref) => ref.step === step && ref.item === item);
    if (ref === undefined) throw new Error(`nothing of ${place} is in flight`);
    return ref;
  }

  function callAt(place: string): CallState {
    const { step, item } = placeOf(place);
    return item === undefined ? last.state.steps[step]! : last.state.steps[step]!.items![item]!;
  }

  type StepVerb = Verb & { kind: "retry" | "skip" | "resolve" };
  function act(verb: StepVerb): Refusal {
    return happen(verb).refusal;
  }

  return {
    happen,
    /** The answer to the send of a step, or item, that is in flight. */
    answer(place: string, outcome: Outcome): void {
      happen({ kind: "answered", ref: refOf(place), outcome });
    },
    /** The completion of a step's, or item's, present effect. */
    complete(place: string, outcome: Completion["outcome"], other: Partial<Completion> = {}): Refusal {
      const { direction, round } = callAt(place);
      return happen({ kind: "complete", ...placeOf(place), direction, round, outcome, ...other }).refusal;
    },
    heartbeat(place: string): Refusal {
      const { direction, round } = callAt(place);
      return happen({ kind: "heartbeat", ...placeOf(place), direction, round }).refusal;
    },
    retry: (place: string, input?: string) => act({ kind: "retry", ...by, ...placeOf(place), input }),
    skip: (place: string, output?: string) => act({ kind: "skip", ...by, ...placeOf(place), output }),
    resolve: (place: string, resolution: "doApplied" | "doNotApplied" | "undoApplied", output?: string) =>
      act({ kind: "resolve", ...by, ...placeOf(place), resolution, output }),
    /** Time passes, and the saga wakes. */
    wakeAfter(ms: number): Transition {
      now += ms;
      return happen({ kind: "woken" });
    },
    pass(ms: number): void {
      now += ms;
    },
    step: (name: string): StepState => last.state.steps[indexOf(name)]!,
    item: (place: string): CallState => callAt(place),
    refOf,
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
    const item = ref.item === undefined ? "" : `[${ref.item}]`;
    const round = ref.round === 0 ? "" : `@${ref.round}`;
    return `${ref.direction === "forward" ? "Do" : "Undo"} ${nameOf(ref.step)}${item}${round}#${ref.attempt}`;
  }
}
