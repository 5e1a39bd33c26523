import type { Keys } from "../keys.ts";
import type { Caller } from "./caller.ts";
import { scripts } from "./scripts.ts";
import type { Shift } from "./shift.ts";

/**
 * The incarnation of the store that each partition is known to be of. One that is no longer true does no harm: sagas
 * that are written under it are taken for older than they are.
 */
export interface Incarnations {
  of(partition: number): string;
  /** What a script said. */
  hear(partition: number, incarnation: string): void;
  refresh(): Promise<void>;
}

export function createIncarnations(options: {
  readonly caller: Caller;
  readonly keys: Keys;
  readonly shift: Shift;
  /** The partitions that one script may span. */
  readonly groups: readonly (readonly number[])[];
  /** The store may have lost writes. */
  readonly onNew: () => Promise<void>;
}): Incarnations {
  const { caller, keys, shift, groups, onNew } = options;
  let isRepeating = false;
  const known: string[] = new Array(keys.partitions).fill("");

  /** Has it noted when a new incarnation began: it is asked for long after, perhaps. */
  const note = async (partitions: readonly number[]) => {
    const places = partitions.map((p) => keys.partition(p).incarnation);
    const incarnation = (await caller.run(scripts.incarnations, places, [shift.ms()])) as string;
    for (const p of partitions) known[p] = incarnation;
  };

  return {
    of: (partition) => known[partition]!,
    hear(partition, incarnation) {
      if (known[partition] === incarnation) return;
      // All partitions that one script may span are on one server.
      const together = groups.find((partitions) => partitions.includes(partition))!;
      for (const p of together) known[p] = incarnation;
      // Failing that, the first claim notes it, and every process that opens the store agrees anew.
      void note(together).catch(() => undefined);
      if (isRepeating) return;
      isRepeating = true;
      void onNew()
        .catch(() => undefined)
        .finally(() => {
          isRepeating = false;
        });
    },
    refresh: async () => void (await Promise.all(groups.map(note))),
  };
}
