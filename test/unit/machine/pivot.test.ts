import { describe, expect, test } from "vitest";
import { wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import { planOf } from "./plans.ts";
import { cancel, createSagaUnderTest, done, failed, held, pending, rejected, START } from "./saga-under-test.ts";

const plan = planOf([
  { name: "before" },
  { name: "pivot", pivot: true, maxAttempts: 3 },
  { name: "after", onFailure: "retry" },
]);
/** With the pivot's Do in flight. */
const atPivot = (given = plan, options = {}) => {
  const saga = createSagaUnderTest(given, options);
  saga.answer("before", done());
  return saga;
};

describe("before its outcome is known", () => {
  test("a pivot that was rejected, or surely not applied, compensates as any step", () => {
    for (const outcome of [rejected, failed("none", { retry: false })]) {
      const saga = atPivot();
      saga.answer("pivot", outcome);
      expect(saga.sends).toEqual(["Undo before#1"]);
    }
  });

  test("an unknown outcome is tried again even where the answer says that trying is no use", () => {
    const saga = atPivot();
    saga.answer("pivot", failed("unknown", { retry: false }));
    expect(saga.step("pivot").status).toBe("WAITING");
    saga.wakeAfter(100);
    saga.answer("pivot", failed("none", { retry: false }));
    expect(saga.step("pivot").status).toBe("WAITING");
    saga.wakeAfter(100);
    saga.answer("pivot", done());
    expect(saga.sends).toEqual(["Do after#1"]);
  });

  test("attempts that end without knowing suspend: the saga never goes back on a guess", () => {
    const saga = atPivot();
    for (let attempt = 1; attempt <= 3; attempt++) {
      saga.answer("pivot", failed("unknown"));
      saga.wakeAfter(100);
    }
    expect(saga.step("pivot").status).toBe("SUSPENDED");
    expect(saga.state).toMatchObject({ status: "SUSPENDED", direction: "forward" });
  });

  test("a rejection after an unknown attempt does not tell what became of that attempt: it suspends", () => {
    const saga = atPivot();
    saga.answer("pivot", failed("unknown"));
    saga.wakeAfter(100);
    saga.answer("pivot", rejected);
    expect(saga.state.status).toBe("SUSPENDED");
  });

  test("a best-effort pivot that may have been applied suspends as well", () => {
    const saga = createSagaUnderTest(
      planOf([
        { name: "pivot", pivot: true, onFailure: "continue" },
        { name: "after", onFailure: "retry" },
      ]),
    );
    saga.answer("pivot", failed("unknown"));
    expect(saga.state.status).toBe("SUSPENDED");
  });
});

describe("a cancel while the pivot is open", () => {
  test("is accepted, and dropped when the pivot is done", () => {
    const saga = atPivot();
    saga.happen(cancel);
    expect(saga.refusal).toBeUndefined();
    expect(saga.state).toMatchObject({ status: "RUNNING", turning: { kind: "CANCELLED", message: "changed my mind" } });
    saga.answer("pivot", done());
    expect(saga.sends).toEqual(["Do after#1"]);
    expect(saga.state).toMatchObject({ status: "RUNNING", turning: undefined, failure: undefined });
  });

  test("takes effect when the pivot is surely not applied, and no further attempt is made", () => {
    for (const outcome of [failed("none"), rejected, held()]) {
      const saga = atPivot();
      saga.happen(cancel);
      saga.answer("pivot", outcome);
      expect(saga.sends).toEqual(["Undo before#1"]);
      expect(saga.state.failure!.kind).toBe("CANCELLED");
    }
  });

  test("lets an unknown pivot be tried again until it is known", () => {
    const saga = atPivot();
    saga.answer("pivot", failed("unknown"));
    saga.happen(cancel);
    expect(saga.sends).toEqual([]);
    saga.wakeAfter(100);
    expect(saga.sends).toEqual(["Do pivot#2"]);
    saga.answer("pivot", done());
    expect(saga.sends).toEqual(["Do after#1"]);
  });

  test("waits for the completion of a pivot that was accepted for later", () => {
    const saga = atPivot();
    const ref = saga.refOf("pivot");
    saga.answer("pivot", pending);
    saga.happen(cancel);
    expect(saga.state.status).toBe("RUNNING");
    saga.happen({ kind: "answered", ref, outcome: rejected });
    expect(saga.sends).toEqual(["Undo before#1"]);
  });

  test("given twice is recorded once", () => {
    const saga = atPivot();
    saga.happen(cancel);
    const { state } = saga;
    expect(saga.happen(cancel)).toMatchObject({ history: [], refusal: undefined });
    expect(saga.state).toBe(state);
  });

  test("once the pivot is suspended a person's cancel decides, and undoes what the pivot may have done", () => {
    const saga = createSagaUnderTest(planOf([{ name: "pivot", pivot: true }]));
    saga.answer("pivot", failed("unknown"));
    expect(saga.state.status).toBe("SUSPENDED");
    saga.happen(cancel);
    expect(saga.sends).toEqual(["Undo pivot#1"]);
  });
});

describe("the deadline while the pivot is open", () => {
  test("marks the saga overdue when the pivot is done", () => {
    const saga = atPivot(plan, { deadlineMs: 50 });
    saga.wakeAfter(50);
    expect(saga.state).toMatchObject({ status: "RUNNING", overdue: false, turning: { kind: "DEADLINE" } });
    expect(wakeAt(saga.state)).toBeUndefined();
    saga.answer("pivot", done());
    expect(saga.state).toMatchObject({ status: "RUNNING", overdue: true, turning: undefined });
    expect(saga.story.filter((kind) => kind === "deadlinePassed")).toHaveLength(1);
  });

  test("compensates when the pivot is surely not applied", () => {
    const saga = atPivot(plan, { deadlineMs: 50 });
    saga.wakeAfter(50);
    saga.answer("pivot", failed("none"));
    expect(saga.state).toMatchObject({ status: "COMPENSATING", failure: { kind: "DEADLINE" } });
  });
});

describe("past the pivot", () => {
  const past = (given = plan, options = {}) => {
    const saga = atPivot(given, options);
    saga.answer("pivot", done());
    return saga;
  };

  test("a cancel is refused", () => {
    const saga = past();
    const { state } = saga;
    expect(saga.happen(cancel)).toMatchObject({ refusal: "PAST_PIVOT", history: [], effects: [] });
    expect(saga.state).toBe(state);
  });

  test("the deadline marks the saga overdue, once", () => {
    const saga = past(plan, { deadlineMs: 50 });
    expect(wakeAt(saga.state)).toBe(START + 50);
    saga.wakeAfter(50);
    expect(saga.state).toMatchObject({ status: "RUNNING", overdue: true });
    expect(wakeAt(saga.state)).toBeUndefined();
    saga.answer("after", done());
    expect(saga.state.status).toBe("COMPLETED");
  });

  test("a rejection suspends and a suspended saga cannot be cancelled", () => {
    const saga = past();
    saga.answer("after", rejected);
    expect(saga.state).toMatchObject({ status: "SUSPENDED", direction: "forward" });
    expect(saga.happen(cancel).refusal).toBe("PAST_PIVOT");
  });

  test("continue and suspend mean what they say", () => {
    const given = (onFailure: "continue" | "suspend") =>
      planOf([{ name: "before" }, { name: "pivot", pivot: true }, { name: "after", onFailure }]);
    const goesOn = past(given("continue"));
    goesOn.answer("after", rejected);
    expect(goesOn.state.status).toBe("COMPLETED");
    const waits = past(given("suspend"));
    waits.answer("after", failed("none"));
    expect(waits.state.status).toBe("SUSPENDED");
  });

  test("nothing leads back, not even a definition that asks for it", () => {
    const saga = past(planOf([{ name: "before" }, { name: "pivot", pivot: true }, { name: "after" }]));
    saga.answer("after", rejected);
    expect(saga.state).toMatchObject({ status: "SUSPENDED", direction: "forward" });
  });

  test("a pivot that was skipped is not passed", () => {
    const saga = createSagaUnderTest(
      planOf([
        { name: "a", pivot: true, when: false },
        { name: "b", onFailure: "retry" },
      ]),
    );
    saga.happen(cancel);
    expect(saga.state.status).toBe("COMPENSATING");
  });
});
