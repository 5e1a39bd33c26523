import { parseInfo } from "./checks.ts";
import type { Connections } from "./connections.ts";

const REFRESH_MS = 1000;

/** How much memory Redis uses, as of a second ago. */
export interface MemoryGauge {
  refresh(): Promise<void>;
  /** Over all masters. */
  bytes(): number;
  /** Whether some master is above the watermark. */
  isFull(): boolean;
  start(): void;
  stop(): void;
}

/** `watermark`: the share of `maxmemory` above which no sagas are started. Without a maxmemory it is never full. */
export function createMemoryGauge(connections: Connections, watermark: number): MemoryGauge {
  let bytes = 0;
  let full = false;
  let timer: NodeJS.Timeout | undefined;

  const refresh = async () => {
    const infos = await Promise.all(connections.masters().map((master) => master.info("memory")));
    const masters = infos.map(parseInfo);
    bytes = masters.reduce((sum, info) => sum + Number(info.get("used_memory")), 0);
    full = masters.some((info) => {
      const limit = Number(info.get("maxmemory"));
      return limit > 0 && Number(info.get("used_memory")) > watermark * limit;
    });
  };

  return {
    refresh,
    bytes: () => bytes,
    isFull: () => full,
    start() {
      const again = () => {
        timer = setTimeout(() => void refresh().then(again, again), REFRESH_MS);
        timer.unref();
      };
      again();
    },
    stop: () => clearTimeout(timer),
  };
}
