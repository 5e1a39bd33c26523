import { describe, expect, test } from "vitest";
import { layersOf, planOf, type StepSketch } from "./plans.ts";
import {
  cancel,
  createSagaUnderTest,
  done,
  failed,
  pending,
  rejected,
  rejectedWith,
  signal,
} from "./saga-under-test.ts";

const ride = (other: Partial<StepSketch> = {}) =>
  planOf([{ name: "x" }, { name: "match" }, { name: "hold" }, { name: "ride", goBack: { to: "match" }, ...other }]);
const atRide = (plan = ride()) => {
  const saga = createSagaUnderTest(plan);
  for (const name of ["x", "match", "hold"]) saga.answer(name, done());
  return saga;
};

describe("going back", () => {
  test("undoes what lies between in reverse and does it anew in the next round; what comes before stays", () => {
    const saga = atRide();
    saga.answer("ride", rejected);
    expect(saga.state).toMatchObject({ status: "RUNNING", direction: "forward", turning: undefined });
    expect(saga.sends).toEqual(["Undo hold#1"]);
    saga.answer("hold", done());
    expect(saga.sends).toEqual(["Undo match#1"]);
    saga.answer("match", done());
    expect(saga.sends).toEqual(["Do match@1#1"]);
    saga.answer("match", done());
    saga.answer("hold", done());
    expect(saga.sends).toEqual(["Do ride@1#1"]);
    saga.answer("ride", done());
    expect(saga.state.status).toBe("COMPLETED");
    expect(saga.step("x")).toMatchObject({ round: 0, status: "DONE" });
  });

  test("happens as often as the definition says, and then on_failure applies", () => {
    const saga = atRide(ride({ goBack: { to: "hold", times: 2 } }));
    for (let round = 1; round <= 2; round++) {
      saga.answer("ride", rejected);
      saga.answer("hold", done());
      saga.answer("hold", done());
      expect(saga.sends).toEqual([`Do ride@${round}#1`]);
    }
    expect(saga.step("ride").returns).toBe(2);
    saga.answer("ride", rejected);
    expect(saga.state.status).toBe("COMPENSATING");
  });

  test("only for the codes that it names", () => {
    const goBack = { to: "match", codes: ["DRIVER_CANCELLED"] };
    const other = atRide(ride({ goBack }));
    other.answer("ride", rejected);
    expect(other.state.status).toBe("COMPENSATING");
    const saga = atRide(ride({ goBack }));
    saga.answer("ride", rejectedWith("DRIVER_CANCELLED"));
    expect(saga.state.status).toBe("RUNNING");
  });

  test("comes before continue, suspend and retry alike", () => {
    for (const onFailure of ["continue", "suspend", "retry"] as const) {
      const saga = atRide(ride({ onFailure }));
      saga.answer("ride", rejected);
      expect(saga.sends).toEqual(["Undo hold#1"]);
    }
  });

  test("a step that failed with an unknown effect is undone itself first", () => {
    const saga = atRide();
    saga.answer("ride", failed("unknown"));
    expect(saga.sends).toEqual(["Undo ride#1"]);
  });

  test("an await that waited in vain goes back, also where it would go on waiting after that", () => {
    for (const onFailure of ["compensate", "retry"] as const) {
      const plan = planOf([
        { name: "a" },
        { name: "b", await: "ok", timeoutMs: 50, onFailure, goBack: { to: "a", times: 1 } },
      ]);
      const saga = createSagaUnderTest(plan);
      saga.answer("a", done());
      saga.wakeAfter(50);
      expect(saga.sends).toEqual(["Undo a#1"]);
      saga.answer("a", done());
      saga.answer("a", done());
      saga.wakeAfter(50);
      expect(saga.state.status).toBe(onFailure === "retry" ? "RUNNING" : "COMPENSATING");
    }
  });

  test("steps that lie between and are in flight settle first, and are not tried again; other branches go on", () => {
    const plan = planOf([
      { name: "a" },
      { name: "b", after: ["a"], maxAttempts: 5 },
      { name: "c", after: ["a"], goBack: { to: "a" } },
      { name: "other", after: [] },
      { name: "next", after: ["other"] },
    ]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done());
    saga.answer("c", rejected);
    expect(saga.sends).toEqual([]);
    saga.answer("other", done());
    expect(saga.sends).toEqual(["Do next#1"]);
    saga.answer("b", failed("unknown"));
    expect(saga.sends).toEqual(["Undo b#1"]);
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Undo a#1"]);
  });

  test("what was accepted for later is undone at once, and its completion is refused", () => {
    const plan = planOf([{ name: "a" }, { name: "b" }, { name: "c", after: ["a"], goBack: { to: "a" } }]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done());
    saga.answer("b", pending);
    saga.answer("c", rejected);
    expect(saga.sends).toEqual(["Undo b#1"]);
    expect(saga.complete("b", done(), { direction: "forward" })).toBe("COMPLETION_REFUSED");
  });

  test("two that overlap are undone together, each step once, and begin anew from the earlier place", () => {
    const plan = planOf([
      { name: "a" },
      { name: "b", after: ["a"] },
      { name: "c", after: ["b"], goBack: { to: "b" } },
      { name: "d", after: ["a"], goBack: { to: "a" } },
    ]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done());
    saga.answer("b", done());
    saga.answer("c", rejected);
    expect(saga.sends).toEqual(["Undo b#1"]);
    saga.answer("d", rejected);
    expect(saga.sends).toEqual([]);
    saga.answer("b", done());
    expect(saga.sends).toEqual(["Undo a#1"]);
    saga.answer("a", done());
    expect(saga.sends).toEqual(["Do a@1#1"]);
    saga.answer("a", done());
    expect(saga.sends).toEqual(["Do b@1#1", "Do d@1#1"]);
  });

  test("a cancel meanwhile turns the saga round, and what was being undone goes on", () => {
    const saga = atRide();
    saga.answer("ride", rejected);
    saga.happen(cancel);
    expect(saga.state.status).toBe("COMPENSATING");
    expect(saga.sends).toEqual([]);
    saga.answer("hold", done());
    saga.answer("match", done());
    saga.answer("x", done());
    expect(saga.state.status).toBe("COMPENSATED");
    expect(saga.step("match").round).toBe(0);
  });

  test("an Undo that fails for good waits for a person, who may let it be", () => {
    const saga = atRide();
    saga.answer("ride", rejected);
    saga.answer("hold", rejected);
    expect(saga.state).toMatchObject({ status: "SUSPENDED", direction: "forward" });
    expect(saga.skip("hold")).toBeUndefined();
    expect(saga.sends).toEqual(["Undo match#1"]);
  });

  test("a crash sends no Do again that is to be undone", () => {
    const plan = planOf([{ name: "a" }, { name: "b", after: ["a"] }, { name: "c", after: ["a"], goBack: { to: "a" } }]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done());
    saga.answer("c", rejected);
    saga.happen({ kind: "recovered" });
    expect(saga.sends).toEqual(["Undo b#1"]);
  });

  test("a Do that starts together with a step that sends the saga back is not sent if it turns round at once", () => {
    const plan = planOf([
      { name: "a", onFailure: "continue", when: "fault" },
      { name: "b", input: "fault", goBack: { to: "a", times: 1 } },
      { name: "c", after: [] },
    ]);
    const saga = createSagaUnderTest(plan);
    expect(saga.sends).toEqual([]);
    expect(saga.state.status).toBe("COMPENSATED");
  });

  test("signals that were kept are there for the next round", () => {
    const plan = planOf([{ name: "a" }, { name: "b", await: "ok" }, { name: "c", goBack: { to: "b", times: 1 } }]);
    const saga = createSagaUnderTest(plan);
    saga.answer("a", done());
    saga.happen(signal("ok", '{"n":1}'));
    saga.happen(signal("ok", '{"n":2}'));
    saga.answer("c", rejected);
    expect(saga.step("b")).toMatchObject({ round: 1, output: '{"n":2}' });
    expect(saga.sends).toEqual(["Do c@1#1"]);
  });

  test("looks at each step before and after the place once, however many ways lead to it", () => {
    const layers = layersOf(49, { when: false });
    for (const place of [24, 48]) {
      const to = `l${place}`;
      const isPlace = ({ name }: StepSketch) => name === to || name === `r${place}`;
      const sketches = layers.map((sketch) => (isPlace(sketch) ? { ...sketch, when: undefined } : sketch));
      const back = { name: "back", after: [to], goBack: { to, times: 1 } };
      const saga = createSagaUnderTest(planOf([...sketches, back]));
      saga.answer(to, done());
      saga.answer("back", rejected);
      saga.answer(to, done());
      expect(saga.sends).toEqual([`Do ${to}@1#1`]);
    }
  });
});
