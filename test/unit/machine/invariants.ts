import assert from "node:assert/strict";
import type { Plan } from "../../../orchestrator/src/definition/types.ts";
import type { Effect, HistoryEvent } from "../../../orchestrator/src/machine/effect.ts";
import type { SagaEvent, SendRef } from "../../../orchestrator/src/machine/event.ts";
import { isFinal, type SagaState } from "../../../orchestrator/src/machine/state.ts";
import { inFlight, replay, transition, wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import type { World } from "./world.ts";

interface Checked {
  readonly plan: Plan;
  readonly before: SagaState;
  readonly after: {
    readonly state: SagaState;
    readonly effects: readonly Effect[];
    readonly history: readonly HistoryEvent[];
  };
  readonly events: readonly SagaEvent[];
  readonly now: number;
  readonly world: World;
  /** Calls that will be answered. */
  readonly live: readonly SendRef[];
}

/** Everything that must hold after every transition. */
export function checkTransition(checked: Checked): void {
  const { before, after } = checked;
  checkSends(checked);
  checkMemory(checked);
  checkDirection(checked);
  checkClock(checked);
  if (after.history.length === 0) assert.equal(after.state, before, "nothing happened, so nothing may change");
  if (isFinal(after.state.status)) checkFinal(checked);
  else checkAlive(checked);
}

function checkSends({ plan, after, world, live }: Checked): void {
  const { state, effects } = after;
  if (effects.length > 0)
    assert.ok(state.status === "RUNNING" || state.status === "COMPENSATING", "sent while at rest");
  assert.equal(new Set(live.map((ref) => JSON.stringify(ref))).size, live.length, "sent again what is in flight");
  for (const { ref } of effects) {
    assert.deepEqual(
      ref,
      inFlight(state).find(({ step }) => step === ref.step),
      "sent what is not awaited",
    );
    if (ref.direction === "forward") {
      assert.equal(state.direction, "forward", `I3: Do ${ref.step} sent while going back`);
      continue;
    }
    for (const step of allAfter(plan, ref.step)) {
      const isClear = !state.steps[step]!.armed && state.steps[step]!.status !== "RUNNING";
      assert.ok(isClear, `I2: Undo of ${ref.step} before that of ${step}`);
      if (plan.steps[step]!.step.undo) assert.ok(!world.isApplied(step), `I2: the effect of ${step} is still there`);
    }
  }
}

function checkMemory({ plan, before, after, world, live }: Checked): void {
  const touched = new Set(after.history.map((event) => ("step" in event ? event.step : undefined)));
  const sweeping = after.history.some(({ kind }) => kind === "recovered" || kind === "compensationStarted");
  for (const { index, step: definition } of plan.steps) {
    const [was, is] = [before.steps[index]!, after.state.steps[index]!];
    if (!touched.has(index) && !sweeping) assert.equal(is, was, "an untouched step keeps its identity");
    if (was.output !== undefined) assert.equal(is.output, was.output, "I4: an outcome was lost");
    if (was.status === "DONE")
      assert.ok(["DONE", "UNDOING", "SUSPENDED"].includes(is.status), "I4: a DONE step was undone unasked");
    if (was.unknown) assert.ok(is.unknown, "I4: an unknown outcome was forgotten");
    if (is.input !== was.input) assert.equal(was.input, undefined, "an input was evaluated twice");
    if (definition.undo && !is.armed)
      assert.ok(!world.mayHaveEffect(index, live), `I4: unarmed step ${index} has an effect`);
  }
}

function checkDirection({ plan, before, after, events }: Checked): void {
  const turned = before.direction === "forward" && after.state.direction === "backward";
  if (before.direction === "backward")
    assert.equal(after.state.direction, "backward", "compensation is not taken back");
  if (!turned || plan.pivot === undefined) return;
  const pivot = before.steps[plan.pivot]!;
  assert.notEqual(pivot.status, "DONE", "went back past the pivot");
  const byPerson = before.status === "SUSPENDED" && events.some(({ kind }) => kind === "cancel");
  if (!byPerson) assert.ok(!after.state.steps[plan.pivot]!.unknown, "went back on a guess about the pivot");
}

/** `wakeAt` is exact: nothing is due before, something is then. */
function checkClock({ plan, after: { state }, events, now }: Checked): void {
  const at = wakeAt(state);
  if (at !== undefined) {
    if (at > now) assert.equal(transition(plan, state, { kind: "woken" }, at - 1).state, state, "woke too early");
    assert.notEqual(transition(plan, state, { kind: "woken" }, at).state, state, "woke for nothing");
  } else {
    assert.equal(transition(plan, state, { kind: "woken" }, now + 1e9).state, state, "would never have woken");
  }
  if (events.some(({ kind }) => kind === "woken") && at !== undefined) assert.ok(at > now, "something due was left");
}

function checkAlive({ after: { state }, live, events }: Checked): void {
  if (state.status === "SUSPENDED") return;
  const isMoving = state.steps.some(({ wait }) => wait?.reason === "COMPLETION") || wakeAt(state) !== undefined;
  assert.ok(isMoving || live.length > 0, "I5: nothing will ever move this saga");
  if (!events.some(({ kind }) => kind === "answered")) return;
  assert.equal(live.length, inFlight(state).length, "I5: a step awaits an answer that nobody will give");
}

function checkFinal({ plan, after: { state }, world }: Checked): void {
  assert.equal(inFlight(state).length, 0, "I1: final with calls in flight");
  assert.ok(state.finishedAt !== undefined && state.turning === undefined);
  for (const { index, step } of plan.steps) {
    const { status, armed } = state.steps[index]!;
    assert.ok(!["WAITING", "SUSPENDED"].includes(status), `I1: final with step ${index} ${status}`);
    if (state.status === "COMPENSATED") {
      assert.ok(!armed, `I1: step ${index} is still armed`);
      if (step.undo) assert.ok(!world.isApplied(index), `I1: the effect of ${index} is still there`);
    } else if (status === "DONE") assert.ok(world.isApplied(index), `I1: step ${index} was not done`);
    else if (status === "SKIPPED") assert.ok(!world.isApplied(index), `I1: skipped step ${index} was done`);
    else assert.equal(step.onFailure, "continue", `I1: completed with step ${index} ${status}`);
  }
}

/** I6. */
export function checkReplay(
  plan: Plan,
  initial: SagaState,
  batches: Parameters<typeof replay>[2],
  state: SagaState,
): void {
  assert.deepEqual(replay(plan, initial, batches), state, "I6: the history tells another story");
}

function allAfter(plan: Plan, step: number, found = new Set<number>()): Set<number> {
  for (const next of plan.steps[step]!.before) {
    if (found.has(next)) continue;
    found.add(next);
    allAfter(plan, next, found);
  }
  return found;
}
