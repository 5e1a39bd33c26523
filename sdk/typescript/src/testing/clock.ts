import { durationFromMs, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { createClient, type Transport } from "@connectrpc/connect";
import { type Duration, toMs } from "../duration.ts";
import { BackstitchError } from "../errors.ts";
import { DevelopmentService } from "../gen/backstitch/v1/development_service_pb.js";

/** Moves the clock of a development server, by a duration or to a time. `timers` is how many went off on the way. */
export type Advance = (time: Duration | Date) => Promise<{ now: Date; timers: number }>;

/** Makes an Advance, which throws a BackstitchError where it is refused or takes longer than `withinMs` (default: no limit). */
export function createAdvance(transport: Transport, withinMs?: number): Advance {
  const development = createClient(DevelopmentService, transport);
  return async (time) => {
    const target =
      time instanceof Date
        ? ({ case: "to", value: timestampFromDate(time) } as const)
        : ({ case: "by", value: durationFromMs(toMs(time)) } as const);
    const { now, timers } = await development.advanceTime({ target }, { timeoutMs: withinMs }).catch((error) => {
      throw BackstitchError.from(error);
    });
    return { now: timestampDate(now!), timers };
  };
}
