import { compileExpression } from "./expressions.ts";
import { at } from "./faults.ts";
import { limits } from "./limits.ts";
import { fitsPayload } from "./payload.ts";
import { createPayloadReader, type PayloadReader } from "./payload-reader.ts";
import { ExpressionError, type Mapping, type Scope } from "./types.ts";

/** Gives the JSON text of an object. Throws ExpressionError. */
export type MappingFunction = (scope: Scope) => string;

/** A fixed stretch of the result's text, or what gives the next one. */
type Part = string | ((reader: PayloadReader) => string);

/**
 * Compiles a mapping that was checked: its string leaves are CEL expressions, all else is literal. The literal parts
 * are text from the start; a mapping without expressions that read anything is one constant text. `path` is its place
 * in the definition, `indexOf` gives the index of a step.
 */
export function compileMapping(mapping: Mapping, path: string, indexOf: (step: string) => number): MappingFunction {
  if (typeof mapping === "string") return compileWhole(mapping, path, indexOf);
  const parts = merged(partsOf(mapping, path, 0, indexOf));
  const [first] = parts;
  if (parts.length === 1 && typeof first === "string") return () => first;
  return (scope) => {
    const reader = createPayloadReader(scope, path);
    let text = "";
    for (const part of parts) text += typeof part === "string" ? part : part(reader);
    return fitting(text, path);
  };
}

/** A mapping that is one expression: it must give an object. */
function compileWhole(text: string, path: string, indexOf: (step: string) => number): MappingFunction {
  const expression = compileExpression(text, path, indexOf);
  const { whole } = expression;
  return (scope) => {
    // A payload was checked when it came: it goes on as it is, unparsed. Items of a list may be anything.
    const text = whole?.(scope);
    if (text !== undefined && /^\s*\{/.test(text)) return text;
    const result = expression.json(createPayloadReader(scope, path), 0);
    if (!result.startsWith("{")) return expression.fail("the result is not an object");
    return fitting(result, path);
  };
}

function partsOf(node: Mapping, path: string, depth: number, indexOf: (step: string) => number): Part[] {
  if (typeof node === "string") {
    const expression = compileExpression(node, path, indexOf);
    if (expression.constant) return [expression.json(noPayloads, depth)];
    return [(reader) => expression.json(reader, depth)];
  }
  if (typeof node !== "object" || node === null) return [JSON.stringify(node)];
  if (Array.isArray(node)) {
    const items = node.flatMap((item, i) => [i === 0 ? "[" : ",", ...partsOf(item, at(path, i), depth + 1, indexOf)]);
    return items.length === 0 ? ["[]"] : [...items, "]"];
  }
  const fields = Object.entries(node).flatMap(([key, value], i) => [
    `${i === 0 ? "{" : ","}${JSON.stringify(key)}:`,
    ...partsOf(value, at(path, key), depth + 1, indexOf),
  ]);
  return fields.length === 0 ? ["{}"] : [...fields, "}"];
}

const noPayloads = createPayloadReader({ input: "{}", output: () => undefined }, "");

/** Neighbouring texts joined. */
function merged(parts: readonly Part[]): readonly Part[] {
  const result: Part[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === "string" && typeof last === "string") result[result.length - 1] = last + part;
    else result.push(part);
  }
  return result;
}

function fitting(text: string, path: string): string {
  if (fitsPayload(text)) return text;
  throw new ExpressionError(path, `${path}: the result has more than ${limits.payloadBytes} bytes`);
}
