import assert from "node:assert/strict";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Outcome, SagaEvent } from "../../../orchestrator/src/machine/event.ts";
import { isFinal } from "../../../orchestrator/src/machine/state.ts";
import { begin, initialState, replay, transition } from "../../../orchestrator/src/machine/transition.ts";
import { anyPlan, someMoves } from "./arbitraries.ts";
import {
  abandon,
  cancel,
  compensate,
  done,
  failed,
  held,
  pending,
  rejected,
  resume,
  START,
  signal,
  suspend,
} from "./saga-under-test.ts";
import { createSimulation, type Tally } from "./simulation.ts";

const RUNS = Number(process.env.BACKSTITCH_PROPERTY_RUNS ?? 15_000);
const mostlyFree = fc.integer({ min: 0, max: 19 }).map((n) => n === 0);
const TIMEOUT_MS = 60_000 + RUNS * 20;

test(
  "I1 to I4 and I6 to I8 hold at every step of random sagas in a random world",
  () => {
    const tally: Tally = new Map();
    fc.assert(
      fc.property(anyPlan, someMoves, mostlyFree, (plan, moves, blocked) => {
        const simulation = createSimulation(plan, tally, blocked);
        for (const move of moves) simulation.move(move);
        simulation.check();
      }),
      { numRuns: RUNS },
    );
    expectOften(tally, {
      COMPLETED: 0.1,
      COMPENSATED: 0.2,
      turned: 0.3,
      "turned with siblings in flight": 0.03,
      "turned while going back": 0.003,
      "suspended forward": 0.1,
      "suspended backward": 0.05,
      "pivot unknown": 0.05,
      "pivot suspended": 0.03,
      "turn delayed by the pivot": 0.02,
      "turn dropped at the pivot": 0.005,
      "crashed with calls in flight": 0.1,
      "lost writes": 0.05,
      "doubtful round": 0.05,
      "stale answer": 0.5,
      overdue: 0.01,
      deadlinePassed: 0.05,
      goingBack: 0.04,
      roundStarted: 0.03,
      itemsListed: 0.05,
      signalTaken: 0.01,
      stepUndone: 0.2,
      "stepUndone of an item": 0.03,
      "stepRetried of an item": 0.005,
      "waiting CHILD": 0.005,
      "waiting TIMER": 0.01,
      "resolve forward": 0.04,
      "resolve backward": 0.01,
      "retry forward": 0.05,
      "retry backward": 0.01,
      "skip forward": 0.04,
      "skip backward": 0.01,
      "suspend forward": 0.03,
      "resume forward": 0.01,
      "compensate forward": 0.03,
      "refused PAST_PIVOT": 0.05,
      "refused SAGA_FINAL": 0.5,
      "refused COMPLETION_REFUSED": 0.02,
      "refused STEP_NEEDS_DECISION": 0.02,
    });
  },
  TIMEOUT_MS,
);

test(
  "I5: from wherever a random saga stands, good answers, time, signals and what people say end it",
  () => {
    const tally: Tally = new Map();
    fc.assert(
      fc.property(anyPlan, someMoves, fc.nat(60), fc.nat(30), (plan, moves, length, how) => {
        const simulation = createSimulation(plan, tally);
        for (const move of moves.slice(0, length)) simulation.move(move);
        if (isFinal(simulation.state.status)) return;
        simulation.settle(how);
        const { status, direction } = simulation.state;
        assert.ok(isFinal(status), `I5: still ${status}`);
        simulation.count(`ended ${status} ${direction}`);
        simulation.world.arriveAll();
        if (status === "COMPENSATED") {
          for (const row of simulation.world.rows()) {
            const isLeft = plan.steps[row.step]!.sends?.undo && row.applied && !row.excused;
            assert.ok(!isLeft, `I1: a late Do of ${row.step} left an effect`);
          }
        }
        if (simulation.world.refusedLate > 0) simulation.count("late Do refused");
        simulation.check();
      }),
      { numRuns: RUNS },
    );
    expectOften(tally, {
      "ended COMPLETED forward": 0.1,
      "ended COMPENSATED backward": 0.1,
      "late Do refused": 0.01,
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
    const anyWhere = {
      step: fc.nat(5),
      item: fc.constantFrom(undefined, undefined, 0, 1, 7),
      direction: fc.constantFrom("forward" as const, "backward" as const),
      round: fc.constantFrom(0, 0, 0, 1),
    };
    const anyCompletion: fc.Arbitrary<SagaEvent> = fc.record({
      ...anyWhere,
      kind: fc.constantFrom("complete" as const, "heartbeat" as const),
      outcome: fc.constantFrom(done(), rejected, failed("unknown")),
    });
    const anyStepVerb: fc.Arbitrary<SagaEvent> = fc.record({
      ...anyWhere,
      kind: fc.constantFrom("retry" as const, "skip" as const, "resolve" as const),
      input: fc.constantFrom(undefined, '{"by":"hand"}'),
      output: fc.constantFrom(undefined, '{"by":"hand"}'),
      resolution: fc.constantFrom("doApplied" as const, "doNotApplied" as const, "undoApplied" as const),
      identity: fc.constant("ann"),
      reason: fc.constant(""),
      expectedRevision: fc.constant(undefined),
    });
    const anyEvent: fc.Arbitrary<SagaEvent> = fc.oneof(
      {
        arbitrary: fc.record({
          kind: fc.constant("answered" as const),
          ref: fc.record({ ...anyWhere, attempt: fc.constantFrom(0, 1, 1, 1, 2, 3) }),
          outcome: anyOutcome,
        }),
        weight: 20,
      },
      { arbitrary: fc.constantFrom<SagaEvent>({ kind: "woken" }, { kind: "recovered" }), weight: 4 },
      {
        arbitrary: fc.constantFrom<SagaEvent>(
          { kind: "quarantined", crashes: 3 },
          { kind: "rolledBack", since: START },
          { kind: "lockGranted" },
          signal("ready"),
          ...[cancel, compensate, suspend, resume, abandon],
        ),
        weight: 2,
      },
      { arbitrary: anyCompletion, weight: 2 },
      { arbitrary: anyStepVerb, weight: 4 },
    );
    const timed = fc.array(fc.tuple(anyEvent, fc.nat(400)), { maxLength: 40, size: "max" });
    let answered = 0;
    fc.assert(
      fc.property(anyPlan, timed, (plan, events) => {
        const start = { sagaId: "s-1", input: "{}", deadlineMs: undefined, blocked: false, now: START };
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
    expect(answered).toBeGreaterThan(RUNS / 10);
  },
  TIMEOUT_MS,
);

/** At least so many times a run, so that no property holds for want of cases. */
function expectOften(tally: Tally, shares: Readonly<Record<string, number>>): void {
  for (const [what, share] of Object.entries(shares)) {
    expect(tally.get(what) ?? 0, what).toBeGreaterThanOrEqual(Math.floor(share * RUNS));
  }
}
