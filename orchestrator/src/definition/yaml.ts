import { type Document, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { createFaultList, type FaultList, type Rule } from "./faults.ts";
import { limits } from "./limits.ts";

/** Aliases that one text may resolve, expanded ones counted: enough for shared parts, too few for a bomb. */
const maxAliases = 100;

/**
 * Reads YAML 1.2, of which JSON is a part. Faults name line and column; the field of all of them is `field`, the
 * place the text came from. Nothing is thrown.
 */
export function readYaml(text: string, field: string): { value: unknown } | { faults: FaultList["list"] } {
  const faults = createFaultList();
  if (text.length > limits.definitionBytes || Buffer.byteLength(text) > limits.definitionBytes) {
    faults.add(field, "max_size", `has more than ${limits.definitionBytes} bytes`);
    return { faults: faults.list };
  }
  if (nestsTooDeep(text)) {
    faults.add(field, "max_depth", "has brackets nested more than 1,000 deep");
    return { faults: faults.list };
  }
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      prettyErrors: false,
      lineCounter: lines,
      logLevel: "error",
      // The library's own check compares every key with every other.
      uniqueKeys: false,
    });
    // A warning is a tag that was not understood, and so a value that is not what its author meant.
    for (const { pos, message } of [...document.errors, ...document.warnings]) {
      faults.add(field, "malformed", `${placeOf(lines, pos[0])}: ${message}`);
    }
    checkNodes(document, (rule, offset, message) => faults.add(field, rule, `${placeOf(lines, offset)}: ${message}`));
    if (faults.list.length > 0) return { faults: faults.list };
    return { value: document.toJS({ maxAliasCount: maxAliases }) };
  } catch (error) {
    const message = error instanceof RangeError ? "is nested too deep" : "resolves too many aliases";
    faults.add(field, "malformed", message);
    return { faults: faults.list };
  }
}

function placeOf(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}

/** What the library reads but the contract cannot hold. */
function checkNodes(document: Document, report: (rule: Rule, offset: number, message: string) => void): void {
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) report("duplicate_key", key.range?.[0] ?? 0, `'${name}' stands here a second time`);
        seen.add(name);
      }
    },
    Scalar(_, { value, range }) {
      if (typeof value === "string" && !value.isWellFormed()) {
        report("malformed", range?.[0] ?? 0, "the text has half of a surrogate pair, which is no character");
      }
    },
  });
}

/** The reader is recursive: this keeps hostile texts away from it. Brackets in strings count too, which is harmless. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) {
      if (++depth > 1_000) return true;
    } else if (depth > 0 && (c === 0x5d || c === 0x7d)) depth--;
  }
  return false;
}
