import { monotonicMs } from "../../clock.ts";
import { parseInfo } from "./checks.ts";
import type { Connections } from "./connections.ts";

const REFRESH_MS = 1000;

/** Whether Redis has memory for further sagas. */
export interface MemoryGauge {
  /**
   * Whether some master is above the watermark, by the last answer. One that is older than a second is used too, and a
   * new one asked for: who starts nothing asks nothing.
   */
  isFull(): boolean;
  refresh(): Promise<void>;
}

/** `watermark`: the share of `maxmemory` above which no sagas are started. Without a maxmemory it is never full. */
export function createMemoryGauge(connections: Connections, watermark: number): MemoryGauge {
  let full = false;
  let askedAt = Number.NEGATIVE_INFINITY;

  const refresh = async () => {
    askedAt = monotonicMs();
    const infos = await Promise.all(connections.masters().map((master) => master.info("memory")));
    full = infos.map(parseInfo).some((info) => {
      const limit = Number(info.get("maxmemory"));
      return limit > 0 && Number(info.get("used_memory")) > watermark * limit;
    });
  };

  return {
    isFull() {
      if (monotonicMs() - askedAt >= REFRESH_MS) void refresh().catch(() => undefined);
      return full;
    },
    refresh,
  };
}
