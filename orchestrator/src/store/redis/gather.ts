/** Collects what is asked for within a turn of the event loop and sends it in batches. */
export interface Gatherer<T> {
  add(item: T): void;
}

/**
 * `batchSize` is asked at every turn. Large batches make all sagas wait for each other and leave cores idle; see
 * `batchSizeFor`. `partitionOf` is given where one call cannot span partitions.
 */
export function createGatherer<T>(options: {
  readonly batchSize: () => number;
  readonly partitionOf: ((item: T) => number) | undefined;
  readonly send: (batch: T[]) => void;
}): Gatherer<T> {
  const { batchSize, partitionOf, send } = options;
  let waiting: T[] = [];

  const sendInSlices = (items: T[], size: number) => {
    if (items.length <= size) send(items);
    else for (let i = 0; i < items.length; i += size) send(items.slice(i, i + size));
  };
  const flush = () => {
    const items = waiting;
    waiting = [];
    if (partitionOf === undefined) return sendInSlices(items, batchSize());
    for (const group of Map.groupBy(items, partitionOf).values()) sendInSlices(group, batchSize());
  };

  return {
    add(item) {
      if (waiting.push(item) === 1) setImmediate(flush);
    },
  };
}

/** A third of the sagas in flight, 8 to 32: measured 17 to 45 % faster than 64. */
export function batchSizeFor(inFlight: number): number {
  return Math.max(8, Math.min(32, Math.ceil(inFlight / 3)));
}
