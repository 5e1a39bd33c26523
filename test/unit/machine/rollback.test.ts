import { describe, expect, test } from "vitest";
import { wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import { planOf } from "./plans.ts";
import { cancel, createSagaUnderTest, done, failed, pending, rejected, START, undone } from "./saga-under-test.ts";

const rolledBack = { kind: "rolledBack", since: START } as const;
const chain = planOf([{ name: "a" }, { name: "b" }, { name: "c" }]);
/** The saga is quiet for the longest attempt: calls of the time that was lost may be under way. */
const QUIET_MS = 1000;

const atB = (plan = chain) => {
  const saga = createSagaUnderTest(plan);
  saga.answer("a", done('{"n":1}'));
  return saga;
};

describe("after a loss of the store's writes", () => {
  test("nothing is sent before the calls that it may have lost are over", () => {
    const saga = atB();
    saga.happen(rolledBack);
    expect(saga.sends).toEqual([]);
    expect(wakeAt(saga.state)).toBe(START + QUIET_MS);
    saga.pass(1);
    saga.happen(cancel);
    expect(saga.sends).toEqual([]);
    saga.wakeAfter(QUIET_MS);
    expect(saga.state).toMatchObject({ status: "COMPENSATING", quietUntil: undefined });
    expect(saga.sends).toEqual(["Undo c#1"]);
  });

  test("forward, what is done and what was in flight is sent again, and its answer is taken anew", () => {
    const saga = atB();
    saga.happen(rolledBack);
    saga.wakeAfter(QUIET_MS);
    expect(saga.sends).toEqual(["Do a#1", "Do b#1"]);
    expect(saga.step("a")).toMatchObject({ output: '{"n":1}', unknown: true, armed: true });
    saga.answer("a", done('{"n":1}'));
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Do c#1"]);
  });

  test("a Do that was undone before turns the saga round, whatever on_failure says", () => {
    const saga = atB(planOf([{ name: "a", onFailure: "continue" }, { name: "b" }, { name: "c" }]));
    saga.happen(rolledBack);
    saga.wakeAfter(QUIET_MS);
    saga.answer("a", undone);
    expect(saga.state).toMatchObject({ status: "COMPENSATING", failure: { code: "UNDONE" } });
  });

  test("every step is undone then, sent or not, in reverse", () => {
    const saga = atB();
    saga.happen(rolledBack);
    saga.wakeAfter(QUIET_MS);
    saga.answer("b", rejected);
    expect(saga.sends).toEqual(["Undo c#1"]);
    saga.answer("a", done('{"n":1}'));
    saga.answer("c", done());
    expect(saga.sends).toEqual(["Undo b#1"]);
    saga.answer("b", done());
    saga.answer("a", done());
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("past the pivot it suspends; until the pivot is made sure of it counts as done", () => {
    const plan = planOf([{ name: "a" }, { name: "p", pivot: true }, { name: "c", onFailure: "retry" }]);
    const saga = atB(plan);
    saga.answer("p", done());
    saga.happen(rolledBack);
    expect(saga.happen(cancel).refusal).toBe("PAST_PIVOT");
    saga.wakeAfter(QUIET_MS);
    saga.answer("p", done());
    saga.answer("c", done());
    saga.answer("a", undone);
    expect(saga.state).toMatchObject({ status: "SUSPENDED", direction: "forward" });
    expect(saga.resolve("a", "doApplied")).toBeUndefined();
    expect(saga.state.status).toBe("COMPLETED");
  });

  test("backward, every step is undone again from the end, and what is undone stays so", () => {
    const saga = atB();
    saga.answer("b", done());
    saga.answer("c", rejected);
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Undo a#1"]);
    saga.happen(rolledBack);
    saga.wakeAfter(QUIET_MS);
    // That it was refused may be one of several answers.
    expect(saga.sends).toEqual(["Undo c#1"]);
    saga.answer("c", done());
    expect(saga.sends).toEqual(["Undo a#1"]);
    expect(saga.step("b").status).toBe("UNDONE");
    const early = atB();
    early.happen(cancel);
    early.happen(rolledBack);
    early.wakeAfter(QUIET_MS);
    expect(early.sends).toEqual(["Undo c#1"]);
  });

  test("a completion may be among what was lost: it is asked for again", () => {
    const saga = atB();
    saga.answer("b", pending);
    saga.happen(rolledBack);
    saga.wakeAfter(QUIET_MS);
    expect(saga.sends).toEqual(["Do a#1", "Do b#1"]);
  });

  test("while going back, what comes after is undone first, sent or not", () => {
    const plan = planOf([{ name: "a" }, { name: "b", goBack: { to: "a" } }, { name: "c" }]);
    const saga = atB(plan);
    saga.answer("b", failed("none"));
    expect(saga.sends).toEqual(["Undo a#1"]);
    saga.happen(rolledBack);
    saga.wakeAfter(QUIET_MS);
    expect(saga.sends).toEqual(["Undo c#1"]);
    saga.answer("c", done());
    expect(saga.sends).toEqual(["Undo b#1"]);
    saga.answer("b", done());
    saga.answer("a", done());
    expect(saga.sends).toEqual(["Do a@1#1"]);
  });

  test("items are made sure of as many at a time as they were worked on", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", items: 3 }, { name: "b" }]));
    for (const i of [0, 1, 2]) saga.answer(`a[${i}]`, done());
    saga.happen(rolledBack);
    saga.wakeAfter(QUIET_MS);
    expect(saga.sends).toEqual(["Do a[0]#1", "Do b#1"]);
    saga.answer("a[0]", done());
    expect(saga.sends).toEqual(["Do a[1]#1"]);
  });

  test("a for_each step that may have been begun without a trace has its items listed and undone", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "list", items: 2 }]));
    saga.happen(rolledBack);
    saga.happen(cancel);
    saga.wakeAfter(QUIET_MS);
    expect(saga.sends).toEqual(["Undo list[1]#1"]);
    saga.answer("list[1]", done());
    saga.answer("list[0]", done());
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("of a suspended saga the same holds once it goes on; of a final one nothing", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "b", onFailure: "suspend" }]));
    saga.answer("a", done());
    saga.answer("b", rejected);
    saga.happen(rolledBack);
    expect(saga.state.status).toBe("SUSPENDED");
    expect(wakeAt(saga.state)).toBeUndefined();
    saga.skip("b");
    saga.wakeAfter(QUIET_MS);
    expect(saga.sends).toEqual(["Do a#1"]);
    saga.answer("a", done());
    const { state } = saga;
    expect(state.status).toBe("COMPLETED");
    expect(saga.happen(rolledBack).state).toBe(state);
  });
});
