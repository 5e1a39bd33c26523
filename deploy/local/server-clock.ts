import { durationFromMs, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { BackstitchError } from "../../sdk/typescript/src/errors.ts";
import { DevelopmentService } from "../../sdk/typescript/src/gen/backstitch/v1/development_service_pb.js";
import { createConnection } from "../../sdk/typescript/src/transport.ts";

/** The clock of a development server. */
export interface ServerClock {
  /** Moves it, and gives the time that it then shows. */
  advance(by: { ms: number } | { to: Date }): Promise<Date>;
  close(): void;
}

/** A clock is moved from timer to timer, which takes its time when it is moved by weeks. */
const advanceWithinMs = 60_000;

export function createServerClock(address: string): ServerClock {
  const { transport, close } = createConnection({ address });
  const development = createClient(DevelopmentService, transport);
  return {
    async advance(by) {
      const target =
        "to" in by
          ? ({ case: "to", value: timestampFromDate(by.to) } as const)
          : ({ case: "by", value: durationFromMs(by.ms) } as const);
      try {
        const { now } = await development.advanceTime({ target }, { timeoutMs: advanceWithinMs });
        return timestampDate(now!);
      } catch (error) {
        throw BackstitchError.from(error);
      }
    },
    close,
  };
}
