import type { Plan, Scope } from "../definition/types.ts";
import { callAt, clockOf, type Place } from "./calls.ts";
import type { Effect, HistoryEvent } from "./effect.ts";
import { apply, type Draft, draftOf } from "./evolve.ts";
import { inFlight, refOf } from "./query.ts";
import type { CallState, SagaState } from "./state.ts";

/** A transition being decided: what happened is recorded one by one, and each record changes the state at once. */
export interface Decision {
  readonly plan: Plan;
  readonly now: number;
  readonly draft: Draft;
  /** As far as it has come. */
  readonly state: SagaState;
  readonly history: HistoryEvent[];
  /** What expressions read. */
  readonly scope: Scope;
}

export function createDecision(plan: Plan, state: SagaState, now: number): Decision {
  const draft = draftOf(state);
  const scope: Scope = { input: state.input, output: (step) => draft.saga.steps[step]?.output };
  return { plan, now, draft, state: draft.saga, history: [], scope };
}

/** Adds to the history and to the state. */
export function record(decision: Decision, event: HistoryEvent): void {
  decision.history.push(event);
  apply(decision.plan, decision.draft, event, decision.now);
}

/** So long from now, on the saga's clock. */
export function after({ state, now }: Decision, ms: number): number {
  return clockOf(state, now) + ms;
}

/** The call state at a place that exists. */
export function callOf({ state }: Decision, place: Place): CallState {
  return callAt(state, place)!;
}

/** The state to keep: the very object it was where nothing was recorded. */
export function outcomeOf({ draft, history }: Decision): SagaState {
  return history.length === 0 ? draft.origin : draft.saga;
}

/** The sends that the record asks for: of what was started, and of everything in flight after a recovery. */
export function effectsOf({ state, history }: Decision): Effect[] {
  if (state.status !== "RUNNING" && state.status !== "COMPENSATING") return [];
  if (isRecovered(history)) return inFlight(state).map((ref) => ({ kind: "send", ref }));
  const effects: Effect[] = [];
  for (const event of history) {
    if (event.kind === "stepStarted" || event.kind === "undoStarted") {
      effects.push({ kind: "send", ref: refOf(callAt(state, event)!, event.step, event.item) });
    }
  }
  return effects;
}

export function isRecovered(history: readonly HistoryEvent[]): boolean {
  return history.some((event) => event.kind === "recovered");
}
