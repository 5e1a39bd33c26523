import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Plan } from "../definition/types.ts";
import {
  HistoryEventSchema,
  SagaStatus,
  SagaView,
  StepResolution,
  WaitReason,
  type HistoryEvent as WireEvent,
} from "../gen/backstitch/v1/saga_pb.js";
import { callAt } from "../machine/calls.ts";
import type { HistoryEvent, StepEvent } from "../machine/effect.ts";
import type { Resolution } from "../machine/event.ts";
import { apply, draftOf } from "../machine/evolve.ts";
import { initialState } from "../machine/initial.ts";
import type { CallState } from "../machine/state.ts";
import type { HistoryBatch, SagaRecord } from "../store/store.ts";
import { failureToWire, payloadToWire } from "./wire-saga.ts";
import { timestampToWire } from "./wire-time.ts";

type WireKind = NonNullable<MessageInitShape<typeof HistoryEventSchema>["event"]>;
/** What only the machine needs to know. */
const hidden = ["signalTaken", "quietOver"] as const;

/** The events that callers see. Which step took a signal shows in the StepDone, or StepRejected, that follows. */
type Shown = Exclude<HistoryEvent, { kind: (typeof hidden)[number] }>;

/** How many events a history has for callers. */
export function countEvents(batches: readonly HistoryBatch[]): number {
  return batches.reduce((sum, { events }) => sum + events.filter(isShown).length, 0);
}

/**
 * The events of a history with the numbers `first` to `last`, which count from 1. The machine replays all of it
 * alongside: that tells the attempt and round of each event.
 */
export function historyToWire(
  batches: readonly HistoryBatch[],
  { header, state }: SagaRecord,
  plan: Plan,
  view: SagaView,
  { first, last }: { readonly first: number; readonly last: number },
): WireEvent[] {
  const { createdAt: now, input } = state;
  const draft = draftOf(
    initialState(plan, { input, sagaId: header.sagaId, deadlineMs: undefined, now, blocked: false }),
  );
  const translate = createTranslator(
    plan,
    view === SagaView.BRIEF,
    ({ step, item }) => callAt(draft.saga, { step, item })!,
  );
  const events: WireEvent[] = [];
  let number = 0;
  for (const batch of batches) {
    for (const entry of batch.events) {
      if (isShown(entry) && ++number >= first) {
        if (number > last) return events;
        const [sequence, time] = [BigInt(number), timestampToWire(batch.at)];
        events.push(create(HistoryEventSchema, { sequence, time, event: translate(entry) }));
      }
      apply(plan, draft, entry, batch.at);
    }
  }
  return events;
}

function isShown(entry: HistoryEvent): entry is Shown {
  return !(hidden as readonly string[]).includes(entry.kind);
}

function createTranslator(
  plan: Plan,
  brief: boolean,
  callBefore: (entry: StepEvent) => CallState,
): (entry: Shown) => WireKind {
  const nameOf = (step: number) => plan.steps[step]!.step.name;
  const payload = (text: string | undefined) => payloadToWire(text, brief);

  return (entry): WireKind => {
    switch (entry.kind) {
      case "sagaStarted":
        return { case: entry.kind, value: { definition: plan.definition.name, version: plan.version } };
      case "sagaResumed":
      case "deadlinePassed":
      case "recovered":
      case "lockGranted":
        return { case: entry.kind, value: {} };
      case "compensationStarted":
      case "sagaSuspended":
        return { case: entry.kind, value: { failure: failureToWire(entry.failure, brief) } };
      case "sagaFinished":
        return { case: entry.kind, value: { status: SagaStatus[entry.status], output: payload(entry.output) } };
      case "operatorActed": {
        const { verb, identity, reason, step, item } = entry;
        const where = step === undefined ? { item } : { item, step: nameOf(step) };
        return { case: entry.kind, value: { verb, identity, reason, ...where } };
      }
      case "signalReceived": {
        const { name, identity } = entry;
        return { case: entry.kind, value: { name, identity, payload: payload(entry.payload) } };
      }
      case "storeRolledBack":
        return { case: entry.kind, value: { until: timestampToWire(entry.until) } };
      case "goingBack": {
        const { step, to, failure } = entry;
        const value = { step: nameOf(step), to: nameOf(to), failure: failureToWire(failure, brief) };
        return { case: entry.kind, value };
      }
      case "roundStarted":
        return { case: entry.kind, value: { steps: entry.steps.map(nameOf) } };
      case "itemsListed":
        return { case: entry.kind, value: { step: nameOf(entry.step), count: entry.inputs.length } };
      default:
        return stepEvent(entry);
    }
  };

  function stepEvent(entry: StepEvent): WireKind {
    const { attempt, round } = callBefore(entry);
    const place = { step: nameOf(entry.step), item: entry.item };
    switch (entry.kind) {
      case "stepStarted":
      case "undoStarted":
        return { case: entry.kind, value: { ...place, attempt: entry.attempt, round } };
      case "stepDone":
        return { case: entry.kind, value: { ...place, attempt, output: payload(entry.output) } };
      case "stepUndone":
        return { case: entry.kind, value: { ...place, attempt } };
      case "stepRejected":
        return { case: entry.kind, value: { ...place, attempt, failure: failureToWire(entry.failure, brief) } };
      case "stepFailed":
      case "undoFailed": {
        const failure = failureToWire(entry.failure, brief);
        const nextAttemptAt = timestampToWire(entry.nextAttemptAt);
        return { case: entry.kind, value: { ...place, attempt, failure, nextAttemptAt } };
      }
      case "stepSuspended":
        return { case: entry.kind, value: { ...place, failure: failureToWire(entry.failure, brief) } };
      case "stepSkipped":
        return { case: entry.kind, value: { ...place, output: payload(entry.output) } };
      case "stepWaiting": {
        const value = { ...place, reason: WaitReason[entry.reason], until: timestampToWire(entry.until) };
        return { case: entry.kind, value };
      }
      case "stepResolved": {
        const value = { ...place, resolution: resolutions[entry.resolution], output: payload(entry.output) };
        return { case: entry.kind, value };
      }
      case "stepRetried":
        return { case: entry.kind, value: { ...place, input: payload(entry.input) } };
    }
  }
}

const resolutions = {
  doApplied: StepResolution.DO_APPLIED,
  doNotApplied: StepResolution.DO_NOT_APPLIED,
  undoApplied: StepResolution.UNDO_APPLIED,
} as const satisfies Record<Resolution, StepResolution>;
