import { describe, expect, test } from "vitest";
import { surprisesIn } from "../../../deploy/local/perform.ts";
import type { Saga } from "../../../sdk/typescript/src/index.ts";

const expected = {
  status: "COMPENSATED" as const,
  failure: "CARD_DECLINED",
  steps: { charge: "REJECTED" as const },
  effects: { "inventory.reserve": [1, 1] as const },
};

const saga = {
  status: "COMPENSATED",
  failure: { code: "CARD_DECLINED", message: "", step: "charge" },
  steps: [{ name: "charge", status: "REJECTED" }],
} as unknown as Saga;

describe("the surprises of a saga", () => {
  test("there are none where it ended as it should, with the effects it should have", () => {
    expect(surprisesIn(expected, saga, { "inventory.reserve": [1, 1] })).toEqual([]);
  });

  test("another status, failure or step is one, and the state of the saga is told with it", () => {
    const steps = [{ ...saga.steps[0]!, status: "FAILED" as const }];
    const found = surprisesIn(
      expected,
      { ...saga, status: "COMPLETED", failure: undefined, steps },
      expected.effects as never,
    );
    expect(found.slice(0, 3)).toEqual([
      "the saga is COMPLETED in place of COMPENSATED",
      "its failure is none in place of CARD_DECLINED",
      "charge is FAILED in place of REJECTED",
    ]);
    expect(found).toHaveLength(4);
  });

  test("a missing effect, a repeated one and one too many are some", () => {
    expect(surprisesIn(expected, saga, {})).toHaveLength(1);
    expect(surprisesIn(expected, saga, { "inventory.reserve": [2, 1] })).toEqual([
      "inventory.reserve was done 2 and undone 1 times in place of 1 and 1",
    ]);
    expect(surprisesIn(expected, saga, { "inventory.reserve": [1, 1], "payment.charge": [1, 0] })).toHaveLength(1);
  });

  test("a suspended saga is judged by why it is suspended, not by why it was compensated", () => {
    const suspended = {
      ...saga,
      status: "SUSPENDED",
      suspension: { failure: { code: "UNAVAILABLE" } },
    } as unknown as Saga;
    expect(surprisesIn({ status: "SUSPENDED", failure: "UNAVAILABLE", effects: {} }, suspended, {})).toEqual([]);
  });
});
