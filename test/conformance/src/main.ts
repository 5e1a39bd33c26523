import { writeFileSync } from "node:fs";
import { readArguments, usage } from "./arguments.ts";
import { UsageError, usageFault } from "./fields.ts";
import { formatReport } from "./report.ts";
import { runConformance } from "./run.ts";

/** What a shell reports for a program that a signal ended. */
const statusOf = { SIGINT: 130, SIGTERM: 143 } as const;

/** The program: gives the exit status. 0: nothing fails. 1: something does. 2: it could not begin. */
export async function main(args: readonly string[]): Promise<number> {
  // An orderly exit takes the participant's program along.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(statusOf[signal]));
  try {
    const { help, json, ...options } = readArguments(args);
    if (help) {
      console.log(usage);
      return 0;
    }
    const report = await runConformance(options);
    console.log(formatReport(report, process.stdout.isTTY === true));
    if (json !== undefined) writeJson(json, report);
    return report.results.some(({ verdict }) => verdict === "fails") ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    console.error("\nbackstitch-conformance --help says how it is used.");
    return 2;
  }
}

function writeJson(path: string, report: object): void {
  try {
    writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw usageFault("--json", "writable", (error as Error).message);
  }
}
