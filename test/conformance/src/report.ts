import { styleText } from "node:util";
import type { CaseResult, ConformanceReport } from "./run.ts";

const nameWidth = 94;
const columns = ["unary", "serve"] as const;
const words = { holds: "holds", fails: "FAILS", not_run: "not run" } as const;
const colours = { holds: "green", fails: "red", not_run: "yellow" } as const;

/** The table for people: a row for each case, a column for each way of calling, and below it what failed and why. */
export function formatReport({ target, results, endedByItself, ms }: ConformanceReport, coloured: boolean): string {
  const paint = (verdict: CaseResult["verdict"], text: string) => {
    return coloured ? styleText(colours[verdict], text) : text;
  };
  const lines = [`What holds for the participant at ${target}`];
  for (const [topic, ofTopic] of Map.groupBy(results, (result) => result.topic)) {
    lines.push(
      "",
      topic.padEnd(nameWidth) + columns.map((column) => (column === "serve" ? "Serve" : column).padEnd(9)).join(""),
    );
    for (const ofCase of Map.groupBy(ofTopic, (result) => result.id).values()) {
      const cells = columns.map((column) => {
        const result = ofCase.find(({ transport }) => transport === column);
        return result === undefined ? "-".padEnd(9) : paint(result.verdict, words[result.verdict].padEnd(9));
      });
      lines.push(`  ${(ofCase[0] as CaseResult).name.padEnd(nameWidth - 2)}${cells.join("")}`.trimEnd());
    }
  }
  lines.push(...formatFailures(results), ...formatReasons(results));
  if (endedByItself !== undefined) {
    lines.push("", `The participant's program ended on the way, with ${endedByItself}: what came after that fails.`);
  }
  const count = (verdict: CaseResult["verdict"]) => results.filter((result) => result.verdict === verdict).length;
  const counts = `${count("holds")} hold, ${count("fails")} fail, ${count("not_run")} were not run`;
  lines.push("", `${counts}; ${(ms / 1000).toFixed(1)} s. A dash: the case is about the other way of calling.`);
  return lines.join("\n");
}

function formatFailures(results: readonly CaseResult[]): string[] {
  const failed = results.filter(({ verdict }) => verdict === "fails");
  if (failed.length === 0) return [];
  return ["", "What fails", ...failed.flatMap(formatFailure)];
}

function formatFailure({ id, name, transport, failure }: CaseResult): string[] {
  if (failure === undefined) return [];
  return [
    `  ${name} (${id}, ${transport})`,
    `    step ${failure.step}, ${failure.doing}`,
    `    expected: ${failure.expected}`,
    `    came:     ${failure.came}`,
  ];
}

/** Why cases were not run, or not in full: each reason with the cases. */
function formatReasons(results: readonly CaseResult[]): string[] {
  const reasons = results.flatMap(({ id, reason, leftOut = [] }) => {
    return [...(reason === undefined ? [] : [`not run: ${reason}`]), ...leftOut].map((why) => ({ why, id }));
  });
  if (reasons.length === 0) return [];
  const byReason = Map.groupBy(reasons, ({ why }) => why);
  const lines = [...byReason].map(([why, cases]) => `  ${why}: ${[...new Set(cases.map(({ id }) => id))].join(", ")}`);
  return ["", "What was not looked at", ...lines];
}
