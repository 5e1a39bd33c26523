import { describe, expect, test } from "vitest";
import { inFlight, initialState, replay, transitionAll, wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import { planOf } from "./plans.ts";
import { cancel, createSagaUnderTest, done, failed, rejected, START } from "./saga-under-test.ts";

const chain = planOf([{ name: "a", maxAttempts: 3 }, { name: "b" }]);
const fork = planOf([
  { name: "a", maxAttempts: 3 },
  { name: "b", after: [] },
  { name: "c", after: ["a"] },
]);

describe("cancel", () => {
  test("turns a running saga round", () => {
    const saga = createSagaUnderTest(chain);
    saga.answer("a", done());
    saga.happen(cancel);
    expect(saga.refusal).toBeUndefined();
    expect(saga.state).toMatchObject({
      status: "COMPENSATING",
      failure: { kind: "CANCELLED", message: "changed my mind" },
    });
    expect(saga.story.slice(-2)).toEqual(["operatorActed", "compensationStarted"]);
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Undo b#1"]);
  });

  test("of a compensating saga is accepted and changes nothing", () => {
    const saga = createSagaUnderTest(chain);
    saga.happen(cancel);
    const { state } = saga;
    expect(saga.happen(cancel)).toMatchObject({ refusal: undefined, history: [] });
    expect(saga.state).toBe(state);
  });

  test("of a final saga is refused", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }]));
    saga.answer("a", done());
    expect(saga.happen(cancel)).toMatchObject({ refusal: "SAGA_FINAL", history: [], effects: [] });
  });

  test("turns a suspended forward saga round", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "b", onFailure: "suspend" }]));
    saga.answer("a", done());
    saga.answer("b", rejected);
    expect(saga.state.status).toBe("SUSPENDED");
    saga.happen(cancel);
    expect(saga.sends).toEqual(["Undo a#1"]);
    expect(saga.step("b").status).toBe("REJECTED");
  });

  test("of a saga suspended while compensating is refused: that needs an operator", () => {
    const saga = createSagaUnderTest(chain);
    saga.answer("a", done());
    saga.answer("b", rejected);
    saga.answer("a", rejected);
    expect(saga.state.status).toBe("SUSPENDED");
    expect(saga.happen(cancel).refusal).toBe("COMPENSATING");
  });
});

describe("deadline", () => {
  test("turns a running saga round when it wakes, not before", () => {
    const saga = createSagaUnderTest(chain, { deadlineMs: 50 });
    expect(wakeAt(saga.state)).toBe(START + 50);
    const { state } = saga;
    expect(saga.wakeAfter(49).state).toBe(state);
    saga.wakeAfter(1);
    expect(saga.state).toMatchObject({ status: "COMPENSATING", overdue: false, failure: { kind: "DEADLINE" } });
  });

  test("the definition's deadline holds where the caller gave none", () => {
    const { deadlineAt } = createSagaUnderTest(planOf([{ name: "a" }], 70)).state;
    expect(deadlineAt).toBe(START + 70);
    expect(createSagaUnderTest(planOf([{ name: "a" }], 70), { deadlineMs: 5 }).state.deadlineAt).toBe(START + 5);
  });

  test("an answer after the deadline starts no further step", () => {
    const saga = createSagaUnderTest(chain, { deadlineMs: 50 });
    saga.pass(60);
    saga.answer("a", done());
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("an answer after the deadline leaves the next condition unread", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "b", when: false }]), { deadlineMs: 50 });
    saga.pass(60);
    saga.answer("a", done());
    expect(saga.step("b").status).toBe("PENDING");
  });

  test("a saga whose last answer comes after the deadline but before it woke is complete", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }]), { deadlineMs: 50 });
    saga.pass(60);
    saga.answer("a", done());
    expect(saga.state.status).toBe("COMPLETED");
  });
});

describe("recovered", () => {
  test("sends every call in flight again, with the same attempt and an unknown outcome", () => {
    const saga = createSagaUnderTest(fork);
    saga.happen({ kind: "recovered" });
    expect(saga.sends).toEqual(["Do a#1", "Do b#1"]);
    expect(saga.step("a")).toMatchObject({ status: "RUNNING", unknown: true, armed: true, attempt: 1 });
    saga.answer("a", rejected);
    expect(saga.step("a")).toMatchObject({ armed: true });
  });

  test("sends an Undo in flight again", () => {
    const saga = createSagaUnderTest(chain);
    saga.answer("a", done());
    saga.answer("b", rejected);
    saga.happen({ kind: "recovered" });
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("sends no Do again while compensating: it may have been applied, and is undone", () => {
    const saga = createSagaUnderTest(fork);
    saga.answer("b", rejected);
    expect(saga.step("a").status).toBe("RUNNING");
    saga.happen({ kind: "recovered" });
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("changes nothing where nothing is in flight", () => {
    const saga = createSagaUnderTest(chain);
    saga.answer("a", failed("unknown"));
    const { state } = saga;
    expect(saga.happen({ kind: "recovered" })).toMatchObject({ history: [], effects: [] });
    expect(saga.state).toBe(state);
  });

  test("a held send after it stays armed, because of the send before", () => {
    const saga = createSagaUnderTest(chain);
    saga.happen({ kind: "recovered" });
    saga.answer("a", { kind: "held", retryAfterMs: 10 });
    expect(saga.step("a")).toMatchObject({ attempt: 0, armed: true, unknown: true });
    saga.happen(cancel);
    expect(saga.sends).toEqual(["Undo a#1"]);
  });
});

describe("quarantined", () => {
  const quarantined = { kind: "quarantined", crashes: 5 } as const;

  test("suspends; answers are recorded, but nothing is sent, and the clocks stand still", () => {
    const saga = createSagaUnderTest(fork, { deadlineMs: 50 });
    saga.happen(quarantined);
    expect(saga.state).toMatchObject({
      status: "SUSPENDED",
      direction: "forward",
      suspension: { failure: { kind: "QUARANTINED" } },
    });
    saga.answer("a", done());
    expect(saga.step("a").status).toBe("DONE");
    expect(saga.sends).toEqual([]);
    expect(wakeAt(saga.state)).toBeUndefined();
    const { state } = saga;
    expect(saga.wakeAfter(1000).state).toBe(state);
  });

  test("a recovery while suspended sends nothing: what was in flight waits, unknown, for someone to go on", () => {
    const saga = createSagaUnderTest(fork);
    saga.happen(quarantined);
    saga.happen({ kind: "recovered" });
    expect(saga.sends).toEqual([]);
    expect(saga.step("a")).toMatchObject({ status: "WAITING", unknown: true, armed: true, attempt: 0 });
    expect(inFlight(saga.state)).toEqual([]);
    expect(wakeAt(saga.state)).toBeUndefined();
    const { state } = saga;
    expect(saga.happen({ kind: "recovered" }).state).toBe(state);
    saga.happen(cancel);
    expect(saga.sends).toEqual(["Undo a#1", "Undo b#1"]);
  });

  test("a failure that asks for compensation is remembered, and a cancel turns the saga round at once", () => {
    const saga = createSagaUnderTest(fork);
    saga.happen(quarantined);
    saga.answer("b", rejected);
    expect(saga.state).toMatchObject({ status: "SUSPENDED", turning: { code: "SOLD_OUT" } });
    saga.happen(cancel);
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("of a suspended or final saga changes nothing", () => {
    const saga = createSagaUnderTest(fork);
    saga.happen(quarantined);
    const { state } = saga;
    expect(saga.happen({ ...quarantined, crashes: 6 }).state).toBe(state);
    const final = createSagaUnderTest(planOf([{ name: "a", when: false }]));
    const end = final.state;
    expect(final.happen(quarantined).state).toBe(end);
  });
});

describe("events committed together", () => {
  test("nothing is started that a later one of them forbids", () => {
    const saga = createSagaUnderTest(fork);
    const refs = ["a", "b"].map((name) => saga.refOf(name));
    const { state, effects } = transitionAll(
      fork,
      saga.state,
      [
        { kind: "answered", ref: refs[0]!, outcome: done() },
        { kind: "answered", ref: refs[1]!, outcome: rejected },
      ],
      START,
    );
    expect(state.steps[2]!.status).toBe("PENDING");
    expect(effects.map(({ ref }) => [ref.direction, ref.step])).toEqual([["backward", 0]]);
  });

  test("a cancel and a recovery send no Do again, and no Undo twice", () => {
    const saga = createSagaUnderTest(fork);
    saga.answer("a", done());
    const { state, effects, refusals } = transitionAll(
      fork,
      saga.state,
      [cancel, { kind: "recovered" }, { kind: "woken" }],
      START,
    );
    expect(refusals).toEqual([undefined, undefined, undefined]);
    expect(state.status).toBe("COMPENSATING");
    expect(effects.map(({ ref }) => [ref.direction, ref.step])).toEqual([
      ["backward", 1],
      ["backward", 2],
    ]);
  });

  test("a cancel that was accepted holds, also together with the last answer", () => {
    const plan = planOf([{ name: "a" }]);
    const saga = createSagaUnderTest(plan);
    const answered = { kind: "answered", ref: saga.refOf("a"), outcome: done() } as const;
    expect(transitionAll(plan, saga.state, [cancel, answered], START).state.status).toBe("COMPENSATING");
  });
});

test("replaying the history over the first state rebuilds the last", () => {
  const start = { sagaId: "s-1", input: "{}", deadlineMs: undefined, blocked: false, now: START };
  const saga = createSagaUnderTest(chain);
  const first = saga.state;
  const { history, state } = saga.happen({ kind: "answered", ref: saga.refOf("a"), outcome: failed("unknown") });
  expect(replay(chain, first, [{ at: START, events: history }])).toEqual(state);
  expect(initialState(chain, start).steps.every(({ status }) => status === "PENDING")).toBe(true);
});
