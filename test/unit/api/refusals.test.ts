import { describe, expect, test } from "vitest";
import { refusals, refused } from "../../../orchestrator/src/api/refusals.ts";
import type { ErrorCode } from "../../../orchestrator/src/errors.ts";
import type { Refusal } from "../../../orchestrator/src/machine/effect.ts";

const codes: Record<NonNullable<Refusal>, ErrorCode> = {
  SAGA_FINAL: "SAGA_FINAL",
  PAST_PIVOT: "PAST_PIVOT",
  REVISION_MISMATCH: "REVISION_MISMATCH",
  CALL_IN_FLIGHT: "CALL_IN_FLIGHT",
  COMPLETION_REFUSED: "COMPLETION_REFUSED",
  SIGNALS_FULL: "OVERLOADED",
  COMPENSATING: "WRONG_STATE",
  SUSPENDED_ALREADY: "WRONG_STATE",
  NOT_SUSPENDED: "WRONG_STATE",
  STEP_NEEDS_DECISION: "WRONG_STATE",
  STEP_NOT_BEGUN: "WRONG_STATE",
  STEP_OVER: "WRONG_STATE",
  STEP_SENDS_NOTHING: "WRONG_STATE",
  WRONG_ITEM: "WRONG_STATE",
};

describe("a refusal", () => {
  test.each(Object.entries(codes) as [NonNullable<Refusal>, ErrorCode][])("%s is told as %s", (refusal, code) => {
    const error = refused(refusal, { namespace: "default", sagaId: "s-1" });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^saga 's-1' (is|has|needs|makes|decides|does|keeps|goes) /);
  });

  test("says something of its own each time, and what to do instead", () => {
    const sentences = Object.values(refusals).map(({ says }) => says);
    expect(new Set(sentences).size).toBe(sentences.length);
    for (const says of sentences) expect(says).toMatch(/[:;] /);
  });
});
