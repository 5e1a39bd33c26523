import type { HistoryEvent } from "../../../orchestrator/src/machine/effect.ts";
import { pendingStep } from "../../../orchestrator/src/machine/initial.ts";
import type { SagaState, StepState } from "../../../orchestrator/src/machine/state.ts";
import type {
  Claimed,
  Commit,
  InboxItem,
  Lease,
  NewSaga,
  SagaHeader,
  Started,
  Store,
  Then,
} from "../../../orchestrator/src/store/store.ts";

/** 13 November 2026: creation times of test sagas count from here. */
export const EPOCH = 1_794_528_000_000;

export function headerOf(sagaId: string, changes: Partial<SagaHeader> = {}): SagaHeader {
  return {
    namespace: "default",
    sagaId,
    definition: "order",
    version: 1,
    labels: {},
    metadata: {},
    contentDigest: "digest",
    parent: undefined,
    lock: undefined,
    ...changes,
  };
}

export function runningState(changes: Partial<SagaState> = {}): SagaState {
  const createdAt = changes.createdAt ?? EPOCH;
  const first: StepState = {
    ...pendingStep,
    status: "RUNNING",
    attempt: 1,
    armed: true,
    input: '{"n":1}',
    startedAt: createdAt,
  };
  return {
    status: "RUNNING",
    direction: "forward",
    steps: [first, pendingStep, pendingStep],
    input: '{"customer":"ann"}',
    createdAt,
    deadlineAt: undefined,
    overdue: false,
    finishedAt: undefined,
    failure: undefined,
    suspension: undefined,
    turning: undefined,
    signals: [],
    quietUntil: undefined,
    blocked: false,
    output: undefined,
    seed: 7,
    ...changes,
  };
}

export function newSaga(sagaId: string, changes: Partial<NewSaga> = {}): NewSaga {
  const then: Then = { kind: "hold" };
  return {
    header: headerOf(sagaId),
    state: runningState(),
    history: [{ kind: "sagaStarted" }, { kind: "stepStarted", step: 0, attempt: 1, input: '{"n":1}' }],
    at: EPOCH,
    then,
    ...changes,
  };
}

export function newParked(sagaId: string, wakeAt: number | undefined): NewSaga {
  const then: Then = { kind: "park", wakeAt };
  return newSaga(sagaId, { then });
}

/** Step `index` is done and the next one runs. */
export function stepDone(before: SagaState, index: number, output = `{"out":${index}}`): SagaState {
  const at = before.createdAt + 10 * (index + 1);
  const steps = before.steps.map((step, i): StepState => {
    if (i === index) return { ...step, status: "DONE", output, finishedAt: at };
    if (i === index + 1)
      return { ...step, status: "RUNNING", attempt: 1, armed: true, input: before.input, startedAt: at };
    return step;
  });
  return { ...before, steps };
}

export function completed(before: SagaState): SagaState {
  return { ...before, status: "COMPLETED", finishedAt: before.createdAt + 50 };
}

export function commitOf(
  header: SagaHeader,
  before: SagaState,
  after: SagaState,
  changes: Partial<Commit> = {},
): Commit {
  const then: Then = { kind: "hold" };
  const nothing = { history: [], consumed: 0, results: [] };
  return { header, before, after, at: EPOCH + 10, survived: true, then, ...nothing, ...changes };
}

export const doneEvent: HistoryEvent = { kind: "stepDone", step: 0, output: '{"out":0}' };

export function cancel(requestId: string): InboxItem {
  return { requestId, command: { kind: "cancel", identity: "ann", reason: "changed my mind", expectedRevision: 3 } };
}

/** A saga that was started and whose lease is held. */
export interface Held {
  readonly lease: Lease;
  readonly header: SagaHeader;
  readonly state: SagaState;
}

export async function startHeld(store: Store, sagaId: string, changes: Partial<NewSaga> = {}): Promise<Held> {
  const saga = newSaga(sagaId, changes);
  const started = await store.start(saga);
  const lease = leaseOf(started);
  return { lease, header: saga.header, state: saga.state };
}

export async function startParked(store: Store, sagaId: string, wakeAt: number | undefined): Promise<SagaHeader> {
  const saga = newParked(sagaId, wakeAt);
  await store.start(saga);
  return saga.header;
}

export function leaseOf(started: Started): Lease {
  if (started.kind !== "started" || !started.lease) throw new Error(`not started with a lease but ${started.kind}`);
  return started.lease;
}

/** Receives one saga within a few seconds. */
export async function receiveOne(store: Store): Promise<Claimed> {
  const deadline = AbortSignal.timeout(10_000);
  while (!deadline.aborted) {
    const [claimed] = await store.receive(1, deadline);
    if (claimed) return claimed;
    // A closed store answers at once: without a turn of the event loop the deadline would never come.
    await new Promise(setImmediate);
  }
  throw new Error("no saga came");
}

/** Reclaims until one saga is had. */
export async function reclaimOne(store: Store): Promise<Claimed> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const [claimed] = await store.reclaim(10);
    if (claimed) return claimed;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("no saga was reclaimed");
}
