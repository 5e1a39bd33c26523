import { expect, test } from "vitest";
import { surprisesIn } from "../../../deploy/local/scenarios.ts";

const expected = { status: "COMPENSATED" as const, effects: { charge: [1, 1] as [number, number] } };

test("a saga that ended as it should, with the effects it should have, is no surprise", () => {
  expect(surprisesIn(expected, { status: "COMPENSATED" }, { charge: { done: 1, undone: 1 } })).toEqual([]);
});

test("another end, a missing effect, a repeated one and one too many are surprises", () => {
  expect(surprisesIn(expected, { status: "COMPLETED" }, { charge: { done: 1, undone: 1 } })).toEqual([
    "the saga is COMPLETED in place of COMPENSATED",
  ]);
  expect(surprisesIn(expected, { status: "COMPENSATED" }, {})).toHaveLength(1);
  expect(surprisesIn(expected, { status: "COMPENSATED" }, { charge: { done: 2, undone: 1 } })).toEqual([
    "charge was done 2 and undone 1 times in place of 1 and 1",
  ]);
  const more = { charge: { done: 1, undone: 1 }, reserve: { done: 1, undone: 0 } };
  expect(surprisesIn(expected, { status: "COMPENSATED" }, more)).toHaveLength(1);
});
