import { describe, expect, test } from "vitest";
import { wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import { planOf } from "./plans.ts";
import { cancel, createSagaUnderTest, done, rejected, START, signal } from "./saga-under-test.ts";

describe("sleep", () => {
  test("waits for its time, is done then, and has nothing to undo", () => {
    const saga = createSagaUnderTest(planOf([{ name: "nap", sleep: 100 }, { name: "b" }]));
    expect(saga.step("nap")).toMatchObject({ status: "WAITING", wait: { reason: "TIMER", until: START + 100 } });
    expect(wakeAt(saga.state)).toBe(START + 100);
    saga.wakeAfter(100);
    expect(saga.step("nap")).toMatchObject({ status: "DONE", output: "{}", startedAt: START });
    saga.answer("b", rejected);
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("until a time that is past is done at once", () => {
    expect(createSagaUnderTest(planOf([{ name: "nap", sleep: -5 }, { name: "b" }])).sends).toEqual(["Do b#1"]);
  });

  test("a time that cannot be worked out fails the step", () => {
    const saga = createSagaUnderTest(planOf([{ name: "nap", sleep: "fault", onFailure: "continue" }, { name: "b" }]));
    expect(saga.step("nap")).toMatchObject({ status: "FAILED", failure: { kind: "EXPRESSION" } });
    expect(saga.sends).toEqual(["Do b#1"]);
  });
});

describe("await", () => {
  const one = planOf([{ name: "a", await: "ready", timeoutMs: 50 }, { name: "b" }]);

  test("the signal's payload is the step's output, and the saga goes on in the same transition", () => {
    const saga = createSagaUnderTest(one);
    saga.happen(signal("ready", '{"n":1}'));
    expect(saga.step("a")).toMatchObject({ status: "DONE", output: '{"n":1}' });
    expect(saga.state.signals).toEqual([]);
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("a signal that came early is kept, and the oldest one that meets the condition is taken", () => {
    const plan = planOf([{ name: "a" }, { name: "b", await: "ready", takes: (payload) => payload.includes("ok") }]);
    const saga = createSagaUnderTest(plan);
    for (const payload of ["{}", '{"ok":1}', '{"ok":2}']) saga.happen(signal("ready", payload));
    expect(saga.state.signals).toHaveLength(3);
    saga.answer("a", done());
    expect(saga.step("b").output).toBe('{"ok":1}');
    expect(saga.state.signals.map(({ payload }) => payload)).toEqual(["{}", '{"ok":2}']);
  });

  test("a signal goes to one step: the first in the definition's order that waits for it", () => {
    const plan = planOf([
      { name: "a", await: "ready" },
      { name: "b", after: [], await: "ready" },
    ]);
    const saga = createSagaUnderTest(plan);
    saga.happen(signal("ready"));
    expect([saga.step("a").status, saga.step("b").status]).toEqual(["DONE", "WAITING"]);
  });

  test("a signal of another name, or that does not meet the condition, leaves the step waiting", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", await: "ready", takes: () => false }]));
    saga.happen(signal("ready"));
    saga.happen(signal("other"));
    expect(saga.step("a").status).toBe("WAITING");
    expect(saga.state.signals).toHaveLength(2);
  });

  test("a signal that rejects gives the failure its payload's code", () => {
    const plan = planOf([{ name: "x" }, { name: "a", await: "ready", rejects: () => true }]);
    const saga = createSagaUnderTest(plan);
    saga.answer("x", done());
    saga.happen(signal("ready", '{"code":"DECLINED"}'));
    const failure = { kind: "REJECTED", code: "DECLINED", details: '{"code":"DECLINED"}', step: "a" };
    expect(saga.step("a")).toMatchObject({ status: "REJECTED", failure });
    expect(saga.sends).toEqual(["Undo x#1"]);
    const other = createSagaUnderTest(planOf([{ name: "a", await: "ready", rejects: () => true }]));
    other.happen(signal("ready", '{"code":7}'));
    expect(other.step("a").failure!.code).toBe("SIGNAL_REJECTED");
  });

  test("no signal in time fails it; one that comes together with the end of the time is taken", () => {
    const late = createSagaUnderTest(one);
    late.wakeAfter(50);
    expect(late.state).toMatchObject({ status: "COMPENSATED", failure: { kind: "TIMEOUT", code: "SIGNAL_TIMEOUT" } });
    const saga = createSagaUnderTest(one);
    saga.pass(50);
    saga.happen(signal("ready"));
    expect(saga.step("a").status).toBe("DONE");
  });

  test("with on_failure retry its time starts anew", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", await: "ready", timeoutMs: 50, onFailure: "retry" }]));
    saga.wakeAfter(60);
    expect(saga.step("a")).toMatchObject({ status: "WAITING", wait: { reason: "SIGNAL", until: START + 110 } });
  });

  test("a saga that turns round waits for no signal, and takes none", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "b", await: "ready" }]));
    saga.answer("a", done());
    saga.happen(cancel);
    expect(saga.sends).toEqual(["Undo a#1"]);
    expect(saga.step("b").wait).toBeUndefined();
    expect(saga.happen(signal("ready")).refusal).toBe("COMPENSATING");
    saga.answer("a", done());
    expect(saga.happen(signal("ready")).refusal).toBe("SAGA_FINAL");
  });

  test("no more than 100 signals are kept, nor more than 1 MiB of them; one that is awaited is always taken", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", await: "ready" }, { name: "b" }]));
    for (let i = 0; i < 100; i++) expect(saga.happen(signal("other")).refusal).toBeUndefined();
    expect(saga.happen(signal("other")).refusal).toBe("SIGNALS_FULL");
    expect(saga.happen(signal("ready")).refusal).toBeUndefined();
    const big = createSagaUnderTest(planOf([{ name: "a" }]));
    const payload = `{"x":"${"é".repeat(300_000)}"}`;
    expect(big.happen(signal("other", payload)).refusal).toBeUndefined();
    expect(big.happen(signal("other", payload)).refusal).toBe("SIGNALS_FULL");
  });
});

describe("lock", () => {
  const plan = planOf([{ name: "a" }], 50);

  test("a saga that is blocked starts no step until the lock is its own", () => {
    const saga = createSagaUnderTest(plan, { blocked: true });
    expect(saga.sends).toEqual([]);
    expect(saga.state.status).toBe("RUNNING");
    saga.happen({ kind: "lockGranted" });
    expect(saga.sends).toEqual(["Do a#1"]);
    const { state } = saga;
    expect(saga.happen({ kind: "lockGranted" }).state).toBe(state);
  });

  test("deadline and cancel end it while it is blocked", () => {
    const late = createSagaUnderTest(plan, { blocked: true });
    expect(wakeAt(late.state)).toBe(START + 50);
    late.wakeAfter(50);
    expect(late.state.status).toBe("COMPENSATED");
    const saga = createSagaUnderTest(plan, { blocked: true });
    saga.happen(cancel);
    expect(saga.state.status).toBe("COMPENSATED");
  });
});

describe("output", () => {
  test("a completed saga gives what its definition says", () => {
    const plan = planOf([{ name: "a" }], undefined, ({ output }) => `{"all":${output(0)}}`);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done('{"n":1}'));
    expect(saga.state).toMatchObject({ status: "COMPLETED", output: '{"all":{"n":1}}', failure: undefined });
  });

  test("where that cannot be evaluated it is complete all the same, and the failure tells", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a" }], undefined, "fault"));
    saga.answer("a", done());
    expect(saga.state).toMatchObject({ status: "COMPLETED", output: undefined, failure: { kind: "EXPRESSION" } });
  });
});
