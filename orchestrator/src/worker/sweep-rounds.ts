import type { Store } from "../store/store.ts";

const BATCH = 200;
/** After a slice: in a round that follows trouble, and in one that follows a round without. */
const ALERT_MS = 1000;
const CALM_MS = 2000;
/** After a round without trouble. */
const REST_MS = 5000;

/**
 * Sweeps, slice after slice, and gives the pause before the next. Trouble is something mended, or a store that did not
 * answer and may have lost something: until a whole round has gone without, the sweeper hurries. A process that has just
 * started hurries too. What is missing is mended within REST_MS and CALM_MS / BATCH for each saga that is not final.
 */
export function createSweepRounds(sweep: Store["sweep"], onMended: (mended: number) => void): () => Promise<number> {
  let calm = false;
  let troubled = false;

  const alarm = () => {
    troubled = true;
    calm = false;
  };

  return async () => {
    const { mended, roundEnded } = await sweep(BATCH).catch((thrown) => {
      alarm();
      throw thrown;
    });
    if (mended > 0) {
      alarm();
      onMended(mended);
    }
    if (!roundEnded) return calm ? CALM_MS : ALERT_MS;
    calm = !troubled;
    troubled = false;
    return calm ? REST_MS : ALERT_MS;
  };
}
