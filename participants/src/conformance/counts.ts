/** What is counted of one effect, in memory: a restart forgets it. */
export interface EffectCounts {
  /** How often the Do of `bare` was begun. */
  runs: number;
  /** How often the Undo of `bare` was begun. */
  undo_runs: number;
  /** How many handlers of this effect saw their signal aborted. */
  aborted: number;
}

/** Gives the counts of an effect, zero at first. */
export function createCounts(): (effectId: string) => EffectCounts {
  const all = new Map<string, EffectCounts>();
  return (effectId) => {
    let counts = all.get(effectId);
    if (counts === undefined) {
      counts = { runs: 0, undo_runs: 0, aborted: 0 };
      all.set(effectId, counts);
    }
    return counts;
  };
}
