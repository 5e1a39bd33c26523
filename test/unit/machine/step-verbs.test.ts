import { describe, expect, test } from "vitest";
import { planOf } from "./plans.ts";
import {
  cancel,
  createSagaUnderTest,
  done,
  failed,
  held,
  pending,
  rejected,
  resume,
  suspend,
} from "./saga-under-test.ts";

const stuck = (onFailure: "suspend" | "compensate" = "suspend", other = {}) => {
  const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "b", onFailure, ...other }, { name: "c" }]));
  saga.answer("a", done());
  return saga;
};
/** With the Undo of `a` left to a person. */
const stuckBackward = (other = {}) => {
  const saga = createSagaUnderTest(planOf([{ name: "a", ...other }, { name: "b" }]));
  saga.answer("a", done('{"n":1}'));
  saga.answer("b", rejected);
  saga.answer("a", rejected);
  return saga;
};

describe("retry", () => {
  test("tries a step again at once, with a new allowance of attempts, and the saga goes on", () => {
    const saga = stuck("suspend", { maxAttempts: 2 });
    saga.answer("b", failed("none"));
    saga.wakeAfter(100);
    saga.answer("b", failed("none"));
    expect(saga.state.status).toBe("SUSPENDED");
    expect(saga.retry("b")).toBeUndefined();
    expect(saga.sends).toEqual(["Do b#1"]);
    saga.answer("b", failed("none"));
    expect(saga.step("b").status).toBe("WAITING");
    expect(saga.retry("b")).toBeUndefined();
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("of what was refused begins a new round, for the barrier would refuse the old one again", () => {
    const saga = stuck();
    saga.answer("b", rejected);
    saga.retry("b");
    expect(saga.sends).toEqual(["Do b@1#1"]);
  });

  test("of what was refused after an unknown attempt undoes the old round first", () => {
    const saga = stuck("suspend", { maxAttempts: 2 });
    saga.answer("b", failed("unknown"));
    saga.wakeAfter(100);
    saga.answer("b", rejected);
    saga.retry("b", '{"edited":1}');
    expect(saga.sends).toEqual(["Undo b#1"]);
    expect(saga.step("b").input).toBe('{"of":"b"}');
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Do b@1#1"]);
    expect(saga.step("b")).toMatchObject({ input: '{"edited":1}', nextInput: undefined, reverting: false });
  });

  test("with another input takes a new round where something was sent, and none where nothing was", () => {
    const sent = stuck();
    sent.answer("b", failed("none"));
    sent.retry("b", '{"edited":1}');
    expect(sent.sends).toEqual(["Do b@1#1"]);
    const unsent = stuck("suspend", { input: "fault" });
    unsent.retry("b", '{"edited":1}');
    expect(unsent.sends).toEqual(["Do b#1"]);
    expect(unsent.step("b").input).toBe('{"edited":1}');
  });

  test("of a step whose input could not be evaluated evaluates it again", () => {
    let works = false;
    const input = () => {
      if (!works) throw new Error();
      return "{}";
    };
    const saga = stuck("suspend", { input });
    saga.retry("b");
    expect(saga.state.status).toBe("SUSPENDED");
    works = true;
    saga.retry("b");
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("of a step whose completion is awaited leaves it armed, whatever the next attempt says", () => {
    const saga = stuck();
    saga.answer("b", pending);
    saga.retry("b");
    saga.answer("b", held());
    expect(saga.step("b")).toMatchObject({ armed: true, unknown: true });
  });

  test("of a pivot without Undo whose outcome is unknown is refused where it takes a new round", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", pivot: true, undo: "none", maxAttempts: 2 }]));
    saga.answer("a", failed("unknown"));
    saga.wakeAfter(100);
    saga.answer("a", rejected);
    expect(saga.retry("a")).toBe("STEP_NEEDS_DECISION");
    expect(saga.resolve("a", "doNotApplied")).toBeUndefined();
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("of an Undo tries it again, with the input that was given", () => {
    const saga = stuckBackward();
    expect(saga.retry("a", '{"by":"hand"}')).toBeUndefined();
    expect(saga.sends).toEqual(["Undo a#1"]);
    expect(saga.step("a").undoInput).toBe('{"by":"hand"}');
  });

  test("of a failed step takes back that it turns the saga round, while the saga is held", () => {
    const saga = stuck("compensate");
    saga.happen(suspend);
    saga.answer("b", failed("none", { retry: false }));
    expect(saga.state.turning).toBeDefined();
    expect(saga.retry("b")).toBeUndefined();
    expect(saga.state).toMatchObject({ status: "SUSPENDED", turning: undefined });
    saga.happen(resume);
    expect(saga.sends).toEqual(["Do b#1"]);
  });

  test("is refused in flight, before the step began, and once it is over", () => {
    const saga = stuck();
    expect(saga.retry("b")).toBe("CALL_IN_FLIGHT");
    expect(saga.retry("c")).toBe("STEP_NOT_BEGUN");
    expect(saga.retry("a")).toBe("STEP_OVER");
  });

  test("of a step that waits for a time or a signal is refused; one that waited in vain waits again", () => {
    const saga = createSagaUnderTest(planOf([{ name: "a", await: "ok", timeoutMs: 50, onFailure: "suspend" }]));
    expect(saga.retry("a")).toBe("STEP_SENDS_NOTHING");
    expect(saga.resolve("a", "doApplied")).toBe("STEP_SENDS_NOTHING");
    saga.wakeAfter(50);
    expect(saga.state.status).toBe("SUSPENDED");
    expect(saga.retry("a")).toBeUndefined();
    expect(saga.step("a").status).toBe("WAITING");
  });
});

describe("skip", () => {
  test("goes on without the Do, with the output that was given; what it may have done is undone later", () => {
    const saga = stuck();
    saga.answer("b", failed("unknown"));
    expect(saga.skip("b", '{"n":1}')).toBeUndefined();
    expect(saga.step("b")).toMatchObject({ status: "SKIPPED", output: '{"n":1}', armed: true });
    expect(saga.sends).toEqual(["Do c#1"]);
    saga.answer("c", rejected);
    expect(saga.sends).toEqual(["Undo b#1"]);
  });

  test("of a step that has not begun passes it over when its turn comes, and not before", () => {
    const saga = stuck();
    expect(saga.skip("c")).toBeUndefined();
    const early = createSagaUnderTest(planOf([{ name: "a" }, { name: "b" }, { name: "c" }]));
    expect(early.skip("b")).toBeUndefined();
    expect(early.sends).toEqual([]);
    early.answer("a", done());
    expect(early.sends).toEqual(["Do c#1"]);
  });

  test("of a sleep or an await ends the waiting", () => {
    const saga = createSagaUnderTest(planOf([{ name: "nap", sleep: 1e9 }, { name: "w", await: "ok" }, { name: "c" }]));
    saga.skip("nap");
    saga.skip("w", '{"by":"hand"}');
    expect(saga.step("w").output).toBe('{"by":"hand"}');
    expect(saga.sends).toEqual(["Do c#1"]);
  });

  test("backward lets the effect be", () => {
    const saga = stuckBackward();
    expect(saga.skip("a")).toBeUndefined();
    expect(saga.step("a")).toMatchObject({ status: "SKIPPED", armed: false });
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("of an open pivot decides to go forward, and a cancel may still turn the saga round", () => {
    const saga = createSagaUnderTest(
      planOf([
        { name: "p", pivot: true },
        { name: "b", onFailure: "retry" },
      ]),
    );
    saga.answer("p", failed("unknown"));
    saga.skip("p");
    expect(saga.sends).toEqual(["Do b#1"]);
    saga.happen(cancel);
    expect(saga.state.status).toBe("COMPENSATING");
  });

  test("is refused in flight and once the step is over", () => {
    const saga = stuck();
    expect(saga.skip("b")).toBe("CALL_IN_FLIGHT");
    expect(saga.skip("a")).toBe("STEP_OVER");
  });
});

describe("resolve", () => {
  test("doApplied: the step is done, with the output that was given, and undone later", () => {
    const saga = stuck();
    saga.answer("b", failed("unknown"));
    expect(saga.resolve("b", "doApplied", '{"n":1}')).toBeUndefined();
    expect(saga.step("b")).toMatchObject({ status: "DONE", output: '{"n":1}', armed: true, unknown: false });
    expect(saga.sends).toEqual(["Do c#1"]);
  });

  test("doNotApplied: it has failed, nothing is left of it, and on_failure applies", () => {
    const compensates = stuck("compensate");
    compensates.answer("b", pending);
    expect(compensates.resolve("b", "doNotApplied")).toBeUndefined();
    expect(compensates.step("b")).toMatchObject({ status: "FAILED", armed: false, failure: { code: "NOT_APPLIED" } });
    expect(compensates.sends).toEqual(["Undo a#1"]);
    const suspends = stuck();
    suspends.answer("b", failed("unknown"));
    suspends.resolve("b", "doNotApplied");
    expect(suspends.state.status).toBe("SUSPENDED");
    expect(suspends.step("b")).toMatchObject({ status: "SUSPENDED", armed: false, unknown: false });
    suspends.retry("b");
    expect(suspends.sends).toEqual(["Do b#1"]);
  });

  test("of a pivot chooses the direction that could not be chosen", () => {
    const atPivot = () => {
      const saga = createSagaUnderTest(planOf([{ name: "a" }, { name: "p", pivot: true }]));
      saga.answer("a", done());
      saga.answer("p", failed("unknown"));
      return saga;
    };
    const forward = atPivot();
    forward.resolve("p", "doApplied");
    expect(forward.state.status).toBe("COMPLETED");
    const backward = atPivot();
    backward.resolve("p", "doNotApplied");
    expect(backward.sends).toEqual(["Undo a#1"]);
  });

  test("backward: undone is undone, not applied leaves nothing to undo, applied has it undone anew", () => {
    for (const resolution of ["undoApplied", "doNotApplied"] as const) {
      const saga = stuckBackward();
      expect(saga.resolve("a", resolution)).toBeUndefined();
      expect(saga.step("a")).toMatchObject({ status: "UNDONE", armed: false });
      expect(saga.state.status).toBe("COMPENSATED");
    }
    const saga = stuckBackward({ undoInput: ({ output }: { output(step: number): string }) => `[${output(0)}]` });
    saga.resolve("a", "doApplied", '{"n":2}');
    expect(saga.sends).toEqual(["Undo a#1"]);
    expect(saga.step("a").undoInput).toBe('[{"n":2}]');
  });

  test("is refused in flight, before the step began, and once it is over", () => {
    const saga = stuck();
    expect(saga.resolve("b", "doApplied")).toBe("CALL_IN_FLIGHT");
    expect(saga.resolve("c", "doNotApplied")).toBe("STEP_NOT_BEGUN");
    expect(saga.resolve("a", "undoApplied")).toBe("STEP_OVER");
  });
});
