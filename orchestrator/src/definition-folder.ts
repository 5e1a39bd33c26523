import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { DefinitionCatalog } from "./catalog.ts";
import { BackstitchError, type Fault } from "./errors.ts";

const NAMESPACE = "default";
const EXTENSIONS = new Set([".yaml", ".yml", ".json"]);

/**
 * Registers every definition of a folder, in the order of the file names; what is registered already stays as it is.
 * Throws INVALID_DEFINITION with the faults of all files, each field with its file in front. Nothing is registered then.
 */
export async function loadDefinitions(catalog: DefinitionCatalog, folder: string): Promise<readonly string[]> {
  const texts = readTexts(folder);
  const faults: Fault[] = [];
  for (const [file, text] of texts) {
    for (const fault of catalog.validate({ text }).faults) faults.push({ ...fault, field: `${file}: ${fault.field}` });
  }
  if (faults.length > 0) {
    const lines = faults.map(({ field, message, rule }) => `  ${field}: ${message} [${rule}]`);
    throw new BackstitchError("INVALID_DEFINITION", `${folder} has ${faults.length} fault(s):\n${lines.join("\n")}`, {
      faults,
    });
  }
  const registered: string[] = [];
  for (const [, text] of texts) {
    const { stored } = await catalog.register(NAMESPACE, { text });
    registered.push(`${stored.name} version ${stored.version}`);
  }
  return registered;
}

function readTexts(folder: string): readonly (readonly [file: string, text: string])[] {
  try {
    const files = readdirSync(folder).filter((file) => EXTENSIONS.has(extname(file)));
    return files.sort().map((file) => [file, readFileSync(join(folder, file), "utf8")]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "unreadable";
    throw new BackstitchError("INVALID_REQUEST", `definitions: ${why}`, { cause });
  }
}
