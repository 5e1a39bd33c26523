/** What one run of a closed loop gave. */
export interface LoopResult {
  readonly sagas: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of this process while it ran, in microseconds. */
  readonly cpuUs: number;
}

/**
 * Keeps `concurrency` waiting callers busy for `seconds`: each starts its next saga when its last one is final.
 * Rejections end the run: a benchmark that counts failures as work measures nothing.
 */
export async function runClosedLoop(options: {
  readonly concurrency: number;
  readonly seconds: number;
  readonly once: () => Promise<void>;
}): Promise<LoopResult> {
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const endAt = startedAt + options.seconds * 1000;
  const caller = async () => {
    while (performance.now() < endAt) {
      const from = performance.now();
      await options.once();
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, caller));
  const seconds = (performance.now() - startedAt) / 1000;
  const used = process.cpuUsage(cpu);
  latencies.sort((a, b) => a - b);
  return {
    sagas: latencies.length,
    seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cpuUs: used.user + used.system,
  };
}

/** Of values in ascending order. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}
