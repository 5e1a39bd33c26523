import { describe, expect, test } from "vitest";
import { wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import { planOf } from "./plans.ts";
import { createSagaUnderTest, done, failed, pending, rejected, START, suspend } from "./saga-under-test.ts";

const one = planOf([{ name: "a" }, { name: "b" }]);
const timed = planOf([{ name: "a", maxAttempts: 2, completionTimeoutMs: 100, heartbeatTimeoutMs: 30 }]);

describe("complete", () => {
  test("is the answer to a call that was accepted for later", () => {
    const saga = createSagaUnderTest(one);
    saga.answer("a", pending);
    expect(saga.complete("a", done('{"n":1}'))).toBeUndefined();
    expect(saga.step("a").output).toBe('{"n":1}');
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("that comes before the pending answer is taken, and that answer is stale", () => {
    const saga = createSagaUnderTest(one);
    const ref = saga.refOf("a");
    expect(saga.complete("a", done())).toBeUndefined();
    expect(saga.sends).toEqual(["Do b#1"]);
    const { state } = saga;
    expect(saga.happen({ kind: "answered", ref, outcome: pending }).state).toBe(state);
  });

  test("the same outcome again is accepted and changes nothing; another is refused", () => {
    const saga = createSagaUnderTest(one);
    saga.answer("a", pending);
    saga.complete("a", done('{"n":1}'));
    const { state } = saga;
    expect(saga.complete("a", done('{"n":1}'))).toBeUndefined();
    expect(saga.complete("a", done('{"n":2}'))).toBe("COMPLETION_REFUSED");
    expect(saga.complete("a", rejected)).toBe("COMPLETION_REFUSED");
    expect(saga.state).toBe(state);
  });

  test("of another round, of a step that has not begun, or of none is refused", () => {
    const saga = createSagaUnderTest(one);
    saga.answer("a", pending);
    expect(saga.complete("a", done(), { round: 1 })).toBe("COMPLETION_REFUSED");
    expect(saga.complete("a", done(), { direction: "backward" })).toBe("COMPLETION_REFUSED");
    expect(saga.complete("b", done())).toBe("COMPLETION_REFUSED");
    expect(saga.complete("a", done(), { step: 9 })).toBe("COMPLETION_REFUSED");
  });

  test("of a Do is refused once its Undo began", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "b", after: [] }]));
    saga.answer("a", pending);
    saga.answer("b", rejected);
    expect(saga.complete("a", done(), { direction: "forward" })).toBe("COMPLETION_REFUSED");
  });

  test("of an Undo ends it", () => {
    const saga = createSagaUnderTest(one);
    saga.answer("a", done());
    saga.answer("b", rejected);
    saga.answer("a", pending);
    expect(saga.complete("a", done())).toBeUndefined();
    expect(saga.state.status).toBe("COMPENSATED");
    expect(saga.complete("a", done())).toBeUndefined();
  });

  test("a failure is a technical one: its effect is unknown and it is tried again", () => {
    const saga = createSagaUnderTest(timed);
    saga.answer("a", pending);
    saga.complete("a", failed("unknown"));
    expect(saga.step("a")).toMatchObject({
      status: "WAITING",
      wait: { reason: "BACKOFF" },
      unknown: true,
      armed: true,
    });
  });

  test("that comes while the saga is suspended is recorded, and nothing is sent", () => {
    const saga = createSagaUnderTest(one);
    saga.answer("a", pending);
    saga.happen(suspend);
    expect(saga.complete("a", done())).toBeUndefined();
    expect(saga.step("a").status).toBe("DONE");
    expect(saga.sends).toEqual([]);
  });

  test("after its attempts ran out it takes the saga on that waited for a person over it", () => {
    const plan = planOf([{ name: "a", completionTimeoutMs: 50, onFailure: "suspend" }, { name: "b" }]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", pending);
    saga.wakeAfter(50);
    expect(saga.state).toMatchObject({ status: "SUSPENDED", suspension: { failure: { code: "COMPLETION_TIMEOUT" } } });
    expect(saga.complete("a", failed("unknown"))).toBeUndefined();
    expect(saga.state.status).toBe("SUSPENDED");
    expect(saga.complete("a", done())).toBeUndefined();
    expect(saga.state).toMatchObject({ status: "RUNNING", suspension: undefined });
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("a refusal that comes after the saga went on without the step changes nothing", () => {
    const goBack = { to: "x" };
    const plan = planOf([
      { name: "x" },
      { name: "a", completionTimeoutMs: 50, onFailure: "continue", goBack: { ...goBack, codes: ["SOLD_OUT"] } },
      { name: "b" },
    ]);
    const saga = createSagaUnderTest(plan);
    saga.answer("x", done());
    saga.answer("a", pending);
    saga.wakeAfter(50);
    expect(saga.sends).toEqual(["Do b#1"]);
    const { state } = saga;
    expect(saga.complete("a", rejected)).toBeUndefined();
    expect(saga.state).toBe(state);
  });
});

describe("time for a completion", () => {
  test("without a heartbeat the attempt has failed, its effect unknown; with heartbeats it has until its limit", () => {
    const saga = createSagaUnderTest(timed);
    saga.answer("a", pending);
    expect(saga.step("a").wait).toEqual({ reason: "COMPLETION", until: START + 30, limit: START + 100 });
    saga.pass(25);
    expect(saga.heartbeat("a")).toBeUndefined();
    expect(wakeAt(saga.state)).toBe(START + 55);
    saga.wakeAfter(30);
    expect(saga.step("a")).toMatchObject({ failure: { kind: "TIMEOUT", code: "HEARTBEAT_TIMEOUT" }, unknown: true });
    saga.wakeAfter(100);
    expect(saga.sends).toEqual(["Do a#2"]);
    saga.answer("a", pending);
    for (let i = 0; i < 4; i++) {
      saga.pass(25);
      saga.heartbeat("a");
    }
    saga.wakeAfter(0);
    expect(saga.state.failure).toMatchObject({ code: "COMPLETION_TIMEOUT" });
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("a heartbeat in flight is accepted and records nothing; one that nobody waits for is refused", () => {
    const saga = createSagaUnderTest(timed);
    const { state } = saga;
    expect(saga.heartbeat("a")).toBeUndefined();
    expect(saga.state).toBe(state);
    saga.answer("a", done());
    expect(saga.heartbeat("a")).toBe("COMPLETION_REFUSED");
  });

  test("an Undo's completion that does not come is tried again by the Undo's own policy", () => {
    const plan = planOf([{ name: "a", completionTimeoutMs: 50 }, { name: "b" }]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done());
    saga.answer("b", rejected);
    saga.answer("a", pending);
    saga.wakeAfter(50);
    expect(saga.step("a")).toMatchObject({ status: "WAITING", failure: { code: "COMPLETION_TIMEOUT" } });
    saga.wakeAfter(100);
    expect(saga.sends).toEqual(["Undo a#2"]);
  });
});

describe("child saga", () => {
  const parent = planOf([{ name: "x" }, { name: "child", saga: true }, { name: "b" }]);
  const waiting = () => {
    const saga = createSagaUnderTest(parent);
    saga.answer("x", done());
    saga.answer("child", pending);
    return saga;
  };

  test("its parent waits for its end, however long that takes", () => {
    const saga = waiting();
    expect(saga.step("child").wait).toEqual({ reason: "CHILD", until: undefined });
    saga.wakeAfter(86_400_000);
    expect(saga.step("child")).toMatchObject({ status: "WAITING", attempt: 1 });
    saga.complete("child", done('{"n":1}'));
    expect(saga.step("child").output).toBe('{"n":1}');
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("asking for it may fail as often as it will; given up, it is still undone", () => {
    const saga = createSagaUnderTest(parent);
    saga.answer("x", done());
    for (let i = 0; i < 8; i++) {
      saga.answer("child", failed("unknown"));
      expect(saga.step("child")).toMatchObject({ status: "WAITING", armed: true });
      saga.wakeAfter(1_000_000);
    }
    saga.answer("child", failed("none", { retry: false }));
    expect(saga.sends).toEqual(["Undo child#1"]);
  });

  test("a child that is compensated rejects the step, and leaves nothing to undo", () => {
    const saga = waiting();
    saga.complete("child", rejected);
    expect(saga.step("child")).toMatchObject({ status: "REJECTED", armed: false });
    expect(saga.sends).toEqual(["Undo x#1"]);
  });
});
