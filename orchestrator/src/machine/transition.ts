/**
 * The saga machine: what a saga does when something happens to it. A pure function of plan, state, event and time; no
 * I/O, clock or random. Deciding records history events one by one (decide-*.ts): first what the event means by itself,
 * then what is possible now (settle.ts). Each record changes the state (evolve*.ts). A step, and each item of a for_each
 * step, is a call state (calls.ts), and the same rules hold for both.
 *
 * Invariants, checked by property tests over random definitions, outcomes and orders of events:
 *  I1 A final saga has all its Dos done (CONTINUE excepted), or every armed effect undone (operator decisions excepted).
 *  I2 No Undo of a step before the Undo of every step that ran after it.
 *  I3 No Do is sent after compensation began, and none of a step that is being undone to begin anew.
 *  I4 No event in any state throws or loses a recorded outcome; whatever may have an effect is armed.
 *  I5 From every reachable state that is not final some answers, times, signals and verbs of people reach a final one.
 *  I6 The same events give the same state; replaying the history rebuilds it.
 *  I7 A step, or item, begins a new round only when nothing of its older rounds is armed.
 *  I8 While a saga is suspended no time is lost: what was left of every wait, and of the deadline, is left afterwards.
 */
import type { Plan } from "../definition/types.ts";
import { decide } from "./decide.ts";
import { createDecision, type Decision, effectsOf, outcomeOf, record } from "./decision.ts";
import type { HistoryEvent, Refusal, Transition } from "./effect.ts";
import type { SagaEvent } from "./event.ts";
import { apply, draftOf } from "./evolve.ts";
import { type Beginning, initialState } from "./initial.ts";
import { settle } from "./settle.ts";
import type { SagaState } from "./state.ts";

export { evolve } from "./evolve.ts";
export { type Beginning, initialState, pendingCall, pendingStep } from "./initial.ts";
export { inFlight, wakeAt } from "./query.ts";

/** Starts a saga: its first steps start in the same transition, unless it is blocked. A saga without anything to do is final at once. */
export function begin(plan: Plan, saga: Beginning): Transition {
  const decision = createDecision(plan, initialState(plan, saga), saga.now);
  record(decision, { kind: "sagaStarted" });
  settle(decision);
  return { ...resultOf(decision), refusal: undefined };
}

/** What one event does. A refused command, a stale answer and a `woken` before anything is due change nothing. */
export function transition(plan: Plan, state: SagaState, event: SagaEvent, now: number): Transition {
  const { refusals, ...result } = transitionAll(plan, state, [event], now);
  return { ...result, refusal: refusals[0] };
}

/**
 * What several events do that are committed together: all are recorded before anything follows from them, so that
 * nothing is started that a later one of them forbids (I3), and no call is sent twice. One refusal for each event.
 */
export function transitionAll(
  plan: Plan,
  state: SagaState,
  events: readonly SagaEvent[],
  now: number,
): Omit<Transition, "refusal"> & { readonly refusals: readonly Refusal[] } {
  const decision = createDecision(plan, state, now);
  const refusals = events.map((event) => decide(decision, event));
  if (decision.history.length > 0 || events.some(({ kind }) => kind === "woken")) settle(decision);
  return { ...resultOf(decision), refusals };
}

/** Rebuilds a state from the history (I6). `initial` is what `initialState` gives. */
export function replay(
  plan: Plan,
  initial: SagaState,
  batches: readonly { readonly at: number; readonly events: readonly HistoryEvent[] }[],
): SagaState {
  const draft = draftOf(initial);
  for (const { at, events } of batches) {
    for (const event of events) apply(plan, draft, event, at);
  }
  return draft.saga;
}

function resultOf(decision: Decision): Omit<Transition, "refusal"> {
  return { state: outcomeOf(decision), effects: effectsOf(decision), history: decision.history };
}
