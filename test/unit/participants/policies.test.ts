import { describe, expect, test } from "vitest";
import { nightsOf, refundTerms } from "../../../participants/src/stays/policies.ts";

const checkIn = new Date("2026-07-20T15:00:00Z");

describe("the refund terms of a booking", () => {
  test.each([
    ["flexible", [["2026-07-19T15:00:00.000Z", 100]]],
    [
      "moderate",
      [
        ["2026-07-15T15:00:00.000Z", 100],
        ["2026-07-19T15:00:00.000Z", 50],
      ],
    ],
    [
      "strict",
      [
        ["2026-07-06T15:00:00.000Z", 100],
        ["2026-07-13T15:00:00.000Z", 50],
      ],
    ],
  ])("%s: what is paid back, and until when", (policy, terms) => {
    expect(refundTerms(policy, checkIn)).toEqual(terms.map(([until, percent]) => ({ until, percent })));
  });

  test("of a policy that there is not, there are none", () => {
    expect(refundTerms("generous", checkIn)).toBeUndefined();
    expect(refundTerms("constructor", checkIn)).toBeUndefined();
  });
});

test("the nights of a stay are those of its evenings, across the end of a month", () => {
  expect(nightsOf(new Date("2026-06-30T15:00:00Z"), new Date("2026-07-02T11:00:00Z"))).toEqual([
    "2026-06-30",
    "2026-07-01",
  ]);
});
