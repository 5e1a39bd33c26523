import type { Plan } from "../../../orchestrator/src/definition/types.ts";
import type { HistoryEvent } from "../../../orchestrator/src/machine/effect.ts";
import type { SagaEvent, SendRef } from "../../../orchestrator/src/machine/event.ts";
import { isFinal, type SagaState } from "../../../orchestrator/src/machine/state.ts";
import { begin, inFlight, initialState, transitionAll, wakeAt } from "../../../orchestrator/src/machine/transition.ts";
import type { Move } from "./arbitraries.ts";
import { checkReplay, checkTransition } from "./invariants.ts";
import { cancel, START } from "./saga-under-test.ts";
import { createWorld } from "./world.ts";

/** How often what happened: a property that meets nothing interesting proves nothing. */
export type Tally = Map<string, number>;

/** A saga and its participants, moved by moves; every transition is checked against the invariants. */
export function createSimulation(plan: Plan, tally: Tally) {
  const world = createWorld(plan.steps.length);
  const start = { sagaId: "s-1", input: "{}", deadlineMs: undefined, now: START };
  const batches: { at: number; events: readonly HistoryEvent[] }[] = [];
  const answers: (SagaEvent & { kind: "answered" })[] = [];
  let now = START;
  let live: SendRef[] = [];
  let state: SagaState = initialState(plan, start);
  accept(begin(plan, start), []);

  function count(what: string): void {
    tally.set(what, (tally.get(what) ?? 0) + 1);
  }

  function happen(...events: SagaEvent[]): void {
    const result = transitionAll(plan, state, events, now);
    for (const refusal of result.refusals) if (refusal) count(`refused ${refusal}`);
    accept(result, events);
  }

  function accept(after: ReturnType<typeof begin> | ReturnType<typeof transitionAll>, events: SagaEvent[]): void {
    const before = state;
    state = after.state;
    // A suspended saga that is cancelled does not wait for its Dos: they may still arrive.
    const awaited = inFlight(state);
    for (const ref of live.filter((ref) => !awaited.some((other) => sameRef(ref, other)))) world.lose(ref, 1);
    live = live.filter((ref) => awaited.some((other) => sameRef(ref, other)));
    live.push(...after.effects.map(({ ref }) => ref));
    if (after.history.length > 0) batches.push({ at: now, events: after.history });
    checkTransition({ plan, before, after, events, now, world, live });
    tallyTransition(before, after.history);
  }

  function tallyTransition(before: SagaState, history: readonly HistoryEvent[]): void {
    for (const event of history) count(event.kind === "sagaFinished" ? event.status : event.kind);
    if (before.direction !== state.direction) {
      count("turned");
      if (inFlight(before).length > 1) count("turned with siblings in flight");
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

  /** A send has one answer, so what comes twice names a send that is over. */
  function repeat(pick: number): SagaEvent[] | undefined {
    const stale = answers[pick % answers.length];
    if (stale === undefined || live.some((ref) => sameRef(ref, stale.ref))) return undefined;
    if (state.steps[stale.ref.step]!.wait?.reason === "COMPLETION") return undefined;
    count("stale answer");
    return [stale];
  }

  function complete(pick: number, how: number): SagaEvent[] | undefined {
    const completed = world.complete(pick, how);
    return completed && [{ kind: "answered", ...completed }];
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
      case "wake":
        return wake(how);
      case "crash":
        return crash(how);
      case "cancel":
        return [cancel];
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

  /** Lets everything go well from here, and a person cancel where that helps (I5). */
  function settle(): void {
    for (let rounds = 0; rounds < 200 && !isFinal(state.status); rounds++) {
      if (state.status === "SUSPENDED") {
        happen(cancel);
        if (state.status === "SUSPENDED") return;
      }
      const ref = live.shift();
      const completed = ref ? { ref, outcome: world.succeed(ref) } : world.complete(0, 1);
      if (completed) happen({ kind: "answered", ...completed });
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

function sameRef(a: SendRef, b: SendRef): boolean {
  return a.step === b.step && a.direction === b.direction && a.round === b.round && a.attempt === b.attempt;
}
