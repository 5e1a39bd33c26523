import { describe, expect, test } from "vitest";
import { begin, transition } from "../../../orchestrator/src/machine/transition.ts";
import { layersOf, planOf } from "./plans.ts";
import { createSagaUnderTest, done, failed, rejected, START } from "./saga-under-test.ts";

describe("order", () => {
  test("a saga begins with its first steps sent, and completes when the last is done", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "b" }]));
    expect(saga.sends).toEqual(["Do a#1"]);
    saga.answer("a", done('{"n":1}'));
    expect(saga.sends).toEqual(["Do b#1"]);
    expect(saga.step("a")).toMatchObject({ status: "DONE", output: '{"n":1}', armed: true });
    saga.answer("b", done());
    expect(saga.state).toMatchObject({ status: "COMPLETED", finishedAt: START, failure: undefined });
    expect(saga.story).toEqual([
      "sagaStarted",
      "stepStarted a",
      "stepDone a",
      "stepStarted b",
      "stepDone b",
      "sagaFinished",
    ]);
  });

  test("independent steps run side by side, and their successor waits for all of them", () => {
    const plan = planOf([{ name: "a" }, { name: "b", after: [] }, { name: "c", after: ["a", "b"] }]);
    const saga = createSagaUnderTest(plan);
    expect(saga.sends).toEqual(["Do a#1", "Do b#1"]);
    saga.answer("b", done());
    expect(saga.sends).toEqual([]);
    saga.answer("a", done());
    expect(saga.sends).toEqual(["Do c#1"]);
  });

  test("steps may stand in the file before the steps they come after", () => {
    const saga = createSagaUnderTest(
      planOf([
        { name: "last", after: ["first"] },
        { name: "first", after: [] },
      ]),
    );
    expect(saga.sends).toEqual(["Do first#1"]);
    saga.answer("first", done());
    expect(saga.sends).toEqual(["Do last#1"]);
  });

  test("a step whose condition is false is skipped and counts as over", () => {
    const saga = createSagaUnderTest(
      planOf([
        { name: "a", when: false },
        { name: "b", when: false },
        { name: "c", when: true },
      ]),
    );
    expect(saga.sends).toEqual(["Do c#1"]);
    expect(saga.step("a")).toMatchObject({ status: "SKIPPED", armed: false, attempt: 0 });
  });

  test("a saga of which every step is skipped completes at once", () => {
    const saga = createSagaUnderTest(
      planOf([
        { name: "a", when: false },
        { name: "b", when: false },
      ]),
    );
    expect(saga.state.status).toBe("COMPLETED");
    expect(saga.sends).toEqual([]);
  });

  test("a hundred skipped steps in a row cascade in one transition", () => {
    const sketches = Array.from({ length: 100 }, (_, i) => ({ name: `s${i}`, when: i === 99 }));
    expect(createSagaUnderTest(planOf(sketches)).sends).toEqual(["Do s99#1"]);
  });
});

describe("inputs", () => {
  test("an input is evaluated once, from what came before, and reused by every attempt", () => {
    let evaluated = 0;
    const plan = planOf([
      { name: "a" },
      {
        name: "b",
        maxAttempts: 3,
        input: ({ input, output }) => `[${input},${output(0)},${output(2)},${++evaluated}]`,
      },
      { name: "c" },
    ]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done('{"n":1}'));
    expect(saga.step("b").input).toBe('[{},{"n":1},undefined,1]');
    saga.answer("b", failed("none"));
    saga.wakeAfter(100);
    expect(saga.sends).toEqual(["Do b#2"]);
    expect(saga.step("b").input).toBe('[{},{"n":1},undefined,1]');
    expect(evaluated).toBe(1);
  });

  test.each(["when", "input"] as const)(
    "a fault in %s fails the step without an effect: nothing is sent or armed",
    (field) => {
      const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "b", maxAttempts: 5, [field]: "fault" }]));
      saga.answer("a", done());
      expect(saga.sends).toEqual(["Undo a#1"]);
      expect(saga.step("b")).toMatchObject({ status: "FAILED", armed: false, unknown: false, attempt: 0 });
      expect(saga.state.failure).toMatchObject({ kind: "EXPRESSION", step: "b" });
    },
  );

  test("a fault in one branch keeps the other branch from starting in the same moment", () => {
    const plan = planOf([{ name: "a" }, { name: "b" }, { name: "c", after: ["a"], input: "fault" }]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done());
    expect(saga.sends).toEqual(["Undo a#1"]);
    expect(saga.step("b").status).toBe("PENDING");
  });

  test("an expression that throws something else fails the step too, and its message is not shown", () => {
    const input = () => {
      throw new RangeError("card 4111");
    };
    const saga = createSagaUnderTest(planOf([{ name: "a", input }]));
    expect(saga.state.status).toBe("COMPENSATED");
    expect(saga.state.failure!.message).not.toContain("4111");
  });
});

describe("stale answers", () => {
  test.each([
    ["of another attempt", { attempt: 2 }],
    ["of another round", { round: 1 }],
    ["of another direction", { direction: "backward" as const }],
    ["of a step that has not begun", { step: 1 }],
    ["of a step that does not exist", { step: 99 }],
    ["of an item that does not exist", { item: 0 }],
  ])("an answer %s changes nothing", (_, other) => {
    const plan = planOf([{ name: "a" }, { name: "b" }]);
    const { state } = begin(plan, { sagaId: "s", input: "{}", deadlineMs: undefined, blocked: false, now: START });
    const ref = { step: 0, item: undefined, direction: "forward" as const, round: 0, attempt: 1, ...other };
    const after = transition(plan, state, { kind: "answered", ref, outcome: done() }, START);
    expect(after.state).toBe(state);
    expect(after.history).toEqual([]);
  });

  test("a second answer to the same send changes nothing", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "b" }]));
    const ref = saga.refOf("a");
    saga.answer("a", done());
    const { state } = saga;
    expect(saga.happen({ kind: "answered", ref, outcome: rejected }).state).toBe(state);
  });

  test("an answer after the end changes nothing", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }]));
    const ref = saga.refOf("a");
    saga.answer("a", done());
    const { state } = saga;
    expect(saga.happen({ kind: "answered", ref, outcome: done() }).state).toBe(state);
  });
});

test("steps that a transition does not touch stay the very same objects", () => {
  const plan = planOf([{ name: "a" }, { name: "b", after: [] }, { name: "c", after: ["a"] }]);
  const saga = createSagaUnderTest(plan);
  const before = saga.state;
  saga.answer("a", done());
  expect(saga.state.steps[1]).toBe(before.steps[1]);
  expect(saga.state.steps[0]).not.toBe(before.steps[0]);
  expect(before.steps[0]!.status).toBe("RUNNING");
});

test("a hundred steps that are skipped are each looked at once, however many ways lead to them", () => {
  const saga = createSagaUnderTest(planOf(layersOf(50, { when: false })));
  expect(saga.state.status).toBe("COMPLETED");
});
