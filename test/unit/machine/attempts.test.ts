import { describe, expect, test } from "vitest";
import { inFlight, wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import { everyMs, planOf } from "./plans.ts";
import { createSagaUnderTest, done, failed, held, pending, rejected, START } from "./saga-under-test.ts";

describe("attempts", () => {
  test("a failure that may be retried waits for its backoff, and not longer than its attempts", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", retry: everyMs(100, 2) }]));
    saga.answer("a", failed("none"));
    expect(saga.step("a")).toMatchObject({
      status: "WAITING",
      wait: { reason: "BACKOFF", until: START + 100 },
      armed: false,
    });
    expect(wakeAt(saga.state)).toBe(START + 100);
    const waiting = saga.state;
    expect(saga.wakeAfter(99).state).toBe(waiting);
    expect(saga.wakeAfter(1).state).not.toBe(waiting);
    expect(saga.sends).toEqual(["Do a#2"]);
    saga.answer("a", failed("none"));
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("a failure that says retrying is no use fails the step for good", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", maxAttempts: 5 }]));
    saga.answer("a", failed("none", { retry: false }));
    expect(saga.step("a").status).toBe("FAILED");
  });

  test("a rejection is never retried", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", maxAttempts: 5 }]));
    saga.answer("a", rejected);
    expect(saga.step("a")).toMatchObject({
      status: "REJECTED",
      armed: false,
      failure: { code: "SOLD_OUT", step: "a" },
    });
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("the participant's wish delays the next attempt", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", maxAttempts: 2 }]));
    saga.answer("a", failed("none", { retryAfterMs: 9000 }));
    expect(wakeAt(saga.state)).toBe(START + 9000);
  });

  test("an unknown outcome keeps the step armed through everything that follows without an effect", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", maxAttempts: 3 }]));
    saga.answer("a", failed("unknown"));
    expect(saga.step("a")).toMatchObject({ armed: true, unknown: true });
    saga.wakeAfter(100);
    saga.answer("a", failed("none"));
    expect(saga.step("a")).toMatchObject({ armed: true, unknown: true });
    saga.wakeAfter(100);
    saga.answer("a", rejected);
    expect(saga.step("a")).toMatchObject({ armed: true, status: "UNDOING" });
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("a message is cut to 1,000 characters, never through a pair of surrogates", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }]));
    saga.answer("a", failed("none", { message: `${"x".repeat(999)}😀` }));
    expect(saga.step("a").failure!.message).toBe("x".repeat(999));
    expect(saga.state.failure!.message).toHaveLength(999);
  });
});

describe("not sent", () => {
  test("a held call consumes no attempt and leaves the step as it was", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }]));
    saga.answer("a", held(500));
    expect(saga.step("a")).toMatchObject({
      status: "WAITING",
      wait: { reason: "BREAKER", until: START + 500 },
      attempt: 0,
      armed: false,
    });
    saga.wakeAfter(500);
    expect(saga.sends).toEqual(["Do a#1"]);
    saga.answer("a", done());
    expect(saga.state.status).toBe("COMPLETED");
  });

  test("a held call after an unknown one leaves the step armed", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", maxAttempts: 2 }]));
    saga.answer("a", failed("unknown"));
    saga.wakeAfter(100);
    saga.answer("a", held());
    expect(saga.step("a")).toMatchObject({ attempt: 1, armed: true, unknown: true });
  });
});

describe("pending", () => {
  test("a call that was accepted for later waits without an end, and its completion is its answer", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }]));
    const ref = saga.refOf("a");
    saga.answer("a", pending);
    expect(saga.step("a")).toMatchObject({
      status: "WAITING",
      wait: { reason: "COMPLETION", until: undefined },
      armed: true,
    });
    expect(wakeAt(saga.state)).toBeUndefined();
    expect(inFlight(saga.state)).toEqual([]);
    const waiting = saga.state;
    expect(saga.happen({ kind: "answered", ref, outcome: pending }).state).toBe(waiting);
    saga.happen({ kind: "answered", ref, outcome: done('{"late":true}') });
    expect(saga.state.status).toBe("COMPLETED");
  });
});

describe("on_failure", () => {
  test("continue: the saga goes on without the step, and undoes it if it turns round later", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", onFailure: "continue" }, { name: "b" }]));
    saga.answer("a", failed("unknown"));
    expect(saga.sends).toEqual(["Do b#1"]);
    expect(saga.step("a")).toMatchObject({ status: "FAILED", armed: true });
    saga.answer("b", rejected);
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("continue: a rejected step lets the saga complete", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", onFailure: "continue" }]));
    saga.answer("a", rejected);
    expect(saga.state).toMatchObject({ status: "COMPLETED", failure: undefined });
  });

  test("suspend: other branches go on, and the saga is suspended once nothing else can move", () => {
    const plan = planOf([
      { name: "a", onFailure: "suspend" },
      { name: "b", after: [] },
      { name: "c", after: ["b"] },
    ]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", rejected);
    expect(saga.step("a").status).toBe("SUSPENDED");
    expect(saga.state.status).toBe("RUNNING");
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Do c#1"]);
    saga.answer("c", done());
    expect(saga.state).toMatchObject({
      status: "SUSPENDED",
      direction: "forward",
      suspension: { failure: { code: "SOLD_OUT", step: "a" }, since: START },
    });
    expect(wakeAt(saga.state)).toBeUndefined();
  });

  test("retry: a technical failure is retried past its attempts, whatever the answer says about retrying", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", onFailure: "retry", maxAttempts: 2 }]));
    for (let attempt = 1; attempt <= 20; attempt++) {
      saga.answer("a", failed(attempt % 2 ? "unknown" : "none", { retry: attempt % 3 > 0 }));
      saga.wakeAfter(100);
      expect(saga.sends).toEqual([`Do a#${attempt + 1}`]);
    }
  });

  test("retry: a rejection and a fault in an expression suspend, for no retry can mend them", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", onFailure: "retry" }]));
    saga.answer("a", rejected);
    expect(saga.step("a").status).toBe("SUSPENDED");
    expect(saga.state.status).toBe("SUSPENDED");
    expect(createSagaUnderTest(planOf([{ name: "a", onFailure: "retry", input: "fault" }])).state.status).toBe(
      "SUSPENDED",
    );
  });
});
