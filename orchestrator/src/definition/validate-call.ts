import type { Call, Undo } from "../gen/backstitch/v1/definition_pb.js";
import { defaults } from "./defaults.ts";
import { checkName, type FaultList } from "./faults.ts";
import { names } from "./limits.ts";
import { didYouMean } from "./suggest.ts";
import type { CallRule, UndoPolicy } from "./types.ts";
import type { ExpressionPlace } from "./validate-expression.ts";
import { checkMapping } from "./validate-mapping.ts";
import { checkDuration, checkRetry } from "./validate-policy.ts";

/** Checks a call of a participant. `participants` undefined: any name goes. */
export function checkCall(
  call: Call,
  field: string,
  place: ExpressionPlace,
  participants: readonly string[] | undefined,
  faults: FaultList,
): CallRule {
  const { participant, action } = call;
  checkParticipant(participant, `${field}.participant`, participants, faults);
  checkName(faults, `${field}.action`, action, names.action);
  const timeoutMs = checkDuration(call.timeout, `${field}.timeout`, faults) ?? defaults.timeoutMs;
  return {
    participant,
    action,
    input: checkMapping(call.input, `${field}.input`, place, faults),
    timeoutMs,
    retry: checkRetry(call.retry, defaults.retry, `${field}.retry`, faults),
    undo: checkUndo(call.undo, `${field}.undo`, { ...place, ownOutput: true }, timeoutMs, faults),
    ...checkCompletion(call, field, faults),
  };
}

function checkParticipant(
  name: string,
  field: string,
  participants: readonly string[] | undefined,
  faults: FaultList,
): void {
  checkName(faults, field, name, names.participant);
  if (participants === undefined || !names.participant.regex.test(name) || participants.includes(name)) return;
  const near = didYouMean(name, participants);
  const hint = near || `; known are: ${participants.slice(0, 20).join(", ") || "none"}`;
  faults.add(field, "unknown_participant", `no participant '${name}' is configured${hint}`);
}

function checkCompletion(
  call: Call,
  field: string,
  faults: FaultList,
): Pick<CallRule, "completionTimeoutMs" | "heartbeatTimeoutMs"> {
  const completionTimeoutMs = checkDuration(call.completionTimeout, `${field}.completion_timeout`, faults);
  const heartbeatTimeoutMs = checkDuration(call.heartbeatTimeout, `${field}.heartbeat_timeout`, faults);
  if (
    completionTimeoutMs !== undefined &&
    heartbeatTimeoutMs !== undefined &&
    heartbeatTimeoutMs > completionTimeoutMs
  ) {
    faults.add(`${field}.heartbeat_timeout`, "range", "must not be longer than completion_timeout");
  }
  return { completionTimeoutMs, heartbeatTimeoutMs };
}

function checkUndo(
  undo: Undo | undefined,
  field: string,
  place: ExpressionPlace,
  doTimeoutMs: number,
  faults: FaultList,
): UndoPolicy | undefined {
  if (undo?.way.case === "none") return undefined;
  const given = undo?.way.case === "with" ? undo.way.value : undefined;
  return {
    input: checkMapping(given?.input, `${field}.with.input`, place, faults),
    timeoutMs: checkDuration(given?.timeout, `${field}.with.timeout`, faults) ?? doTimeoutMs,
    retry: checkRetry(given?.retry, defaults.undoRetry, `${field}.with.retry`, faults),
  };
}
