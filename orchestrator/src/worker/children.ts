import { hash } from "node:crypto";
import { limits } from "../definition/limits.ts";
import type { Plan, SagaStep } from "../definition/types.ts";
import { childIdOf } from "../effect-id.ts";
import { BackstitchError } from "../errors.ts";
import { callAt } from "../machine/calls.ts";
import type { Completion, Outcome, SendRef, Verb } from "../machine/event.ts";
import { isFinal, type SagaState } from "../machine/state.ts";
import { begin, transition } from "../machine/transition.ts";
import type { SagaHeader, SagaKey, SagaRecord, Started, Store, Then } from "../store/store.ts";
import { endingOf, failed, pastPivot, takenBack, undone } from "./child-outcome.ts";
import { crashPoint } from "./crash-points.ts";
import type { SagaToStart } from "./start.ts";

/** Not done for a reason that passes by itself: asked again after so long, without using up an attempt. */
const HELD_MS = 2_000;
/** A child that becomes final just as it is asked is looked at again. */
const LOOKS = 3;
/** By which a child knows that it was asked to be compensated before. */
const UNDO_REQUEST = "backstitch:undo";

/** A saga with a step that runs another: what a call of its participant would be made from. */
export interface Parent {
  readonly header: SagaHeader;
  readonly plan: Plan;
  readonly state: SagaState;
}

export interface Children {
  /** Does or undoes a `saga` step: what the dispatcher is to a call. Never rejects. */
  send(parent: Parent, ref: SendRef, done: (outcome: Outcome) => void): void;
  /** How the child of a step that waits for it has ended; undefined: it has not, or that cannot be found out now. */
  look(parent: Parent, ref: SendRef): Promise<Outcome | undefined>;
  /**
   * Tells the saga that runs this one how it ended, or that it refused to be compensated. Where this is lost the parent
   * finds out by itself: it looks at its child after a while.
   */
  tellParent(child: SagaHeader, state: SagaState, refused: boolean): Promise<void>;
}

/**
 * Runs sagas as steps of others. A child has an id that follows from its parent, step and round, so that a repeated Do
 * finds the child of the first; and an Undo that finds none records one that is compensated, so that a late Do does.
 */
export function createChildren(deps: {
  readonly store: Pick<Store, "start" | "get" | "append" | "result" | "now">;
  /** `version` undefined: the latest. Rejects with DEFINITION_NOT_FOUND. */
  readonly planOf: (namespace: string, definition: string, version: number | undefined) => Plan | Promise<Plan>;
  readonly start: (saga: SagaToStart) => Promise<Started>;
  readonly thenOf: (plan: Plan, state: SagaState, at: number) => Then;
}): Children {
  const { store } = deps;

  /** `isAsked`: the child may be there already, and is looked for first. */
  async function doStep(parent: Parent, ref: SendRef, isAsked: boolean): Promise<Outcome> {
    const key = childKey(parent, ref);
    const record = isAsked ? await store.get(key) : undefined;
    if (record) return isChild(record, parent, ref) ? standing(record) : idInUse(key);
    if (depthBelow(parent) > limits.sagaDepth) return tooDeep;
    const plan = await planOf(parent, ref);
    const input = callAt(parent.state, ref)!.input ?? "{}";
    const started = await deps.start({ header: headerOf(parent, ref, plan), plan, input, deadlineMs: undefined });
    switch (started.kind) {
      case "started":
      case "existing":
        return standing(started.record);
      case "conflict":
        return idInUse(key);
      case "full":
        return held;
    }
  }

  /** What a Do finds. */
  async function standing({ header, state }: SagaRecord): Promise<Outcome> {
    return (await endingOfDo(header, state)) ?? pending;
  }

  async function endingOfDo(header: SagaHeader, state: SagaState): Promise<Completion["outcome"] | undefined> {
    // Only a parent whose record is older than what it did asks for what it has undone: it has to turn round.
    return (await isTakenBack(header, state)) ? takenBack(header.sagaId) : endingOf("forward", header.sagaId, state);
  }

  async function isTakenBack(header: SagaHeader, state: SagaState): Promise<boolean> {
    if (state.status !== "COMPENSATED") return false;
    if (state.blocked && header.lock === undefined) return true;
    const result = await store.result(header, UNDO_REQUEST);
    return result !== undefined && result.refusal === undefined;
  }

  async function undoStep(parent: Parent, ref: SendRef): Promise<Outcome> {
    const key = childKey(parent, ref);
    let answered = false;
    for (let look = 0; look < LOOKS; look++) {
      const record = await store.get(key);
      if (record === undefined) {
        const buried = await bury(parent, ref);
        if (buried) return buried;
        continue;
      }
      // Whoever else has the id: this step never started a saga.
      if (!isChild(record, parent, ref)) return undone;
      const ended = endingOf("backward", key.sagaId, record.state);
      if (ended) return ended;
      // It accepted while its pivot was open, which then turned out to be done.
      if (answered && record.state.status === "COMPLETED") return pastPivot(key.sagaId);
      const appended = await store.append(key, { requestId: UNDO_REQUEST, command: compensationBy(parent, ref) });
      if (appended.kind === "appended") return pending;
      if (appended.kind !== "answered") continue;
      if (appended.refusal === "PAST_PIVOT") return pastPivot(key.sagaId);
      if (record.state.status !== "COMPLETED") return pending;
      answered = true;
    }
    return failed("unknown", true, "ABORTED", `child saga '${key.sagaId}' changed while it was asked`);
  }

  /** Records the child as compensated without having run. undefined: it is there after all. */
  async function bury(parent: Parent, ref: SendRef): Promise<Outcome | undefined> {
    const plan = await planOf(parent, ref);
    const header = headerOf(parent, ref, plan);
    const at = store.now();
    const input = callAt(parent.state, ref)!.input ?? "{}";
    const first = begin(plan, { sagaId: header.sagaId, input, deadlineMs: undefined, now: at, blocked: true });
    const last = transition(plan, first.state, compensationBy(parent, ref), at);
    const then = deps.thenOf(plan, last.state, at);
    const history = [...first.history, ...last.history];
    const started = await store.start({ header, state: last.state, history, at, then });
    if (started.kind === "full") return held;
    return started.kind === "started" ? undone : undefined;
  }

  function planOf({ header, plan }: Parent, ref: SendRef): Plan | Promise<Plan> {
    const step = stepOf(plan, ref);
    return deps.planOf(header.namespace, step.definition, step.version);
  }

  async function outcomeOf(parent: Parent, ref: SendRef, isAsked: boolean): Promise<Outcome> {
    try {
      crashPoint("before-child", parent.header.sagaId);
      const outcome = await (ref.direction === "forward" ? doStep(parent, ref, isAsked) : undoStep(parent, ref));
      crashPoint("after-child", parent.header.sagaId);
      return outcome;
    } catch (thrown) {
      return outcomeOfError(BackstitchError.from(thrown), ref);
    }
  }

  return {
    send: (parent, ref, done) => void outcomeOf(parent, ref, ref.attempt > 1).then(done),
    async look(parent, ref) {
      // Asking again is looking: a child is started, and asked to be compensated, once.
      const outcome = await outcomeOf(parent, ref, true);
      const isOpen = outcome.kind === "pending" || outcome.kind === "held";
      return isOpen || (outcome.kind === "failed" && outcome.retry) ? undefined : outcome;
    },
    async tellParent(header, state, refused) {
      const { namespace, sagaId, parent } = header;
      if (parent === undefined) return;
      const key = { namespace, sagaId: parent.sagaId };
      const record = await store.get(key);
      if (record === undefined || isFinal(record.state.status)) return;
      const { step, round } = parent;
      const waiting = record.state.steps[step];
      if (waiting === undefined || waiting.round !== round) return;
      const { direction } = waiting;
      const outcome =
        direction === "forward"
          ? await endingOfDo(header, state)
          : refused
            ? pastPivot(sagaId)
            : endingOf(direction, sagaId, state);
      if (outcome === undefined) return;
      await store.append(key, {
        requestId: `backstitch:child:${step}:${round}:${direction}:${outcome.kind}`,
        command: { kind: "complete", step, item: undefined, direction, round, outcome },
      });
    },
  };
}

const pending: Outcome = { kind: "pending" };
const held: Outcome = { kind: "held", retryAfterMs: HELD_MS };

function idInUse({ sagaId }: SagaKey): Outcome {
  return failed("none", false, "SAGA_ID_IN_USE", `saga '${sagaId}' exists and is not a child of this step`);
}

/** What keeps a child from being started, or asked. */
function outcomeOfError({ code, message }: BackstitchError, { direction }: SendRef): Outcome {
  switch (code) {
    case "DEFINITION_NOT_FOUND":
      // What has no definition was never started.
      return direction === "forward" ? failed("none", false, code, message) : undone;
    case "LOCKED":
      return { kind: "rejected", failure: { kind: "REJECTED", code, message } };
    case "INVALID_REQUEST":
      return failed("none", false, code, message);
    case "STOPPING":
    case "OVERLOADED":
      return held;
    default:
      return failed("unknown", true, code, message);
  }
}

const tooDeep = failed("none", false, "TOO_DEEP", `more than ${limits.sagaDepth} sagas run one another`);

function depthBelow({ header }: Parent): number {
  return (header.parent?.depth ?? 0) + 1;
}

function stepOf(plan: Plan, ref: SendRef): SagaStep {
  return plan.steps[ref.step]!.step as SagaStep;
}

function childKey({ header, plan }: Parent, ref: SendRef): SagaKey {
  return { namespace: header.namespace, sagaId: childIdOf(header.sagaId, stepOf(plan, ref).name, ref.round) };
}

function headerOf(parent: Parent, ref: SendRef, plan: Plan): SagaHeader {
  const { namespace, sagaId, metadata } = parent.header;
  return {
    ...childKey(parent, ref),
    definition: plan.definition.name,
    version: plan.version,
    labels: plan.definition.labels,
    metadata,
    // Its parent and place are its content: a repeat is the same whatever the latest version is by then.
    contentDigest: hash("sha256", JSON.stringify([namespace, sagaId, ref.step, ref.round]), "base64url"),
    parent: {
      sagaId,
      step: ref.step,
      stepName: stepOf(parent.plan, ref).name,
      round: ref.round,
      depth: depthBelow(parent),
    },
    lock: undefined,
  };
}

function isChild({ header: { parent } }: SagaRecord, { header }: Parent, ref: SendRef): boolean {
  return parent?.sagaId === header.sagaId && parent.step === ref.step && parent.round === ref.round;
}

function compensationBy({ header, plan }: Parent, ref: SendRef): Verb {
  return {
    kind: "compensate",
    identity: `saga ${header.sagaId}`,
    reason: `its step '${stepOf(plan, ref).name}' is undone`,
    expectedRevision: undefined,
  };
}
