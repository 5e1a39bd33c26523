import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Plan } from "../definition/types.ts";
import {
  DeadlinePassedSchema,
  HistoryEventSchema,
  RecoveredSchema,
  SagaResumedSchema,
  SagaStatus,
  SagaView,
  WaitReason,
  type HistoryEvent as WireEvent,
} from "../gen/backstitch/v1/saga_pb.js";
import type { HistoryEvent } from "../machine/effect.ts";
import type { HistoryBatch, SagaHeader } from "../store/store.ts";
import { failureToWire, payloadToWire } from "./wire-saga.ts";
import { timestampToWire } from "./wire-time.ts";

type WireKind = MessageInitShape<typeof HistoryEventSchema>["event"];

/**
 * A saga's history as numbered wire events. Attempts and rounds, which the kept entries say only where a call
 * begins, are carried forward.
 */
export function historyToWire(
  batches: readonly HistoryBatch[],
  header: SagaHeader,
  plan: Plan,
  view: SagaView,
): WireEvent[] {
  const toKind = createTranslator(header, plan, view === SagaView.BRIEF);
  const events: WireEvent[] = [];
  for (const batch of batches) {
    for (const entry of batch.events) {
      const event = toKind(entry);
      const sequence = BigInt(events.length + 1);
      events.push(create(HistoryEventSchema, { sequence, time: timestampToWire(batch.at), event }));
    }
  }
  return events;
}

interface Progress {
  attempt: number;
  round: number;
  undone: boolean;
}

function createTranslator(header: SagaHeader, plan: Plan, brief: boolean): (entry: HistoryEvent) => WireKind {
  const progress = plan.steps.map((): Progress => ({ attempt: 0, round: 0, undone: false }));
  const name = (step: number) => plan.steps[step]?.step.name ?? "";

  function begun(step: number, attempt: number) {
    const at = progress[step]!;
    at.attempt = attempt;
    return { step: name(step), attempt, round: at.round };
  }
  function ended(step: number) {
    return { step: name(step), attempt: progress[step]!.attempt };
  }

  return (entry) => {
    switch (entry.kind) {
      case "sagaStarted":
        return { case: entry.kind, value: { definition: header.definition, version: header.version } };
      case "stepStarted": {
        const at = progress[entry.step]!;
        if (at.undone) at.round++;
        at.undone = false;
        return { case: entry.kind, value: begun(entry.step, entry.attempt) };
      }
      case "undoStarted":
        return { case: entry.kind, value: begun(entry.step, entry.attempt) };
      case "stepDone":
        return {
          case: entry.kind,
          value: { ...ended(entry.step), output: brief ? undefined : payloadToWire(entry.output) },
        };
      case "stepRejected":
        return { case: entry.kind, value: { ...ended(entry.step), failure: failureToWire(entry.failure, brief) } };
      case "stepFailed":
      case "undoFailed":
        return {
          case: entry.kind,
          value: {
            ...ended(entry.step),
            failure: failureToWire(entry.failure, brief),
            nextAttemptAt: timestampToWire(entry.nextAttemptAt),
          },
        };
      case "stepUndone":
        progress[entry.step]!.undone = true;
        return { case: entry.kind, value: ended(entry.step) };
      case "stepSkipped":
        return { case: entry.kind, value: { step: name(entry.step) } };
      case "stepSuspended":
        return { case: entry.kind, value: { step: name(entry.step), failure: failureToWire(entry.failure, brief) } };
      case "compensationStarted":
      case "sagaSuspended":
        return { case: entry.kind, value: { failure: failureToWire(entry.failure, brief) } };
      case "sagaFinished":
        return { case: entry.kind, value: { status: SagaStatus[entry.status] } };
      case "operatorActed":
        return {
          case: entry.kind,
          value: {
            verb: entry.verb,
            step: entry.step === undefined ? "" : name(entry.step),
            identity: entry.identity,
            reason: entry.reason,
          },
        };
      case "sagaResumed":
        return { case: entry.kind, value: create(SagaResumedSchema) };
      case "deadlinePassed":
        return { case: entry.kind, value: create(DeadlinePassedSchema) };
      case "recovered":
        return { case: entry.kind, value: create(RecoveredSchema) };
      case "stepWaiting":
        return {
          case: entry.kind,
          value: {
            step: name(entry.step),
            reason: WaitReason[entry.reason],
            until: timestampToWire(entry.until),
          },
        };
    }
  };
}
