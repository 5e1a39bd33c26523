import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rulings } from "../../orchestrator/src/dispatch/status.ts";
import { blocksOf } from "../support/markdown.ts";

const example = "participants/without-sdk";

/** Where a block of each kind is quoted from. */
const sources: Readonly<Record<string, string>> = {
  python: `${example}/participant.py`,
  sql: `${example}/participant.py`,
  sh: `${example}/README.md`,
  yaml: `${example}/backstitch.yaml`,
};

describe("docs/without-an-sdk.md", () => {
  const page = readFileSync("docs/without-an-sdk.md", "utf8");

  test("quotes the example as it is", () => {
    const blocks = blocksOf(page);
    const drifted = blocks.filter(({ kind, text }) => {
      const source = sources[kind];
      return source === undefined || !readFileSync(source, "utf8").includes(`${text}\n`);
    });
    expect(drifted).toEqual([]);
    expect(new Set(blocks.map(({ kind }) => kind))).toEqual(new Set(Object.keys(sources)));
  });

  test("says of each gRPC status what the orchestrator makes of it", () => {
    const rows = page.matchAll(/^\| `([A-Z_]+)` +\| (yes|no) +\| (unknown|none) +\| (yes|no) +\|$/gm);
    const told = Array.from(rows, ([, status, retry, effect, fault]) => {
      return [status, { retry: retry === "yes", effect, fault: fault === "yes" }];
    });
    expect(Object.fromEntries(told)).toEqual(rulings);
  });

  test("links to what is there", () => {
    const prose = page.replaceAll(/^```.*?^```$/gms, "");
    const links = Array.from(prose.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g), ([, path]) => `docs/${path}`);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });
});
