import { createFaultList } from "../definition/faults.ts";
import type { AdvanceTimeRequest, DevelopmentService } from "../gen/backstitch/v1/development_service_pb.js";
import { endOf } from "./end.ts";
import { throwIfFaults } from "./faults.ts";
import { durationOf, timestampOf } from "./fields.ts";
import type { ServiceHandlers } from "./handlers.ts";
import type { Latch } from "./latch.ts";
import { requestLimits } from "./limits.ts";
import type { Development, TimeTarget } from "./ports.ts";
import { timestampToWire } from "./wire-time.ts";

/** Moves the clock; served in development mode only. `now` is the store's clock. */
export function createDevelopmentService(
  { advance }: Development,
  now: () => number,
  stopping: Latch,
): ServiceHandlers<typeof DevelopmentService> {
  return {
    async advanceTime(request, call) {
      const target = targetOf(request, now());
      const end = endOf(call, stopping);
      try {
        const { now, timers } = await advance(target, end.signal);
        return { $typeName: "backstitch.v1.AdvanceTimeResponse", now: timestampToWire(now), timers };
      } finally {
        end.stop();
      }
    },
  };
}

function targetOf({ target }: AdvanceTimeRequest, now: number): TimeTarget {
  const faults = createFaultList();
  const by = target.case === "by" ? durationOf(faults, "by", target.value, 0, requestLimits.advanceMs) : undefined;
  const to = target.case === "to" ? timestampOf(faults, "to", target.value) : undefined;
  if (target.case === undefined) faults.add("target", "required", "is missing: by how much, or to which time");
  if (to !== undefined && to < now) faults.add("to", "range", "is past: the clock only goes forward");
  if (to !== undefined && to > now + requestLimits.advanceMs) faults.add("to", "range", "is over 10 years ahead");
  throwIfFaults(faults.list);
  return to === undefined ? { byMs: by! } : { toMs: to };
}
