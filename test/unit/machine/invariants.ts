import assert from "node:assert/strict";
import type { Plan } from "../../../orchestrator/src/definition/types.ts";
import type { Effect, HistoryEvent } from "../../../orchestrator/src/machine/effect.ts";
import type { SagaEvent, SendRef } from "../../../orchestrator/src/machine/event.ts";
import { isFinal, type SagaState } from "../../../orchestrator/src/machine/state.ts";
import { inFlight, replay, transition, wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import { unitsOf } from "./people.ts";
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
  /** Steps and items by whose present effect a person said something, which may upset an order that was begun. */
  readonly isSaid: (step: number) => boolean;
  /** The store lost writes at some time. */
  readonly isDoubted: boolean;
}

/** Everything that must hold after every transition. */
export function checkTransition(checked: Checked): void {
  const { before, after } = checked;
  checkSends(checked);
  checkArmed(checked);
  checkMemory(checked);
  checkRounds(checked);
  checkDirection(checked);
  checkClock(checked);
  checkResumed(checked);
  if (after.history.length === 0) assert.equal(after.state, before, "nothing happened, so nothing may change");
  if (isFinal(after.state.status)) checkFinal(checked);
  else checkAlive(checked);
}

function checkSends({ plan, before, after, world, live, isSaid, isDoubted, events }: Checked): void {
  const { state, effects } = after;
  const isAwake = state.status === "RUNNING" || state.status === "COMPENSATING";
  if (effects.length > 0) assert.ok(isAwake, "sent while at rest");
  assert.equal(new Set(live.map((ref) => JSON.stringify(ref))).size, live.length, "sent again what is in flight");
  assert.ok(!state.blocked || effects.length === 0 || state.direction === "backward", "sent while blocked");
  for (const { ref } of effects) {
    const { step, item, direction, round } = ref;
    const awaited = inFlight(state).find((other) => other.step === step && other.item === item);
    assert.deepEqual(ref, awaited, "sent what is not awaited");
    const found = state.steps[step]!;
    if (direction === "forward") {
      assert.equal(state.direction, "forward", `I3: Do ${step} sent while going back`);
      assert.ok(!found.reverting, `I3: Do ${step} sent while it reverts`);
      for (const row of world.rows()) {
        if (row.step !== step || row.item !== item || row.round >= round || row.excused) continue;
        if (!plan.steps[step]!.sends?.undo) continue;
        assert.ok(
          !world.mayHaveEffect(row, []),
          `I7: Do ${step}#${item}@${round} while round ${row.round} has an effect`,
        );
      }
      continue;
    }
    if (state.direction === "forward" && !found.reverting) continue;
    if (events.some(({ kind }) => kind === "recovered")) continue;
    // It was begun in its order, while it reverted; then the saga turned round, and later steps are undone once more.
    if (isDoubted && isUndoBegun(before, ref)) continue;
    for (const later of allAfter(plan, step)) {
      if (isSaid(later)) continue;
      const { armed, status } = state.steps[later]!;
      const isDoing = inFlight(state).some((other) => other.step === later && other.direction === "forward");
      assert.ok(!armed && !isDoing, `I2: Undo of ${step} before that of ${later}, which is ${status}`);
      for (const row of world.rows()) {
        if (row.step !== later || row.excused || !plan.steps[later]!.sends?.undo) continue;
        if (state.direction === "forward" && row.round > state.steps[later]!.round) continue;
        assert.ok(!row.applied, `I2: Undo of ${step} while the effect of ${later}#${row.item}@${row.round} is there`);
      }
    }
  }
}

function isUndoBegun(state: SagaState, { step, item }: SendRef): boolean {
  return unitsOf(state).some(
    ({ call, ...unit }) =>
      unit.step === step && unit.item === item && call.status === "WAITING" && call.direction === "backward",
  );
}

/** Whatever may have an effect is armed: an effect that the record does not know of is never undone. */
function checkArmed({ plan, after: { state }, world, live }: Checked): void {
  if (isFinal(state.status)) return;
  for (const row of world.rows()) {
    const step = state.steps[row.step]!;
    if (row.excused || !plan.steps[row.step]!.sends?.undo) continue;
    const call = row.item === undefined ? step : (step.items?.[row.item] ?? step);
    if (call.armed && call.round === row.round) continue;
    // Not known, but foreseen: it is undone if the saga turns round.
    if (row.round > call.round && row.round <= call.round + step.doubtfulRounds) continue;
    assert.ok(
      !world.mayHaveEffect(row, live),
      `I4: ${row.step}#${row.item}@${row.round} may have an effect and is not armed in round ${call.round}`,
    );
  }
}

function checkMemory({ plan, before, after, events }: Checked): void {
  const { history, state } = after;
  const sweeping: HistoryEvent["kind"][] = [
    "recovered",
    "compensationStarted",
    "sagaResumed",
    "goingBack",
    "roundStarted",
    "storeRolledBack",
    "stepRetried",
  ];
  const isSweeping = history.some(({ kind }) => sweeping.includes(kind));
  const isPersonal = events.some((event) => "identity" in event && event.kind !== "signal");
  const touched = new Set(history.map((event) => ("step" in event ? event.step : undefined)));
  for (const [i, was] of before.steps.entries()) {
    if (!touched.has(i) && !isSweeping) assert.equal(state.steps[i], was, "an untouched step keeps its identity");
  }
  const after_ = unitsOf(state);
  for (const { step, item, call: was } of unitsOf(before)) {
    const is = after_.find((unit) => unit.step === step && unit.item === item)?.call;
    if (is === undefined || is.round !== was.round) continue;
    if (isPersonal || history.some(({ kind }) => kind === "storeRolledBack")) continue;
    const isDefinite = history.some(
      (event) =>
        event.kind === "stepRejected" &&
        (event.failure.code === "UNDONE" || plan.steps[event.step]!.step.kind === "saga"),
    );
    if (was.output !== undefined && was.status === "DONE")
      assert.equal(is.output, was.output, "I4: an outcome was lost");
    if (was.status === "DONE") {
      const may = ["DONE", "UNDOING", "SUSPENDED", "UNDONE"];
      assert.ok(may.includes(is.status), `I4: a DONE step became ${is.status} unasked`);
    }
    if (was.unknown && !isDefinite) assert.ok(is.unknown, "I4: an unknown outcome was forgotten");
    if (is.input !== was.input) assert.equal(was.input, undefined, "an input was evaluated twice");
  }
}

/** I7. */
function checkRounds({ plan, before, after: { state, history }, world }: Checked): void {
  for (const event of history) {
    if (event.kind !== "roundStarted") continue;
    for (const step of event.steps) {
      if (!plan.steps[step]!.sends?.undo) continue;
      for (const row of world.rows()) {
        const isOlder = row.step === step && !row.excused && row.round < state.steps[step]!.round;
        if (isOlder) assert.ok(!world.mayHaveEffect(row, []), `I7: step ${step} begins anew with an effect of before`);
      }
    }
  }
  for (const { step, item, call: was } of unitsOf(before)) {
    const is = unitsOf(state).find((unit) => unit.step === step && unit.item === item)?.call;
    if (is !== undefined) assert.ok(is.round >= was.round, "a round came again");
  }
}

function checkDirection({ plan, before, after, events }: Checked): void {
  const turned = before.direction === "forward" && after.state.direction === "backward";
  if (before.direction === "backward")
    assert.equal(after.state.direction, "backward", "compensation is not taken back");
  if (!turned || plan.pivot === undefined) return;
  const pivot = before.steps[plan.pivot]!;
  const settled = after.state.steps[plan.pivot]!;
  assert.ok(pivot.status !== "DONE" || settled.failure?.code === "UNDONE", "went back past the pivot");
  const byPerson =
    before.status === "SUSPENDED" && events.some(({ kind }) => ["cancel", "skip", "resolve", "retry"].includes(kind));
  // A further round of it, which may have been lost, decides nothing: it is undone with the rest.
  const isGuess =
    settled.round === pivot.round && settled.unknown && settled.status !== "PENDING" && settled.status !== "SKIPPED";
  // A pivot that reverts, or is asked for with another input, was given up by a person.
  const isGivenUp = pivot.reverting || events.some((event) => event.kind === "retry" && event.step === plan.pivot);
  if (!byPerson && !isGivenUp)
    assert.ok(!isGuess || settled.direction === "backward", "went back on a guess about the pivot");
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

/** I8: what was left of every time when the saga was suspended is left when it goes on. */
function checkResumed({ before, after: { state, history }, now }: Checked): void {
  const at = history.findIndex(({ kind }) => kind === "sagaResumed");
  if (at < 0 || before.suspension === undefined) return;
  const { since } = before.suspension;
  if (before.deadlineAt !== undefined) assert.equal(state.deadlineAt! - now, before.deadlineAt - since, "I8: deadline");
  const touched = new Set(history.map((event) => ("step" in event ? event.step : undefined)));
  if (history.some(({ kind }) => ["compensationStarted", "roundStarted", "goingBack"].includes(kind))) return;
  for (const { step, item, call: was } of unitsOf(before)) {
    const is = unitsOf(state).find((unit) => unit.step === step && unit.item === item)?.call;
    if (touched.has(step) || state.steps[step]!.reverting || was.wait?.until === undefined) continue;
    assert.equal(is!.wait!.until! - now, was.wait.until - since, "I8: a wait lost time");
  }
}

function checkAlive({ after: { state }, live, events }: Checked): void {
  if (state.status === "SUSPENDED") {
    assert.ok(state.suspension !== undefined);
    return;
  }
  assert.equal(state.suspension, undefined);
  const isMoving =
    state.blocked ||
    wakeAt(state) !== undefined ||
    unitsOf(state).some(
      ({ call }) => call.wait !== undefined && ["COMPLETION", "SIGNAL", "CHILD"].includes(call.wait.reason),
    );
  assert.ok(isMoving || live.length > 0, "I5: nothing will ever move this saga");
  if (!events.some(({ kind }) => kind === "answered")) return;
  assert.equal(live.length, inFlight(state).length, "I5: a step awaits an answer that nobody will give");
}

function checkFinal({ plan, after: { state }, world }: Checked): void {
  assert.equal(inFlight(state).length, 0, "I1: final with calls in flight");
  assert.ok(state.finishedAt !== undefined && state.turning === undefined && state.suspension === undefined);
  if (state.status === "ABANDONED") return;
  for (const { step, item, call } of unitsOf(state)) {
    const at = `${step}#${item}`;
    assert.ok(
      !["WAITING", "SUSPENDED", "RUNNING", "UNDOING"].includes(call.status),
      `I1: final with ${at} ${call.status}`,
    );
    if (state.status === "COMPENSATED") assert.ok(!call.armed, `I1: ${at} is still armed`);
  }
  for (const row of world.rows()) {
    if (row.excused || !plan.steps[row.step]!.sends?.undo) continue;
    const { step, item, round } = row;
    const at = `${step}#${item}@${round}`;
    const found = state.steps[step]!;
    if (state.status === "COMPENSATED") assert.ok(!row.applied, `I1: the effect of ${at} is still there`);
    else if (round < (item === undefined ? found : (found.items?.[item] ?? found)).round)
      assert.ok(!row.applied, `I1: the effect of ${at}, an older round, is still there`);
  }
  if (state.status !== "COMPLETED") return;
  for (const { index, step, sends } of plan.steps) {
    const { status, items } = state.steps[index]!;
    if (status !== "DONE" && status !== "SKIPPED") {
      assert.equal(step.onFailure, "continue", `I1: completed with step ${index} ${status}`);
    }
    if (status !== "DONE" || sends === undefined) continue;
    const calls = items?.map((call, item) => ({ item, call })) ?? [{ item: undefined, call: state.steps[index]! }];
    for (const { item, call } of step.kind === "for_each" && items === undefined ? [] : calls) {
      const { applied, excused } = world.rowOf({ step: index, item, round: call.round });
      if (call.status === "DONE") assert.ok(applied || excused, `I1: ${index}#${item} was not done`);
    }
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
