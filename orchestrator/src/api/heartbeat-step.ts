import { randomUUID } from "node:crypto";
import type { HeartbeatStepRequest, HeartbeatStepResponse } from "../gen/backstitch/v1/saga_service_pb.js";
import { transition } from "../machine/transition.ts";
import type { Store } from "../store/store.ts";
import type { Effect, FindEffect } from "./effects.ts";

/**
 * Puts off the heartbeat time-out of a pending Do or Undo, and tells whether the saga still wants it. Participants may
 * call it as often as they like: it writes only once half of the time is over, and waits for nobody.
 */
export async function heartbeatStep(
  store: Store,
  findEffect: FindEffect,
  request: HeartbeatStepRequest,
): Promise<HeartbeatStepResponse> {
  const effect = await findEffect(request.completionToken);
  const now = store.now();
  const wanted = isWanted(effect, now);
  if (wanted && isDue(effect, now)) {
    const { key, place, direction, round } = effect;
    await store.append(key, { requestId: randomUUID(), command: { kind: "heartbeat", ...place, direction, round } });
  }
  return { $typeName: "backstitch.v1.HeartbeatStepResponse", cancelled: !wanted };
}

/** Whether the outcome of this work would be taken, and be news. */
export function isWanted({ plan, record, place, direction, round }: Effect, now: number): boolean {
  const outcome = { kind: "done", output: "{}" } as const;
  const completion = { kind: "complete", ...place, direction, round, outcome } as const;
  return transition(plan, record.state, completion, now).history.length > 0;
}

/** Whether half of the heartbeat time is over, and there is time to be won. While a saga is suspended no time passes. */
export function isDue({ record, planned, unit }: Effect, now: number): boolean {
  const timeoutMs = planned.sends?.heartbeatTimeoutMs;
  const wait = unit?.wait;
  if (timeoutMs === undefined || wait?.reason !== "COMPLETION" || wait.until === undefined) return false;
  if (record.state.status === "SUSPENDED" || (wait.limit !== undefined && wait.until >= wait.limit)) return false;
  return wait.until - now <= timeoutMs / 2;
}
