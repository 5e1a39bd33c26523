import { describe, expect, test } from "vitest";
import { decodePageToken, encodePageToken } from "../../../orchestrator/src/api/page-token.ts";
import { BackstitchError } from "../../../orchestrator/src/errors.ts";

const query = { namespace: "default", statuses: ["RUNNING"] };

function ruleOf(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof BackstitchError && thrown.code === "INVALID_PAGE_TOKEN") return thrown.faults[0]!.rule;
    throw thrown;
  }
  return "accepted";
}

describe("a page token", () => {
  test("gives back the position it was made of", () => {
    const token = encodePageToken(query, [1_700_000_000_000, "a.b:c"]);
    expect(decodePageToken(query, token, ["number", "string"])).toEqual([1_700_000_000_000, "a.b:c"]);
    expect(token).toMatch(/^[\w-]+$/);
  });

  test("is not needed for the first page", () => {
    expect(decodePageToken(query, "", ["number"])).toBeUndefined();
  });

  test.each([
    ["of another query", encodePageToken({ ...query, namespace: "other" }, [1]), "same_query"],
    ["with a position of another shape", encodePageToken(query, ["1"]), "same_query"],
    ["with a longer position", encodePageToken(query, [1, 2]), "same_query"],
    ["that is no base64 of JSON", "%%%", "page_token"],
    ["that is JSON but no list", Buffer.from("{}").toString("base64url"), "page_token"],
    ["that is enormous", "A".repeat(5_000), "page_token"],
  ])("%s is refused", (_, token, rule) => {
    expect(ruleOf(() => decodePageToken(query, token, ["number"]))).toBe(rule);
  });
});
