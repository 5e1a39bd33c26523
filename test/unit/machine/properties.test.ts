import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Outcome, SagaEvent } from "../../../orchestrator/src/machine/event.ts";
import { isFinal } from "../../../orchestrator/src/machine/state.ts";
import { begin, initialState, replay, transition } from "../../../orchestrator/src/machine/transition.ts";
import { anyPlan, someMoves } from "./arbitraries.ts";
import { cancel, done, failed, held, pending, rejected, START } from "./saga-under-test.ts";
import { createSimulation, type Tally } from "./simulation.ts";

const RUNS = Number(process.env.BACKSTITCH_PROPERTY_RUNS ?? 20_000);
const TIMEOUT_MS = 60_000 + RUNS * 20;

test(
  "I1 to I4 and I6 hold at every step of random sagas in a random world",
  () => {
    const tally: Tally = new Map();
    fc.assert(
      fc.property(anyPlan, someMoves, (plan, moves) => {
        const simulation = createSimulation(plan, tally);
        for (const move of moves) simulation.move(move);
        simulation.check();
      }),
      { numRuns: RUNS },
    );
    expectOften(tally, {
      COMPLETED: 0.2,
      COMPENSATED: 0.15,
      turned: 0.2,
      "turned with siblings in flight": 0.03,
      "suspended forward": 0.08,
      "suspended backward": 0.03,
      "pivot unknown": 0.02,
      "pivot suspended": 0.01,
      "turn delayed by the pivot": 0.02,
      "turn dropped at the pivot": 0.01,
      "crashed with calls in flight": 0.1,
      "stale answer": 0.5,
      "refused PAST_PIVOT": 0.03,
      "refused SAGA_FINAL": 0.1,
      overdue: 0.02,
      deadlinePassed: 0.05,
      stepSkipped: 0.1,
      stepUndone: 0.15,
    });
  },
  TIMEOUT_MS,
);

test(
  "I5: from wherever a random saga stands, good answers and at most a cancel end it, or a person must decide",
  () => {
    const tally: Tally = new Map();
    fc.assert(
      fc.property(anyPlan, someMoves, fc.nat(60), (plan, moves, length) => {
        const simulation = createSimulation(plan, tally);
        for (const move of moves.slice(0, length)) simulation.move(move);
        if (isFinal(simulation.state.status)) return;
        simulation.settle();
        const { status, direction } = simulation.state;
        assert.ok(isFinal(status) || status === "SUSPENDED", `I5: still ${status}`);
        simulation.count(`ended ${status} ${direction}`);
        simulation.world.arriveAll();
        if (status === "COMPENSATED") {
          for (const { index, step } of plan.steps) {
            assert.ok(!step.undo || !simulation.world.isApplied(index), `I1: a late Do of ${index} left an effect`);
          }
        }
        if (simulation.world.refusedLate > 0) simulation.count("late Do refused");
        simulation.check();
      }),
      { numRuns: RUNS },
    );
    expectOften(tally, {
      "ended COMPLETED forward": 0.06,
      "ended COMPENSATED backward": 0.04,
      "ended SUSPENDED backward": 0.03,
      "ended SUSPENDED forward": 0.04,
      "late Do refused": 0.008,
    });
  },
  TIMEOUT_MS,
);

test(
  "I4 and I6: no event makes any sense of its own, none throws, and the same events give the same state and history",
  () => {
    const anyOutcome = fc.constantFrom<Outcome>(
      ...[done(), rejected, pending, held(), failed("none"), failed("unknown"), failed("unknown", { retry: false })],
    );
    const anyEvent: fc.Arbitrary<SagaEvent> = fc.oneof(
      {
        arbitrary: fc.record({
          kind: fc.constant("answered" as const),
          ref: fc.record({
            step: fc.nat(8),
            direction: fc.constantFrom("forward" as const, "backward" as const),
            round: fc.constantFrom(0, 0, 0, 1),
            attempt: fc.constantFrom(0, 1, 1, 1, 2, 3),
          }),
          outcome: anyOutcome,
        }),
        weight: 20,
      },
      { arbitrary: fc.constantFrom<SagaEvent>({ kind: "woken" }, { kind: "recovered" }), weight: 4 },
      { arbitrary: fc.constantFrom<SagaEvent>({ kind: "quarantined", crashes: 3 }, cancel), weight: 1 },
    );
    const timed = fc.array(fc.tuple(anyEvent, fc.nat(400)), { maxLength: 40, size: "max" });
    let answered = 0;
    fc.assert(
      fc.property(anyPlan, timed, (plan, events) => {
        const start = { sagaId: "s-1", input: "{}", deadlineMs: undefined, now: START };
        const run = () => {
          let now = START;
          let { state, history } = begin(plan, start);
          const batches = [{ at: now, events: history }];
          for (const [event, ms] of events) {
            now += ms;
            ({ state, history } = transition(plan, state, event, now));
            batches.push({ at: now, events: history });
            if (event.kind === "answered" && history.length > 0) answered += 1;
          }
          return { state, batches };
        };
        const first = run();
        assert.deepEqual(run(), first, "I6: the same events, another state");
        assert.deepEqual(replay(plan, initialState(plan, start), first.batches), first.state, "I6: replayed otherwise");
      }),
      { numRuns: RUNS },
    );
    expect(answered).toBeGreaterThan(RUNS / 2);
  },
  TIMEOUT_MS,
);

/** At least so many times a run, so that no property holds for want of cases. */
function expectOften(tally: Tally, shares: Readonly<Record<string, number>>): void {
  for (const [what, share] of Object.entries(shares)) {
    expect(tally.get(what) ?? 0, what).toBeGreaterThanOrEqual(Math.floor(share * RUNS));
  }
}
