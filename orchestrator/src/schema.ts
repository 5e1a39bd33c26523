import { accessSync, constants } from "node:fs";
import { z } from "zod";
import type { Fault } from "./errors.ts";

/** The path of a file that can be read. */
export const readableFile = z.string().refine(isReadable, "cannot be read");

/** What a schema found wrong, with paths such as `participants[2].breaker.window_ms`; `root` is where the value stands. */
export function faultsOfIssues(issues: readonly z.core.$ZodIssue[], root = ""): Fault[] {
  return issues.flatMap((issue) => {
    // A check of our own that found several faults, or knew their names better, says so itself.
    if (issue.code === "custom" && issue.params?.faults) return issue.params.faults as Fault[];
    const field = issue.path.reduce<string>((at, part) => joined(at, part), root);
    if (issue.code !== "unrecognized_keys") return [{ field, rule: issue.code, message: issue.message }];
    return issue.keys.map((key) => ({ field: joined(field, key), rule: "unknown_key", message: "is not a setting" }));
  });
}

function joined(path: string, part: PropertyKey): string {
  if (typeof part === "number") return `${path}[${part}]`;
  return path === "" ? String(part) : `${path}.${String(part)}`;
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
