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
    // A person may have had it tried again after it was refused.
    expect(saga.sends).toEqual(["Undo b@1#1"]);
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

  test("a round that the saga went back to and the store lost is undone after the one that is known", () => {
    const plan = planOf([{ name: "a" }, { name: "b", goBack: { to: "a", times: 1 } }]);
    const saga = atB(plan);
    saga.happen(rolledBack);
    saga.happen(cancel);
    saga.wakeAfter(QUIET_MS);
    const undone: string[] = [];
    while (saga.state.status === "COMPENSATING") {
      undone.push(...saga.sends);
      saga.answer(saga.sends[0]!.includes("b") ? "b" : "a", done());
    }
    // That of b takes in one that a person may have had begun.
    expect(undone).toEqual(["Undo b#1", "Undo b@1#1", "Undo b@2#1", "Undo a#1", "Undo a@1#1"]);
    expect(saga.state).toMatchObject({ status: "COMPENSATED", steps: [{ round: 1 }, { round: 2, armed: false }] });
  });

  test("a round that a person had begun after a refusal and the store lost is undone", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", onFailure: "suspend" }]));
    saga.answer("a", rejected);
    saga.happen(rolledBack);
    saga.happen(cancel);
    saga.wakeAfter(QUIET_MS);
    // In its known round it was refused, so there is nothing to undo.
    expect(saga.sends).toEqual(["Undo a@1#1"]);
    saga.answer("a", done());
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("of a for_each step every item's next round is undone, also where one is ahead of the others", () => {
    const saga = createSagaUnderTest(planOf([{ name: "list", items: 2, concurrency: 2, onFailure: "suspend" }]));
    saga.answer("list[0]", rejected);
    saga.retry("list[0]");
    saga.happen(rolledBack);
    expect(saga.step("list").doubtfulRounds).toBe(2);
    saga.happen(cancel);
    saga.wakeAfter(QUIET_MS);
    const undone: string[][] = [];
    while (saga.state.status === "COMPENSATING") {
      undone.push(saga.sends);
      saga.answer("list[1]", done());
      saga.answer("list[0]", done());
    }
    expect(undone).toEqual([
      ["Undo list[1]#1", "Undo list[0]@1#1"],
      ["Undo list[1]@1#1", "Undo list[0]@2#1"],
      ["Undo list[1]@2#1", "Undo list[0]@3#1"],
    ]);
  });

  test("what a person lets be in one round is undone in the next", () => {
    const plan = planOf([{ name: "a", undo: { maxAttempts: 1 } }]);
    const saga = createSagaUnderTest(plan);
    saga.happen(rolledBack);
    saga.happen(cancel);
    saga.wakeAfter(QUIET_MS);
    saga.answer("a", rejected);
    expect(saga.state.status).toBe("SUSPENDED");
    saga.skip("a");
    expect(saga.sends).toEqual(["Undo a@1#1"]);
  });

  test("an Undo under way while the saga goes back goes on when it turns round, and each step's next round follows", () => {
    const plan = planOf([{ name: "a" }, { name: "b", goBack: { to: "a", times: 1 } }]);
    const saga = atB(plan);
    saga.happen(rolledBack);
    saga.wakeAfter(QUIET_MS);
    saga.answer("a", done('{"n":1}'));
    saga.answer("b", rejected);
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Undo a#1"]);
    saga.happen(cancel);
    expect(saga.sends).toEqual(["Undo b@1#1"]);
    saga.answer("a", done());
    expect(saga.sends).toEqual([]);
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Undo b@2#1"]);
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Undo a@1#1"]);
    saga.answer("a", done());
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("a round that the saga comes to after all is no longer doubtful, but what was sent of it may be", () => {
    const plan = planOf([{ name: "a" }, { name: "b", goBack: { to: "a", times: 1 } }]);
    const saga = atB(plan);
    saga.happen(rolledBack);
    expect([saga.step("a").doubtfulRounds, saga.step("b").doubtfulRounds]).toEqual([1, 2]);
    saga.wakeAfter(QUIET_MS);
    saga.answer("a", done('{"n":1}'));
    saga.answer("b", rejected);
    saga.answer("b", done());
    saga.answer("a", done());
    expect(saga.sends).toEqual(["Do a@1#1"]);
    expect([saga.step("a").doubtfulRounds, saga.step("b").doubtfulRounds]).toEqual([0, 1]);
    saga.answer("a", rejected);
    expect(saga.state.status).toBe("COMPENSATING");
    expect(saga.step("a")).toMatchObject({ armed: true, unknown: true });
  });

  test("a saga that ends well leaves doubtful rounds alone", () => {
    const saga = atB(planOf([{ name: "a" }, { name: "b", goBack: { to: "a" } }]));
    saga.happen(rolledBack);
    saga.wakeAfter(QUIET_MS);
    saga.answer("a", done('{"n":1}'));
    saga.answer("b", done());
    expect(saga.state.status).toBe("COMPLETED");
    expect(saga.story).not.toContain("roundStarted");
  });

  test("a saga whose store never lost anything has no doubtful rounds", () => {
    const saga = atB(planOf([{ name: "a" }, { name: "b", goBack: { to: "a" } }]));
    saga.happen(cancel);
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Undo b#1"]);
    saga.answer("b", done());
    saga.answer("a", done());
    expect(saga.state.status).toBe("COMPENSATED");
    expect(saga.story).not.toContain("roundStarted");
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
