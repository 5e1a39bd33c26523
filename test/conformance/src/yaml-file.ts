import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { usageFault } from "./fields.ts";

/** More is no case or actions file. */
const maxBytes = 1024 * 1024;

/** Reads a YAML file. Throws a UsageError that names the file where it cannot be read or is not YAML. */
export function readYamlFile(path: string): unknown {
  const name = basename(path);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw usageFault(path, "unreadable", (error as Error).message);
  }
  if (text.length > maxBytes) throw usageFault(name, "max_size", `has more than ${maxBytes} characters`);
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, logLevel: "error" });
  const problem = [...document.errors, ...document.warnings][0];
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw usageFault(`${name} line ${line}, column ${col}`, "malformed", problem.message);
  }
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw usageFault(name, "malformed", (error as Error).message);
  }
}
