import { expect, test } from "vitest";
import { createSweepRounds } from "../../../orchestrator/src/worker/sweep-rounds.ts";

type Slice = { mended: number; roundEnded: boolean } | Error;

const slice: Slice = { mended: 0, roundEnded: false };
const last: Slice = { mended: 0, roundEnded: true };
const mending: Slice = { mended: 1, roundEnded: false };
const mendingLast: Slice = { mended: 1, roundEnded: true };

/** The pauses in seconds after these slices; undefined for one that failed. */
async function pauses(...slices: Slice[]): Promise<(number | undefined)[]> {
  const left = [...slices];
  const sweep = createSweepRounds(
    async () => {
      const next = left.shift()!;
      if (next instanceof Error) throw next;
      return next;
    },
    () => undefined,
  );
  const all: (number | undefined)[] = [];
  for (const _ of slices)
    all.push(
      await sweep()
        .then((ms) => ms / 1000)
        .catch(() => undefined),
    );
  return all;
}

test("the sweeper hurries through its first round, then takes its time and rests after each round", async () => {
  expect(await pauses(slice, slice, last, slice, slice, last)).toEqual([1, 1, 5, 2, 2, 5]);
});

test("it hurries from the moment it mends something until a whole round found nothing", async () => {
  expect(await pauses(last, slice, mending, slice, last, slice, last, slice)).toEqual([5, 2, 1, 1, 1, 1, 5, 2]);
  expect(await pauses(mendingLast, last, last)).toEqual([1, 5, 5]);
});

test("it hurries after a store that did not answer, until a whole round found nothing", async () => {
  const gone = new Error("gone");
  expect(await pauses(last, slice, gone, slice, last, slice, last)).toEqual([5, 2, undefined, 1, 1, 1, 5]);
});

test("it tells what it mended", async () => {
  const told: number[] = [];
  const sweep = createSweepRounds(
    async () => ({ mended: told.length === 0 ? 3 : 0, roundEnded: true }),
    (mended) => told.push(mended),
  );
  await sweep();
  await sweep();
  expect(told).toEqual([3]);
});
