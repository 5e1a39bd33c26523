import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { sdkLanguages } from "../../support/features.ts";
import { blocksOf } from "../../support/markdown.ts";

test.each(sdkLanguages)(
  "the README of the SDK for %s starts with a whole participant in under 25 lines",
  (language) => {
    const [first] = blocksOf(readFileSync(`sdk/${language}/README.md`, "utf8")).filter(({ kind }) => kind !== "");
    expect(first?.text).toMatch(/listen|Serve/);
    expect(first?.text.trimEnd().split("\n").length).toBeLessThan(25);
  },
);
