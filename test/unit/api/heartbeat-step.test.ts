import { describe, expect, test } from "vitest";
import type { Effect } from "../../../orchestrator/src/api/effects.ts";
import { isDue, isWanted } from "../../../orchestrator/src/api/heartbeat-step.ts";
import type { PlannedStep } from "../../../orchestrator/src/definition/types.ts";
import type { Outcome, SagaEvent } from "../../../orchestrator/src/machine/event.ts";
import type { CallState, SagaState } from "../../../orchestrator/src/machine/state.ts";
import { begin, inFlight, transition } from "../../../orchestrator/src/machine/transition.ts";
import { createTestDeps } from "../../support/test-api.ts";

const NOW = 1_000_000;
const { catalog } = await createTestDeps();
const plan = await catalog.latest("default", "order");

const by = { identity: "ann", reason: "", expectedRevision: undefined };
const pending: Outcome = { kind: "pending" };
const done: Outcome = { kind: "done", output: '{"id":1}' };
const refused: Outcome = { kind: "rejected", failure: { kind: "REJECTED", code: "NO", message: "" } };
const cancel: SagaEvent = { kind: "cancel", ...by };

/** The saga after these events; an outcome is the answer to the call that is in flight. */
function sagaAfter(...events: (SagaEvent | Outcome)[]): SagaState {
  const outcomes = ["pending", "done", "rejected"];
  let { state } = begin(plan, { sagaId: "s", input: "{}", deadlineMs: undefined, now: NOW, blocked: false });
  for (const event of events) {
    const answered = { kind: "answered", ref: inFlight(state)[0]!, outcome: event } as SagaEvent;
    state = transition(plan, state, outcomes.includes(event.kind) ? answered : (event as SagaEvent), NOW).state;
  }
  return state;
}

function isWantedIn(state: SagaState, patch: Partial<Effect> = {}): boolean {
  const effect = { plan, record: { state }, place: { step: 0, item: undefined }, direction: "forward", round: 0 };
  return isWanted({ ...effect, ...patch } as Effect, NOW);
}

describe("the work on a Do is wanted", () => {
  test.each<[string, SagaState, boolean]>([
    ["before its pending answer came", sagaAfter(), true],
    ["after it", sagaAfter(pending), true],
    ["while its saga is suspended", sagaAfter(pending, { kind: "suspend", ...by }), true],
    ["once it is done", sagaAfter(done), false],
    ["once it is refused", sagaAfter(refused), false],
    ["once its saga goes backward", sagaAfter(pending, cancel), false],
    ["once its saga is final", sagaAfter(pending, { kind: "abandon", ...by }), false],
  ])("%s: %s", (_, state, wanted) => {
    expect(isWantedIn(state)).toBe(wanted);
  });

  test("but not that of another round or of an item that is not there", () => {
    expect(isWantedIn(sagaAfter(pending), { round: 1 })).toBe(false);
    expect(isWantedIn(sagaAfter(pending), { place: { step: 0, item: 3 } })).toBe(false);
  });
});

test("the work on an Undo is wanted until it is undone", () => {
  const backward = { direction: "backward" } as const;
  expect(isWantedIn(sagaAfter(pending), backward)).toBe(false);
  expect(isWantedIn(sagaAfter(pending, cancel), backward)).toBe(true);
  expect(isWantedIn(sagaAfter(pending, cancel, pending), backward)).toBe(true);
  expect(isWantedIn(sagaAfter(pending, cancel, done), backward)).toBe(false);
});

describe("a heartbeat is written", () => {
  /** Waits for a completion, heartbeat time-out 10 s. */
  const effectWith = (wait: CallState["wait"], patch: Partial<Effect> = {}) =>
    ({
      record: { state: { status: "RUNNING" } },
      planned: { sends: { heartbeatTimeoutMs: 10_000 } } as PlannedStep,
      unit: { wait },
      ...patch,
    }) as Effect;
  const waiting = (until: number | undefined, limit?: number) => ({ reason: "COMPLETION", until, limit }) as const;

  test("once half of the time is over, and not before", () => {
    expect(isDue(effectWith(waiting(NOW + 5_001)), NOW)).toBe(false);
    expect(isDue(effectWith(waiting(NOW + 5_000)), NOW)).toBe(true);
    expect(isDue(effectWith(waiting(NOW - 1)), NOW)).toBe(true);
  });

  test("not where there is no time to be won", () => {
    expect(isDue(effectWith(waiting(NOW + 1, NOW + 1)), NOW)).toBe(false);
    expect(isDue(effectWith(waiting(NOW + 1, NOW + 2)), NOW)).toBe(true);
    expect(isDue(effectWith(waiting(undefined)), NOW)).toBe(false);
    const planned = { sends: { heartbeatTimeoutMs: undefined } } as PlannedStep;
    expect(isDue(effectWith(waiting(NOW), { planned }), NOW)).toBe(false);
  });

  test("not while the step waits for something else, or its saga is suspended", () => {
    expect(isDue(effectWith({ reason: "BACKOFF", until: NOW }), NOW)).toBe(false);
    expect(isDue(effectWith(undefined), NOW)).toBe(false);
    const record = { state: { status: "SUSPENDED" } } as Effect["record"];
    expect(isDue(effectWith(waiting(NOW), { record }), NOW)).toBe(false);
  });
});
