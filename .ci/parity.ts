/**
 * Writes the parity table of sdk/README.md from what the last test run showed; `npm run parity` runs those tests first.
 * The run of all tests fails where the table is not what it showed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { languageNames, repository } from "../deploy/local/toolchains.ts";
import {
  conformanceRows,
  type Evidence,
  extras,
  type Feature,
  features,
  type SdkLanguage,
  sdkLanguages,
} from "../test/support/features.ts";

/** What a test showed, or failed to show. */
export interface Finding {
  language: SdkLanguage;
  /** A feature, or the database of conformance cases. */
  row: Feature | (typeof conformanceRows)[number];
  /** Of conformance. */
  cases?: number;
  passed: boolean;
}

/** The findings of a test: one for each row of the table. */
export function findingsOf(evidence: Evidence, passed: boolean): Finding[] {
  const { language } = evidence;
  if ("features" in evidence) return evidence.features.map((row) => ({ language, row, passed }));
  return [{ language, row: evidence.conformance, cases: evidence.cases, passed }];
}

const notes = join(repository, "node_modules/.cache/backstitch/findings.json");
const page = join(repository, "sdk/README.md");
const [begin, end] = ["<!-- parity: begin; written by `npm run parity` -->", "<!-- parity: end -->"];

/** Keeps the findings of a run; those of earlier runs stay where this one has none of the kind. */
export function keepFindings(findings: readonly Finding[]): void {
  const kept = existsSync(notes) ? (JSON.parse(readFileSync(notes, "utf8")) as Finding[]) : [];
  const seen = new Set(findings.map(keyOf));
  mkdirSync(dirname(notes), { recursive: true });
  writeFileSync(notes, JSON.stringify([...kept.filter((finding) => !seen.has(keyOf(finding))), ...findings]));
}

/** Whether there are findings on everything that the table has a cell for. */
export function areComplete(findings: readonly Finding[]): boolean {
  const seen = new Set(findings.map(keyOf));
  const shared = [...Object.keys(features), ...conformanceRows];
  return (
    sdkLanguages.every((language) => shared.every((row) => seen.has(`${language} ${row}`))) &&
    Object.keys(extras).every((row) => seen.has(`typescript ${row}`))
  );
}

/** Whether the page has the table that these findings make. */
export function isUpToDate(findings: readonly Finding[]): boolean {
  return unpadded(readFileSync(page, "utf8")) === unpadded(pageWith(findings));
}

/** The formatter pads the cells of a table. */
function unpadded(text: string): string {
  return text.replaceAll(/ +/g, " ").replaceAll(/-+/g, "-");
}

function keyOf({ language, row }: Finding): string {
  return `${language} ${row}`;
}

function pageWith(findings: readonly Finding[]): string {
  const text = readFileSync(page, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`sdk/README.md lacks the marks "${begin}" and "${end}"`);
  return `${text.slice(0, from + begin.length)}\n\n${tableOf(findings)}\n\n${text.slice(to)}`;
}

function tableOf(findings: readonly Finding[]): string {
  const rows = [
    ["", ...sdkLanguages.map((language) => languageNames[language])],
    ...Object.entries({ ...features, ...extras }).map(([feature, title]) => [
      `${groupOf(feature)}: ${title}`,
      ...sdkLanguages.map((language) => cell(findings, language, feature)),
    ]),
    ...conformanceRows.map((database) => [
      `conformance cases on ${database}, over \`Serve\` and unary calls`,
      ...sdkLanguages.map((language) => cell(findings, language, database)),
    ]),
  ];
  const [head = [], ...body] = rows.map((row) => `| ${row.join(" | ")} |`);
  return [head, `|${" --- |".repeat(sdkLanguages.length + 1)}`, ...body].join("\n");
}

function groupOf(feature: string): string {
  return feature.slice(0, feature.indexOf("."));
}

function cell(findings: readonly Finding[], language: SdkLanguage, row: string): string {
  const own = findings.filter((finding) => finding.language === language && finding.row === row);
  if (own.length === 0 || own.some(({ passed }) => !passed)) return "no";
  return own[0]?.cases === undefined ? "yes" : `all ${own[0].cases}`;
}

if (import.meta.main) {
  const findings = JSON.parse(readFileSync(notes, "utf8")) as Finding[];
  writeFileSync(page, pageWith(findings));
  spawnSync("biome", ["format", "--write", page], { stdio: "inherit" });
}
