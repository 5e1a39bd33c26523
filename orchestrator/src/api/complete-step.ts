import { createFaultList, type FaultList } from "../definition/faults.ts";
import type { CompleteStepRequest, CompleteStepResponse } from "../gen/backstitch/v1/saga_service_pb.js";
import type { Completion } from "../machine/event.ts";
import type { Direction } from "../machine/state.ts";
import { transition } from "../machine/transition.ts";
import type { FindEffect } from "./effects.ts";
import { throwIfFaults } from "./faults.ts";
import { checkText, payloadOf } from "./fields.ts";
import type { Call } from "./handlers.ts";
import { accepted, type Inbox } from "./inbox.ts";
import { requestLimits } from "./limits.ts";
import type { ApiDeps } from "./ports.ts";
import { requestIdOf } from "./verb-request.ts";

/** Gives the saga that waits for it the outcome of a Do or Undo, and waits for its owner's word. */
export async function completeStep(
  { store }: ApiDeps,
  findEffect: FindEffect,
  inbox: Inbox,
  request: CompleteStepRequest,
  call: Call,
): Promise<CompleteStepResponse> {
  const faults = createFaultList();
  const requestId = requestIdOf(faults, request.requestId);
  const outcomeOf = readOutcome(faults, request.outcome);
  throwIfFaults(faults.list);
  const { key, plan, place, direction, round } = await findEffect(request.completionToken);
  const command = { kind: "complete", ...place, direction, round, outcome: outcomeOf(direction) } as const;
  const { record, refusal } = await inbox.ask(key, { requestId, command }, call);
  // A final saga has no owner to ask, but a repeat of the outcome that ended it is as welcome as any other repeat.
  const word = refusal === "SAGA_FINAL" ? transition(plan, record.state, command, store.now()).refusal : refusal;
  accepted({ record, refusal: word });
  return { $typeName: "backstitch.v1.CompleteStepResponse" };
}

type Outcome = Completion["outcome"];

/** Checks the outcome; an Undo has no output. */
function readOutcome(faults: FaultList, told: CompleteStepRequest["outcome"]): (direction: Direction) => Outcome {
  switch (told.case) {
    case "done": {
      const output = payloadOf(faults, "done.output", told.value.output) ?? "{}";
      return (direction) => ({ kind: "done", output: direction === "forward" ? output : "{}" });
    }
    case "rejected": {
      const { code, message } = told.value;
      if (code === "") faults.add("rejected.code", "required", "is missing: a code such as CARD_DECLINED");
      checkText(faults, "rejected.code", code, requestLimits.failureCode);
      checkText(faults, "rejected.message", message, requestLimits.failureMessage);
      const details = payloadOf(faults, "rejected.details", told.value.details);
      const failure = { kind: "REJECTED", code, message, ...(details !== undefined && { details }) } as const;
      return () => ({ kind: "rejected", failure });
    }
    case "failed": {
      const { message } = told.value;
      checkText(faults, "failed.message", message, requestLimits.failureMessage);
      const failure = { kind: "TECHNICAL", code: "UNKNOWN", message } as const;
      return () => ({ kind: "failed", effect: "unknown", retry: true, failure, retryAfterMs: undefined });
    }
    case undefined:
      faults.add("outcome", "required", "is missing: one of done, rejected and failed");
      return () => ({ kind: "done", output: "{}" });
  }
}
