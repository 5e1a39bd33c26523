import { describe, expect, test } from "vitest";
import { wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import { planOf } from "./plans.ts";
import {
  abandon,
  cancel,
  compensate,
  createSagaUnderTest,
  done,
  failed,
  pending,
  rejected,
  resume,
  START,
  suspend,
} from "./saga-under-test.ts";

const chain = planOf([{ name: "a", maxAttempts: 3 }, { name: "b" }]);
const stuck = planOf([{ name: "a" }, { name: "b", onFailure: "suspend" }]);

describe("suspend", () => {
  test("stops a saga: answers are recorded, nothing is sent, and it goes on where it stood", () => {
    const saga = createSagaUnderTest(chain);
    saga.happen(suspend);
    const suspension = { failure: { kind: "SUSPENDED", message: "changed my mind" }, since: START };
    expect(saga.state).toMatchObject({ status: "SUSPENDED", suspension });
    saga.answer("a", done());
    expect(saga.sends).toEqual([]);
    saga.happen(resume);
    expect(saga.state).toMatchObject({ status: "RUNNING", suspension: undefined });
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("its clocks stand still: what was left of a wait and of the deadline is left when it goes on", () => {
    const saga = createSagaUnderTest(chain, { deadlineMs: 500 });
    saga.answer("a", failed("none"));
    saga.pass(40);
    saga.happen(suspend);
    expect(wakeAt(saga.state)).toBeUndefined();
    saga.wakeAfter(100_000);
    saga.happen(resume);
    expect(saga.sends).toEqual([]);
    expect(wakeAt(saga.state)).toBe(saga.now + 60);
    expect(saga.state.deadlineAt).toBe(saga.now + 460);
  });

  test("a wait that begins while it is suspended has all its time left, and no more", () => {
    const plan = planOf([{ name: "a", completionTimeoutMs: 500, heartbeatTimeoutMs: 100 }]);
    const saga = createSagaUnderTest(plan);
    saga.happen(suspend);
    saga.pass(100_000);
    saga.answer("a", pending);
    saga.pass(100_000);
    saga.happen(resume);
    expect(saga.step("a").wait).toEqual({ reason: "COMPLETION", until: saga.now + 100, limit: saga.now + 500 });
  });

  test("what is due when it goes on happens at once", () => {
    const saga = createSagaUnderTest(planOf([{ name: "nap", sleep: 50 }, { name: "b" }]));
    saga.pass(50);
    saga.happen(suspend);
    saga.happen(resume);
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("given twice is refused, but of a saga that suspended itself it holds until someone resumes", () => {
    const saga = createSagaUnderTest(stuck);
    saga.answer("a", done());
    saga.answer("b", rejected);
    saga.pass(10);
    expect(saga.happen(suspend).refusal).toBeUndefined();
    expect(saga.state.suspension).toMatchObject({ failure: { kind: "SUSPENDED" }, since: START });
    expect(saga.happen(suspend).refusal).toBe("SUSPENDED_ALREADY");
    expect(saga.skip("b")).toBeUndefined();
    expect(saga.state.status).toBe("SUSPENDED");
    saga.happen(resume);
    expect(saga.state.status).toBe("COMPLETED");
  });

  test("a compensating saga goes on backward", () => {
    const saga = createSagaUnderTest(chain);
    saga.answer("a", done());
    saga.happen(suspend);
    saga.answer("b", rejected);
    expect(saga.state.turning).toMatchObject({ code: "SOLD_OUT" });
    saga.happen(resume);
    expect(saga.sends).toEqual(["Undo a#1"]);
    saga.happen(suspend);
    saga.answer("a", done());
    expect(saga.state.status).toBe("SUSPENDED");
    saga.happen(resume);
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("a Do that was lost with its owner while the saga was suspended backward is not sent again", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "b", after: [] }]));
    saga.happen(cancel);
    saga.happen(suspend);
    saga.happen({ kind: "recovered" });
    saga.happen(resume);
    expect(saga.sends).toEqual(["Undo a#1", "Undo b#1"]);
  });
});

describe("resume", () => {
  test("of a saga that is not suspended is refused, and of one that would be suspended again at once", () => {
    const saga = createSagaUnderTest(stuck);
    expect(saga.happen(resume).refusal).toBe("NOT_SUSPENDED");
    saga.answer("a", done());
    saga.answer("b", rejected);
    const { state } = saga;
    expect(saga.happen(resume).refusal).toBe("STEP_NEEDS_DECISION");
    expect(saga.state).toBe(state);
  });

  test("of a quarantined saga lets it try again", () => {
    const saga = createSagaUnderTest(chain);
    saga.happen({ kind: "quarantined", crashes: 5 });
    saga.happen({ kind: "recovered" });
    saga.happen(resume);
    expect(saga.sends).toEqual(["Do a#1"]);
  });
});

describe("abandon", () => {
  test("ends a saga as it is, whatever is in flight", () => {
    const saga = createSagaUnderTest(chain);
    const ref = saga.refOf("a");
    saga.happen(abandon);
    expect(saga.state).toMatchObject({ status: "ABANDONED", finishedAt: START });
    const { state } = saga;
    expect(saga.happen({ kind: "answered", ref, outcome: done() }).state).toBe(state);
    expect(saga.happen(abandon).refusal).toBe("SAGA_FINAL");
  });

  test("of a saga that suspended itself keeps why", () => {
    const saga = createSagaUnderTest(stuck);
    saga.answer("a", done());
    saga.answer("b", rejected);
    saga.happen(abandon);
    expect(saga.state).toMatchObject({ status: "ABANDONED", suspension: undefined, failure: { code: "SOLD_OUT" } });
  });
});

describe("compensate", () => {
  test("takes a completed saga back", () => {
    const saga = createSagaUnderTest(chain);
    saga.answer("a", done());
    saga.answer("b", done());
    expect(saga.happen(compensate).refusal).toBeUndefined();
    expect(saga.state).toMatchObject({ status: "COMPENSATING", finishedAt: undefined, output: undefined });
    expect(saga.sends).toEqual(["Undo b#1"]);
    saga.answer("b", done());
    saga.answer("a", done());
    expect(saga.state.status).toBe("COMPENSATED");
    expect(saga.happen(compensate)).toMatchObject({ refusal: undefined, history: [] });
  });

  test("is refused once the pivot is done, also of a completed saga", () => {
    const saga = createSagaUnderTest(
      planOf([
        { name: "a", pivot: true },
        { name: "b", onFailure: "retry" },
      ]),
    );
    saga.answer("a", done());
    expect(saga.happen(compensate).refusal).toBe("PAST_PIVOT");
    saga.answer("b", done());
    expect(saga.happen(compensate).refusal).toBe("PAST_PIVOT");
  });

  test("turns a running saga round as a cancel does, and one that suspended itself", () => {
    const running = createSagaUnderTest(chain);
    running.answer("a", done());
    running.happen(compensate);
    expect(running.state.status).toBe("COMPENSATING");
    const saga = createSagaUnderTest(stuck);
    saga.answer("a", done());
    saga.answer("b", rejected);
    saga.happen(compensate);
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("neither ends a person's hold nor guesses about a pivot: it takes effect afterwards", () => {
    const held = createSagaUnderTest(chain);
    held.answer("a", done());
    held.happen(suspend);
    expect(held.happen(compensate).refusal).toBeUndefined();
    expect(held.state.status).toBe("SUSPENDED");
    held.happen(resume);
    expect(held.state.status).toBe("COMPENSATING");
    const open = createSagaUnderTest(planOf([{ name: "a", pivot: true }]));
    open.answer("a", failed("unknown"));
    open.happen(compensate);
    expect(open.state.status).toBe("SUSPENDED");
    open.resolve("a", "doApplied");
    expect(open.state.status).toBe("COMPLETED");
  });
});
