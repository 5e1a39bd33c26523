import assert from "node:assert/strict";
import type { Plan } from "../../../orchestrator/src/definition/types.ts";
import type { HistoryEvent } from "../../../orchestrator/src/machine/effect.ts";
import type { SagaEvent, SendRef } from "../../../orchestrator/src/machine/event.ts";
import { isFinal, type SagaState } from "../../../orchestrator/src/machine/state.ts";
import { begin, inFlight, initialState, transitionAll, wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import type { Move } from "./arbitraries.ts";
import { checkReplay, checkTransition } from "./invariants.ts";
import { createPerson, unitsOf } from "./people.ts";
import { abandon, cancel, compensate, resume, START, signal, suspend } from "./saga-under-test.ts";
import { createWorld } from "./world.ts";

/** How often what happened: a property that meets nothing interesting proves nothing. */
export type Tally = Map<string, number>;

interface Snapshot {
  readonly state: SagaState;
  readonly batches: number;
}

/** A saga, its participants and its people, moved by moves; every transition is checked against the invariants. */
export function createSimulation(plan: Plan, tally: Tally, blocked = false) {
  const world = createWorld(plan);
  const person = createPerson(plan, world);
  const start = { sagaId: "s-1", input: "{}", deadlineMs: undefined, blocked, now: START };
  const answers: (SagaEvent & { kind: "answered" })[] = [];
  const said = new Set<number>();
  let batches: { at: number; events: readonly HistoryEvent[] }[] = [];
  let snapshots: Snapshot[] = [];
  let now = START;
  let isDoubted = false;
  let live: SendRef[] = [];
  let state: SagaState = initialState(plan, start);
  accept(begin(plan, start), []);

  function count(what: string): void {
    tally.set(what, (tally.get(what) ?? 0) + 1);
  }

  function happen(...events: SagaEvent[]): readonly unknown[] {
    const before = state;
    const result = transitionAll(plan, state, events, now);
    for (const [i, refusal] of result.refusals.entries()) {
      const event = events[i]!;
      if (refusal) count(`refused ${refusal}`);
      else if ("identity" in event) {
        count(`${event.kind} ${before.direction}`);
        person.accepted(event, before);
        if (event.kind === "skip" || event.kind === "resolve") said.add(event.step);
      }
    }
    accept(result, events);
    return result.refusals;
  }

  function accept(after: ReturnType<typeof begin> | ReturnType<typeof transitionAll>, events: SagaEvent[]): void {
    const before = state;
    state = after.state;
    // A suspended saga that is cancelled does not wait for its Dos, nor one that was abandoned for anything.
    const awaited = inFlight(state);
    const completed = events.flatMap((event) => (event.kind === "complete" ? [event] : []));
    for (const ref of live.filter((ref) => !awaited.some((other) => sameRef(ref, other)))) {
      if (!completed.some((event) => event.step === ref.step && event.item === ref.item)) world.lose(ref, 1);
    }
    live = live.filter((ref) => awaited.some((other) => sameRef(ref, other)));
    live.push(...after.effects.map(({ ref }) => ref));
    if (after.history.length > 0) {
      batches.push({ at: now, events: after.history });
      snapshots.push({ state, batches: batches.length });
    }
    checkTransition({ plan, before, after, events, now, world, live, isSaid: (step) => said.has(step), isDoubted });
    tallyTransition(before, after.history);
  }

  function tallyTransition(before: SagaState, history: readonly HistoryEvent[]): void {
    for (const event of history) {
      count(event.kind === "sagaFinished" ? event.status : event.kind);
      if ("item" in event && event.item !== undefined) count(`${event.kind} of an item`);
      if (event.kind === "stepWaiting") count(`waiting ${event.reason}`);
      if (event.kind === "roundStarted" && state.direction === "backward") count("doubtful round");
    }
    if (before.direction !== state.direction) {
      count("turned");
      if (inFlight(before).length > 1) count("turned with siblings in flight");
      if (before.steps.some(({ reverting }) => reverting)) count("turned while going back");
    }
    if (before.status !== state.status && state.status === "SUSPENDED") count(`suspended ${state.direction}`);
    if (before.turning === undefined && state.turning && state.status === "RUNNING") count("turn delayed by the pivot");
    if (before.turning && state.status === "RUNNING" && !state.turning) count("turn dropped at the pivot");
    if (plan.pivot !== undefined && before !== state) {
      const { status, unknown } = state.steps[plan.pivot]!;
      if (unknown && status === "WAITING") count("pivot unknown");
      if (unknown && status === "SUSPENDED") count("pivot suspended");
    }
    if (state.overdue && !before.overdue) count("overdue");
  }

  /** Ends a live call and gives the answer its sender gets. */
  function answerOf(pick: number, how: number): SagaEvent & { kind: "answered" } {
    const [ref] = live.splice(pick % live.length, 1);
    const answered = { kind: "answered", ref: ref!, outcome: world.answer(ref!, how) } as const;
    if (answered.outcome.kind !== "held") answers.push(answered);
    return answered;
  }

  function wake(how: number): SagaEvent[] {
    const at = wakeAt(state);
    now = Math.max(now, how % 3 === 0 || at === undefined ? now + (how % 200) : at);
    return [{ kind: "woken" }];
  }

  function crash(how: number): SagaEvent[] {
    if (live.length > 0) count("crashed with calls in flight");
    for (const [i, ref] of live.splice(0).entries()) world.lose(ref, how + i);
    return how % 5 === 0 ? [cancel, { kind: "recovered" }, { kind: "woken" }] : [{ kind: "recovered" }];
  }

  /** The store forgets what came after a moment of the past; the world does not. */
  function rollBack(pick: number, how: number): SagaEvent[] {
    crash(how);
    const [kept] = snapshots.slice(pick % snapshots.length);
    snapshots = snapshots.slice(0, (pick % snapshots.length) + 1);
    if (kept === undefined || isFinal(kept.state.status)) return [{ kind: "recovered" }];
    if (kept.state !== state) count("lost writes");
    state = kept.state;
    isDoubted = true;
    batches = batches.slice(0, kept.batches);
    answers.length = 0;
    for (const row of world.rows()) {
      // More rounds than can be foreseen are not known to anyone: a person may begin any number.
      if (row.round > lastForeseen(plan, state, row.step)) world.excuse(row);
      // Nor what a person did by hand: it counts as if it had never been.
      if (said.has(row.step)) world.excuse(row);
    }
    return [{ kind: "rolledBack", since: now }, { kind: "recovered" }, { kind: "woken" }];
  }

  /** A send has one answer, so what comes twice names a send that is over. */
  function repeat(pick: number): SagaEvent[] | undefined {
    const stale = answers[pick % answers.length];
    if (stale === undefined || live.some((ref) => sameRef(ref, stale.ref))) return undefined;
    const { step, item } = stale.ref;
    const call = item === undefined ? state.steps[step] : state.steps[step]!.items?.[item];
    if (call?.wait?.reason === "COMPLETION" || call?.wait?.reason === "CHILD") return undefined;
    count("stale answer");
    return [stale];
  }

  function complete(pick: number, how: number): SagaEvent[] | undefined {
    const completed = world.complete(pick, how);
    return completed && [completed];
  }

  function heartbeat(pick: number): SagaEvent[] | undefined {
    const working = world.working();
    const work = working[pick % working.length];
    if (work === undefined) return undefined;
    const { step, item, round, direction } = work;
    return [{ kind: "heartbeat", step, item, round, direction }];
  }

  function signalOf(pick: number, how: number): SagaEvent {
    const payload = ["{}", "{}", '{"no":true,"code":"AGAIN"}', '{"other":1}'][how % 4]!;
    return signal(pick % 2 ? "ready" : "ok", payload);
  }

  function stepVerb(pick: number, how: number): SagaEvent {
    const units = unitsOf(state);
    // Mostly of those that wait for a person.
    const stuck = units.filter(({ call }) => ["SUSPENDED", "WAITING"].includes(call.status));
    const among = stuck.length > 0 && how % 8 > 0 ? stuck : units;
    return person.act(among[pick % among.length]!, how);
  }

  function eventsOf({ kind, pick, how }: Move): SagaEvent[] | undefined {
    switch (kind) {
      case "answer":
        return live.length > 0 ? [answerOf(pick, how)] : undefined;
      case "answerTwo":
        return live.length > 1 ? [answerOf(pick, how), answerOf(how, pick)] : undefined;
      case "late":
        world.arrive(pick);
        return [];
      case "complete":
        return complete(pick, how);
      case "heartbeat":
        return heartbeat(pick);
      case "signal":
        return [signalOf(pick, how)];
      case "wake":
        return wake(how);
      case "crash":
        return crash(how);
      case "rollBack":
        return rollBack(pick, how);
      case "cancel":
        return [cancel];
      case "compensate":
        return [compensate];
      case "suspend":
        return [suspend];
      case "resume":
        return [resume];
      case "abandon":
        return [abandon];
      case "unblock":
        return [{ kind: "lockGranted" }];
      case "step":
        return [stepVerb(pick, how)];
      case "stale":
        return repeat(pick);
      case "quarantine":
        return [{ kind: "quarantined", crashes: 5 }];
    }
  }

  function move(next: Move): void {
    now += next.pick % 7;
    happen(...(eventsOf(next) ?? wake(next.how)));
  }

  /** People see to a saga that is suspended: one of them finds something that can be done. */
  function help(how: number): void {
    if (how % 7 === 0) happen(cancel);
    if (state.status !== "SUSPENDED") return;
    if (happen(resume)[0] === undefined) return;
    for (const unit of unitsOf(state)) {
      for (let i = 0; i < 6 && state.status === "SUSPENDED"; i++) {
        if (happen(person.act(unit, how + i))[0] === undefined) return;
      }
    }
    assert.notEqual(state.status, "SUSPENDED", "I5: nothing that a person can say moves this saga");
  }

  /** Lets everything go well from here, and people decide where they must (I5). */
  function settle(how: number): void {
    if (state.blocked) happen({ kind: "lockGranted" });
    for (let rounds = 0; rounds < 400 && !isFinal(state.status); rounds++) {
      if (state.status === "SUSPENDED") help(how + rounds);
      if (isFinal(state.status)) return;
      const ref = live.shift();
      const completed = ref ? undefined : world.complete(0, 1);
      const waits = unitsOf(state).find(({ call }) => call.wait?.reason === "SIGNAL");
      if (ref) happen({ kind: "answered", ref, outcome: world.succeed(ref) });
      else if (completed) happen(completed);
      else if (waits) happen(signal((plan.steps[waits.step]!.step as { signal: string }).signal));
      else happen(...wake(1));
    }
  }

  return {
    move,
    settle,
    /** At the end: the history tells the whole state (I6). */
    check: () => checkReplay(plan, initialState(plan, start), batches, state),
    count,
    world,
    get state() {
      return state;
    },
  };
}

/** The last round that a step may have come to without a person, or with one retry of theirs. */
function lastForeseen(plan: Plan, state: SagaState, index: number): number {
  const { round, items, status, reverting, doubtfulRounds } = state.steps[index]!;
  const last = Math.max(round, ...(items ?? []).map((item) => item.round));
  const ways = plan.steps.filter(({ goBack }) => goBack?.span.includes(index));
  const returns = ways.map((from) => from.goBack!.times - state.steps[from.index]!.returns).reduce((a, b) => a + b, 0);
  const again = reverting || !["PENDING", "DONE"].includes(status) ? 1 : 0;
  return Math.max(round + doubtfulRounds, state.direction === "forward" ? last + returns + again : last);
}

function sameRef(a: SendRef, b: SendRef): boolean {
  return (
    a.step === b.step &&
    a.item === b.item &&
    a.direction === b.direction &&
    a.round === b.round &&
    a.attempt === b.attempt
  );
}
