import { describe, expect, test } from "vitest";
import { wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import { planOf } from "./plans.ts";
import { cancel, createSagaUnderTest, done, failed, held, pending, rejected, START } from "./saga-under-test.ts";

const chain = planOf([{ name: "a" }, { name: "b" }, { name: "c" }]);

describe("order", () => {
  test("steps are undone in reverse, one after the other, and the saga is compensated when all are", () => {
    const saga = createSagaUnderTest(chain);
    saga.answer("a", done());
    saga.answer("b", done());
    saga.answer("c", rejected);
    expect(saga.state).toMatchObject({
      status: "COMPENSATING",
      direction: "backward",
      failure: { code: "SOLD_OUT", step: "c" },
    });
    expect(saga.sends).toEqual(["Undo b#1"]);
    saga.answer("b", done());
    expect(saga.step("b")).toMatchObject({ status: "UNDONE", armed: false });
    expect(saga.sends).toEqual(["Undo a#1"]);
    saga.answer("a", done());
    expect(saga.state).toMatchObject({ status: "COMPENSATED", finishedAt: START });
  });

  test("independent steps are undone side by side, and what they came after waits for both", () => {
    const plan = planOf([{ name: "a" }, { name: "b" }, { name: "c", after: ["a"] }, { name: "d", after: ["b", "c"] }]);
    const saga = createSagaUnderTest(plan);
    for (const name of ["a", "b", "c"]) saga.answer(name, done());
    saga.answer("d", rejected);
    expect(saga.sends).toEqual(["Undo b#1", "Undo c#1"]);
    saga.answer("c", done());
    expect(saga.sends).toEqual([]);
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("a step without Undo is passed over, and does not loosen the order across it", () => {
    const plan = planOf([{ name: "a" }, { name: "read", undo: "none" }, { name: "c" }, { name: "d" }]);
    const saga = createSagaUnderTest(plan);
    for (const name of ["a", "read", "c"]) saga.answer(name, done());
    saga.answer("d", rejected);
    expect(saga.sends).toEqual(["Undo c#1"]);
    saga.answer("c", done());
    expect(saga.sends).toEqual(["Undo a#1"]);
    saga.answer("a", done());
    expect(saga.state.status).toBe("COMPENSATED");
    expect(saga.step("read").status).toBe("DONE");
  });

  test("a first step that is rejected leaves nothing to undo", () => {
    const saga = createSagaUnderTest(chain);
    saga.answer("a", rejected);
    expect(saga.state.status).toBe("COMPENSATED");
    expect(saga.story.at(-1)).toBe("sagaFinished");
  });
});

describe("siblings in flight", () => {
  const fork = planOf([
    { name: "root" },
    { name: "a", maxAttempts: 3 },
    { name: "b", after: ["root"], maxAttempts: 3 },
    { name: "x", after: ["b"] },
  ]);
  const forked = () => {
    const saga = createSagaUnderTest(fork);
    saga.answer("root", done());
    return saga;
  };

  test("a Do in flight settles before it is undone, and what it came after waits", () => {
    const saga = forked();
    saga.answer("b", failed("none", { retry: false }));
    expect(saga.sends).toEqual([]);
    expect(saga.step("a").status).toBe("RUNNING");
    saga.answer("a", done('{"n":1}'));
    expect(saga.sends).toEqual(["Undo a#1"]);
    expect(saga.step("a").output).toBe('{"n":1}');
    saga.answer("a", done());
    expect(saga.sends).toEqual(["Undo root#1"]);
  });

  test("a Do that settles without an effect is not undone and not tried again", () => {
    for (const outcome of [failed("none"), rejected, held()]) {
      const saga = forked();
      saga.answer("b", rejected);
      saga.answer("a", outcome);
      expect(saga.sends).toEqual(["Undo root#1"]);
      expect(saga.step("a")).toMatchObject({ armed: false, wait: undefined });
    }
  });

  test("a Do that settles with an unknown effect, or was accepted for later, is undone at once", () => {
    for (const outcome of [failed("unknown"), pending]) {
      const saga = forked();
      saga.answer("b", rejected);
      saga.answer("a", outcome);
      expect(saga.sends).toEqual(["Undo a#1"]);
    }
  });

  test("a branch that does not wait for the Do in flight is undone meanwhile", () => {
    const plan = planOf([{ name: "a" }, { name: "slow", after: [] }, { name: "b", after: ["a"] }]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done());
    saga.answer("b", rejected);
    expect(saga.sends).toEqual(["Undo a#1"]);
    saga.answer("a", done());
    expect(saga.state.status).toBe("COMPENSATING");
    saga.answer("slow", failed("none"));
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("a read in flight is waited for, too, before the saga is final", () => {
    const plan = planOf([
      { name: "read", undo: "none" },
      { name: "b", after: [] },
    ]);
    const saga = createSagaUnderTest(plan);
    saga.answer("b", rejected);
    expect(saga.state.status).toBe("COMPENSATING");
    saga.answer("read", done());
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("a sibling that waits for its next attempt stops; it is undone only where it may have an effect", () => {
    const known = forked();
    known.answer("a", failed("none"));
    known.answer("b", rejected);
    expect(known.step("a")).toMatchObject({ status: "FAILED", wait: undefined });
    expect(known.sends).toEqual(["Undo root#1"]);
    expect(wakeAt(known.state)).toBeUndefined();

    const unknown = forked();
    unknown.answer("a", failed("unknown"));
    unknown.answer("b", rejected);
    expect(unknown.sends).toEqual(["Undo a#1"]);
  });

  test("a sibling whose completion is awaited is undone at once, and the completion comes too late", () => {
    const saga = forked();
    const ref = saga.refOf("a");
    saga.answer("a", pending);
    saga.answer("b", rejected);
    expect(saga.sends).toEqual(["Undo a#1"]);
    const { state } = saga;
    expect(saga.happen({ kind: "answered", ref, outcome: done() }).state).toBe(state);
  });

  test("a suspended sibling does not outlive the turn", () => {
    const plan = planOf([
      { name: "a", onFailure: "suspend" },
      { name: "b", after: [] },
    ]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", failed("unknown", { retry: false }));
    saga.answer("b", rejected);
    expect(saga.sends).toEqual(["Undo a#1"]);
    saga.answer("a", done());
    expect(saga.state.status).toBe("COMPENSATED");
  });
});

describe("the Undo itself", () => {
  const one = planOf([{ name: "a", undo: { maxAttempts: 2 } }, { name: "b" }]);
  const undoing = (plan = one) => {
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done('{"id":"x"}'));
    saga.answer("b", rejected);
    return saga;
  };

  test("it has attempts of its own, and then waits for a person", () => {
    const saga = undoing();
    saga.answer("a", failed("unknown"));
    expect(saga.step("a")).toMatchObject({
      status: "WAITING",
      direction: "backward",
      wait: { reason: "BACKOFF", until: START + 100 },
      armed: true,
    });
    saga.wakeAfter(100);
    expect(saga.sends).toEqual(["Undo a#2"]);
    saga.answer("a", failed("unknown"));
    expect(saga.step("a")).toMatchObject({ status: "SUSPENDED", armed: true });
    expect(saga.state).toMatchObject({ status: "SUSPENDED", direction: "backward" });
    expect(wakeAt(saga.state)).toBeUndefined();
  });

  test("a refusal suspends at once, and so does a failure that says retrying is no use", () => {
    for (const outcome of [rejected, failed("none", { retry: false })]) {
      const saga = undoing();
      saga.answer("a", outcome);
      expect(saga.state.status).toBe("SUSPENDED");
    }
  });

  test("other branches go on while one waits for a person; what stands before it waits too", () => {
    const plan = planOf([
      { name: "root" },
      { name: "a" },
      { name: "b", after: ["root"] },
      { name: "c", after: ["a", "b"] },
    ]);
    const saga = createSagaUnderTest(plan);
    for (const name of ["root", "a", "b"]) saga.answer(name, done());
    saga.answer("c", rejected);
    saga.answer("a", rejected);
    expect(saga.state.status).toBe("COMPENSATING");
    saga.answer("b", done());
    expect(saga.state).toMatchObject({ status: "SUSPENDED", suspension: { failure: { step: "a" } } });
    expect(saga.step("root")).toMatchObject({ status: "DONE", armed: true });
  });

  test("a held Undo consumes no attempt and stays armed", () => {
    const saga = undoing();
    saga.answer("a", held(700));
    expect(saga.step("a")).toMatchObject({ status: "WAITING", attempt: 0, armed: true });
    saga.wakeAfter(700);
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("an Undo that was accepted for later is done with its completion", () => {
    const saga = undoing();
    const ref = saga.refOf("a");
    saga.answer("a", pending);
    saga.happen({ kind: "answered", ref, outcome: done() });
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("its input is evaluated when it is first begun, and kept", () => {
    let evaluated = 0;
    const plan = planOf([{ name: "a", undoInput: ({ output }) => `[${output(0)},${++evaluated}]` }, { name: "b" }]);
    const saga = undoing(plan);
    expect(saga.step("a").undoInput).toBe('[{"id":"x"},1]');
    saga.answer("a", failed("none"));
    saga.wakeAfter(100);
    expect(saga.step("a").undoInput).toBe('[{"id":"x"},1]');
  });

  test("a fault in its input leaves the step to a person", () => {
    const saga = undoing(planOf([{ name: "a", undoInput: "fault" }, { name: "b" }]));
    expect(saga.sends).toEqual([]);
    expect(saga.step("a")).toMatchObject({ status: "SUSPENDED", armed: true, direction: "backward", attempt: 0 });
    expect(saga.state).toMatchObject({ status: "SUSPENDED", suspension: { failure: { kind: "EXPRESSION" } } });
  });

  test("the saga's deadline does not touch it", () => {
    const saga = createSagaUnderTest(chain, { deadlineMs: 50 });
    saga.answer("a", done());
    saga.happen(cancel);
    saga.answer("b", done());
    const { state } = saga;
    expect(wakeAt(state)).toBeUndefined();
    expect(saga.wakeAfter(1000).state).toBe(state);
  });
});
