import { describe, expect, test } from "vitest";
import type { Scope } from "../../../orchestrator/src/definition/types.ts";
import { planOf } from "./plans.ts";
import { cancel, createSagaUnderTest, done, failed, held, rejected, rejectedWith } from "./saga-under-test.ts";

const listOf = (items: number, other = {}) => planOf([{ name: "x" }, { name: "a", items, ...other }, { name: "b" }]);
const atList = (plan = listOf(3)) => {
  const saga = createSagaUnderTest(plan);
  saga.answer("x", done());
  return saga;
};

describe("for_each", () => {
  test("items are worked on in order, so many at a time, and the output has that of each", () => {
    const saga = atList(listOf(3, { concurrency: 2 }));
    expect(saga.sends).toEqual(["Do a[0]#1", "Do a[1]#1"]);
    expect(saga.item("a[2]").input).toBe('{"item":2}');
    saga.answer("a[1]", done('{"n":1}'));
    expect(saga.sends).toEqual(["Do a[2]#1"]);
    saga.answer("a[2]", done('{"n":2}'));
    saga.answer("a[0]", done('{"n":0}'));
    expect(saga.step("a")).toMatchObject({
      status: "DONE",
      output: '{"items":[{"n":0},{"n":1},{"n":2}]}',
      armed: true,
    });
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("an empty list is done at once", () => {
    const saga = atList(listOf(0));
    expect(saga.step("a")).toMatchObject({ status: "DONE", output: '{"items":[]}', armed: false });
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("a list or an input that cannot be evaluated fails the step before the first item starts", () => {
    const input = ({ item }: { item?: { index: number } }) => {
      if (item?.index === 2) throw new Error();
      return "{}";
    };
    for (const other of [{ items: "fault" as const }, { items: 3, input }]) {
      const saga = atList(planOf([{ name: "x" }, { name: "a", ...other }]));
      expect(saga.step("a")).toMatchObject({ status: "FAILED", armed: false, items: undefined });
      expect(saga.sends).toEqual(["Undo x#1"]);
    }
  });

  test("an item that waits for a breaker or its next attempt keeps its place", () => {
    const saga = atList(listOf(2, { maxAttempts: 2 }));
    saga.answer("a[0]", held(50));
    expect(saga.sends).toEqual([]);
    saga.wakeAfter(50);
    expect(saga.sends).toEqual(["Do a[0]#1"]);
    saga.answer("a[0]", failed("none"));
    expect(saga.sends).toEqual([]);
    saga.wakeAfter(100);
    expect(saga.sends).toEqual(["Do a[0]#2"]);
  });

  test("continue leaves null in the place of an item that failed", () => {
    const saga = atList(listOf(2, { onFailure: "continue" }));
    saga.answer("a[0]", rejected);
    saga.answer("a[1]", done('{"n":1}'));
    expect(saga.step("a")).toMatchObject({ status: "DONE", output: '{"items":[null,{"n":1}]}' });
  });

  test("an item that fails ends the step: none starts after it, those in flight settle and are not tried again", () => {
    const saga = atList(listOf(4, { concurrency: 3, maxAttempts: 3 }));
    saga.answer("a[0]", failed("unknown"));
    saga.answer("a[1]", rejected);
    expect(saga.item("a[0]")).toMatchObject({ status: "FAILED", armed: true, wait: undefined });
    expect(saga.state.status).toBe("RUNNING");
    saga.answer("a[2]", failed("unknown"));
    expect(saga.state).toMatchObject({ status: "COMPENSATING", failure: { code: "SOLD_OUT", step: "a" } });
    expect(saga.sends).toEqual(["Undo a[2]#1", "Undo a[0]#1"]);
    expect(saga.item("a[3]").status).toBe("PENDING");
  });

  test("suspend leaves the item to a person while the others go on", () => {
    const saga = atList(listOf(2, { onFailure: "suspend" }));
    saga.answer("a[0]", rejected);
    expect(saga.sends).toEqual(["Do a[1]#1"]);
    saga.answer("a[1]", done('{"n":1}'));
    expect(saga.state.status).toBe("SUSPENDED");
    expect(saga.step("a")).toMatchObject({ status: "SUSPENDED", failure: { code: "SOLD_OUT" } });
    expect(saga.skip("a[0]", '{"n":0}')).toBeUndefined();
    expect(saga.step("a").output).toBe('{"items":[{"n":0},{"n":1}]}');
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("items are undone in reverse, and what the step came after waits for all of them", () => {
    const saga = atList(listOf(3));
    for (const i of [0, 1, 2]) saga.answer(`a[${i}]`, done(`{"n":${i}}`));
    saga.answer("b", rejected);
    for (const i of [2, 1, 0]) {
      expect(saga.sends).toEqual([`Undo a[${i}]#1`]);
      expect(saga.step("a").status).toBe("UNDOING");
      saga.answer(`a[${i}]`, done());
    }
    expect(saga.step("a")).toMatchObject({ status: "UNDONE", armed: false });
    expect(saga.sends).toEqual(["Undo x#1"]);
  });

  test("an item's Undo reads the item and its own output", () => {
    const undoInput = ({ item, output }: Scope) => `[${item!.value},${output(1)}]`;
    const saga = atList(listOf(2, { undoInput }));
    for (const i of [0, 1]) saga.answer(`a[${i}]`, done(`{"n":${i}}`));
    saga.happen(cancel);
    saga.answer("b", rejected);
    expect(saga.item("a[1]").undoInput).toBe('[1,{"n":1}]');
  });

  test("a person retries one item in its next round, and the others are left alone", () => {
    const saga = atList(listOf(2, { onFailure: "suspend", concurrency: 2, maxAttempts: 2 }));
    saga.answer("a[0]", failed("unknown"));
    saga.answer("a[1]", done());
    saga.wakeAfter(100);
    saga.answer("a[0]", rejected);
    expect(saga.retry("a[0]")).toBeUndefined();
    expect(saga.sends).toEqual(["Undo a[0]#1"]);
    saga.answer("a[0]", done());
    expect(saga.sends).toEqual(["Do a[0]@1#1"]);
    saga.answer("a[0]", done());
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("verbs name an item; without one, or with one that is not there, they are refused", () => {
    const saga = atList(listOf(2, { onFailure: "suspend" }));
    expect(saga.skip("a")).toBe("CALL_IN_FLIGHT");
    saga.answer("a[0]", rejected);
    saga.answer("a[1]", rejected);
    expect(saga.retry("a")).toBe("WRONG_ITEM");
    expect(saga.resolve("a", "doNotApplied")).toBe("WRONG_ITEM");
    expect(saga.retry("a[7]")).toBe("WRONG_ITEM");
    expect(saga.retry("x[0]")).toBe("WRONG_ITEM");
    expect(saga.skip("a")).toBeUndefined();
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("going back lists the items anew, in a round above that of every item", () => {
    const plan = planOf([
      { name: "x" },
      { name: "a", items: 1, onFailure: "suspend", goBack: { to: "x", codes: ["AGAIN"] } },
    ]);
    const saga = atList(plan);
    saga.answer("a[0]", rejected);
    saga.retry("a[0]");
    expect(saga.sends).toEqual(["Do a[0]@1#1"]);
    saga.answer("a[0]", rejectedWith("AGAIN"));
    expect(saga.sends).toEqual(["Undo x#1"]);
    saga.answer("x", done());
    saga.answer("x", done());
    expect(saga.sends).toEqual(["Do a[0]@2#1"]);
  });
});
