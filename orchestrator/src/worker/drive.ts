import { monotonicMs } from "../clock.ts";
import { type CompletionTokens, createCompletionTokens } from "../completion-token.ts";
import type { Plan } from "../definition/types.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import type { Effect, HistoryEvent } from "../machine/effect.ts";
import type { Outcome, SagaEvent, SendRef } from "../machine/event.ts";
import { isFinal, type SagaState } from "../machine/state.ts";
import { inFlight, transitionAll, wakeAt } from "../machine/transition.ts";
import type { Committed, InboxItem, Lease, RequestResult, SagaHeader, Store, Then } from "../store/store.ts";
import type { Children } from "./children.ts";
import { commandOf } from "./command.ts";
import { crashPoint } from "./crash-points.ts";

/** A wake-up nearer than this is waited for in memory: parking and waking again would take about as long. */
const HOLD_MS = 25;
/** A saga that waits for its lock asks for it so often: its turn is told to it, and this is for where that was lost. */
const LOCK_POLL_MS = 30_000;
/** One that waits for a child looks at it after half of the time that it has waited, within these bounds: for the same reason. */
const FIRST_LOOK_MS = 10_000;
const LAST_LOOK_MS = 3_600_000;

/** A saga that this process owns and drives. */
export interface Driven {
  readonly lease: Lease;
  readonly header: SagaHeader;
  readonly plan: Plan;
  /** The state of the last commit. */
  state: SagaState;
  revision: number;
  /** What came and is not committed yet. */
  events: SagaEvent[];
  inbox: InboxItem[];
  /** A commit is under way; it looks at `events` and `inbox` again when it ends. */
  committing: boolean;
  /** Settles when a commit shows that its owner survived it, or when it is gone. */
  readonly survived: PromiseWithResolvers<void>;
  /** When the store last said that the lease is held, on the monotonic clock. */
  leasedAt: number;
  /** When it wants a `woken` event, on the store's clock; only while it is held. */
  wakeAt: number | undefined;
  /** Lost, parked or finished: nothing may be done for it any more. */
  gone: boolean;
}

export type Departure = "parked" | "finished" | "lost" | "released" | "failed";

export interface DriveDeps {
  readonly store: Store;
  readonly dispatcher: Pick<Dispatcher, "send">;
  /** Steps that run other sagas go there in place of the dispatcher. */
  readonly children: Pick<Children, "send">;
  readonly leaseMs: number;
  readonly retentionMs: number;
  /** No new calls: sagas are handed over at their next commit. */
  readonly draining: () => boolean;
  /** A call ended: for the log. */
  readonly onAnswer: (saga: Driven, ref: SendRef, outcome: Outcome) => void;
  /** A commit was made: for metrics, the log and what follows from an end. */
  readonly onCommit: (saga: Driven, before: SagaState, made: CommitMade) => void;
  /** It is no longer driven here. */
  readonly onGone: (saga: Driven, why: Departure, cause?: unknown) => void;
  /** It set its wakeAt. */
  readonly onSleep: (saga: Driven) => void;
}

/** What a commit recorded. */
export interface CommitMade {
  readonly history: readonly HistoryEvent[];
  /** The commands that it applied, and the answers to them at the same places. */
  readonly inbox: readonly InboxItem[];
  readonly results: readonly RequestResult[];
}

/**
 * Drives sagas: folds what came into the state, commits, and only then sends the calls the commit recorded.
 * One commit at a time for a saga; what comes meanwhile goes into the next.
 */
export function createDrive(deps: DriveDeps) {
  const { store, dispatcher, children } = deps;
  // The secret is known only once the store is open.
  let tokens: CompletionTokens | undefined;

  function advance(saga: Driven): void {
    if (saga.committing || saga.gone) return;
    saga.committing = true;
    advanceUntilQuiet(saga).catch((thrown) => leave(saga, "failed", thrown));
  }

  async function advanceUntilQuiet(saga: Driven): Promise<void> {
    do {
      const step = fold(saga, store.now());
      const then = thenOf(saga.plan, step.state, step.at);
      if (step.idle && then.kind === "hold") {
        // Woken a moment early: the store's clock is estimated here. What is left is waited for in memory.
        sleep(saga);
        break;
      }
      if (!(await commitStep(saga, step, then))) return;
    } while (saga.events.length > 0 || saga.inbox.length > 0);
    saga.committing = false;
  }

  /** Gives whether the saga is still driven here. */
  async function commitStep(saga: Driven, step: Folded, then: Then): Promise<boolean> {
    const before = saga.state;
    const askedAt = monotonicMs();
    // Recording that it was taken over shows nothing: what killed its last owner may come with the sends that follow.
    const survived = then.kind !== "hold" || step.events.some(({ kind }) => kind === "answered");
    crashPoint("before-commit", saga.header.sagaId);
    const answer: Committed = await store.commit(saga.lease, {
      header: saga.header,
      before,
      after: step.state,
      history: step.history,
      at: step.at,
      consumed: step.inbox.length,
      results: step.results.filter((_, i) => isAskedFor(step.inbox[i]!)),
      survived,
      then,
    });
    if (answer.kind === "fenced") {
      leave(saga, "lost");
      // Where only the store's answer was lost, nobody else has it: then it is handed over at once.
      await store.release(saga.lease);
      return false;
    }
    if (answer.kind === "mail") {
      // Nothing was written: fold the same events again, this time with the mail.
      saga.events = [...step.events, ...saga.events];
      saga.inbox = [...answer.inbox];
      return true;
    }
    crashPoint("after-commit", saga.header.sagaId);
    saga.state = step.state;
    saga.revision = answer.revision;
    saga.inbox = [...answer.inbox];
    if (survived) saga.survived.resolve();
    deps.onCommit(saga, before, step);
    if (then.kind === "finish") leave(saga, "finished");
    else if (then.kind === "park") leave(saga, "parked");
    if (saga.gone) return false;
    sleep(saga);
    return send(saga, step.effects, askedAt);
  }

  /** Sends the calls of a commit that was asked for at `askedAt`. Gives whether the saga is still driven here. */
  async function send(saga: Driven, effects: readonly Effect[], askedAt: number): Promise<boolean> {
    if (effects.length === 0) return true;
    if (deps.draining()) {
      await release(saga);
      return false;
    }
    // The process may have been stopped since it asked: then others may have the saga, and only the store knows.
    if (monotonicMs() - askedAt > deps.leaseMs / 2) {
      const [lease] = await store.renew([saga.lease]);
      if (!lease?.held) {
        leave(saga, "lost");
        return false;
      }
    }
    for (const { ref } of effects) sendOne(saga, ref);
    return true;
  }

  function sendOne(saga: Driven, ref: SendRef): void {
    const { header, plan, state } = saga;
    crashPoint("before-send", header.sagaId);
    const done = (outcome: Outcome) => {
      crashPoint("after-answer", header.sagaId);
      deps.onAnswer(saga, ref, outcome);
      saga.events.push({ kind: "answered", ref, outcome });
      advance(saga);
    };
    if (plan.steps[ref.step]!.step.kind === "saga") {
      children.send(saga, ref, done);
      return;
    }
    tokens ??= createCompletionTokens(store.secret);
    dispatcher.send(commandOf(header, plan, state, ref, tokens), done);
  }

  function sleep(saga: Driven): void {
    const at = wakeAt(saga.state);
    if (at === saga.wakeAt) return;
    saga.wakeAt = at;
    if (at !== undefined) deps.onSleep(saga);
  }

  async function release(saga: Driven): Promise<void> {
    if (saga.gone) return;
    leave(saga, "released");
    await store.release(saga.lease);
  }

  function leave(saga: Driven, why: Departure, cause?: unknown): void {
    if (saga.gone) return;
    saga.gone = true;
    saga.wakeAt = undefined;
    saga.survived.resolve();
    deps.onGone(saga, why, cause);
  }

  /** What becomes of the lease with a commit of this state. */
  function thenOf(plan: Plan, state: SagaState, at: number): Then {
    if (isFinal(state.status)) {
      const retention = plan.definition.retentionMs ?? deps.retentionMs;
      return { kind: "finish", retainUntil: (state.finishedAt ?? at) + retention };
    }
    if (inFlight(state).length > 0) return { kind: "hold" };
    const due = wakeAt(state);
    if (due !== undefined && due <= at + HOLD_MS && !deps.draining()) return { kind: "hold" };
    const look = lookAt(state, at);
    return { kind: "park", wakeAt: look === undefined ? due : Math.min(look, due ?? look) };
  }

  return {
    advance,
    release,
    thenOf,
    /** Sends the first calls of a saga that was just started under this lease. */
    begin(saga: Driven, effects: readonly Effect[], askedAt: number): void {
      sleep(saga);
      send(saga, effects, askedAt).catch((thrown) => leave(saga, "failed", thrown));
    },
    /** Another owner has it. */
    lose(saga: Driven): void {
      leave(saga, "lost");
    },
  };
}

interface Folded {
  readonly at: number;
  readonly state: SagaState;
  readonly effects: readonly Effect[];
  readonly history: readonly HistoryEvent[];
  readonly events: readonly SagaEvent[];
  readonly inbox: readonly InboxItem[];
  readonly results: readonly RequestResult[];
  /** Nothing to write. */
  readonly idle: boolean;
}

/**
 * Takes what came out of the saga's queues and applies it to its state: what a claim found out first, as the saga may not
 * be what it seems; then the inbox, as people wait for it.
 */
function fold(saga: Driven, at: number): Folded {
  const { events, inbox } = saga;
  saga.events = [];
  saga.inbox = [];
  const outdated = (item: InboxItem) =>
    item.command.expectedRevision !== undefined && item.command.expectedRevision !== saga.revision;
  const asked = inbox.filter((item) => !outdated(item));
  const found = asked.length === 0 ? 0 : events.filter(isFoundOut).length;
  const all =
    asked.length === 0
      ? events
      : [...events.slice(0, found), ...asked.map((item) => item.command), ...events.slice(found)];
  const { state, effects, history, refusals } = transitionAll(saga.plan, saga.state, all, at);
  const results: RequestResult[] = inbox.map((item) => ({
    requestId: item.requestId,
    refusal: outdated(item) ? "REVISION_MISMATCH" : refusals[found + asked.indexOf(item)],
  }));
  return { at, state, effects, history, events, inbox, results, idle: state === saga.state && inbox.length === 0 };
}

/** Of some nobody asks what became of them: the last results that are kept are for those who do. */
function isAskedFor({ command }: InboxItem): boolean {
  return command.kind !== "heartbeat" && command.kind !== "lockGranted";
}

/** A claim puts these before all other events. */
function isFoundOut({ kind }: SagaEvent): boolean {
  return kind === "rolledBack" || kind === "quarantined" || kind === "recovered";
}

/** When a saga that waits for another looks for itself; undefined: it waits for none. */
function lookAt({ status, blocked, steps }: SagaState, at: number): number | undefined {
  if (status !== "RUNNING" && status !== "COMPENSATING") return undefined;
  if (blocked) return at + LOCK_POLL_MS;
  const waits = steps.flatMap(({ wait, startedAt = at }) => (wait?.reason === "CHILD" ? [at - startedAt] : []));
  if (waits.length === 0) return undefined;
  return at + Math.min(Math.max(Math.min(...waits) / 2, FIRST_LOOK_MS), LAST_LOOK_MS);
}
