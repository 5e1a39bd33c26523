import { copyFileSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkDefinitionText } from "../../orchestrator/src/definition/validate.ts";

/** The definitions of all workflows. */
export const allDefinitions = fileURLToPath(new URL("../../participants/definitions", import.meta.url));

/**
 * Fills a new folder with the definitions that these participants can run: an orchestrator that knows no others refuses
 * the rest. Gives the folder.
 */
export function copyDefinitions(participants: readonly string[], folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const file of globSync(`${allDefinitions}/*.yaml`)) {
    const checked = checkDefinitionText(readFileSync(file, "utf8"), { participants });
    const foreign = "faults" in checked && checked.faults.some(({ rule }) => rule === "unknown_participant");
    if (!foreign) copyFileSync(file, join(folder, basename(file)));
  }
  return folder;
}
