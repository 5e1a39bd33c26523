import type { Value } from "@bufbuild/protobuf/wkt";
import type { Analysis, Kind, Read } from "./cel-analysis.ts";
import { syntaxMessage } from "./cel-errors.ts";
import { analyseExpression, compileExpression } from "./expressions.ts";
import { at, type FaultList } from "./faults.ts";
import { limits } from "./limits.ts";
import { contains } from "./order.ts";
import { findJsonFault, joined } from "./payload.ts";
import { createPayloadReader } from "./payload-reader.ts";
import { didYouMean } from "./suggest.ts";
import { ExpressionError, type JsonValue, type Mapping } from "./types.ts";
import type { ResolvedOrder } from "./validate-order.ts";
import { contentOf } from "./value.ts";

/** Where an expression stands, and so what it may read. */
export interface ExpressionPlace {
  readonly order: ResolvedOrder;
  /** The step it belongs to. */
  readonly step: number;
  /** In `undo.input` an expression may read the step's own output, under has(). */
  readonly ownOutput: boolean;
}

/** Checks a mapping; undefined where none is given or nothing can be made of it. */
export function checkMapping(
  value: Value | undefined,
  field: string,
  place: ExpressionPlace,
  faults: FaultList,
): Mapping | undefined {
  if (value === undefined) return undefined;
  const content = contentOf(value, 0);
  const found = findJsonFault(content, 0);
  if (found !== undefined) {
    faults.add(joined(field, found.path), found.rule, found.message);
    return undefined;
  }
  const mapping = content as Mapping;
  if (Buffer.byteLength(JSON.stringify(mapping)) > limits.mappingBytes) {
    faults.add(field, "max_size", `has more than ${limits.mappingBytes} bytes as JSON`);
    return undefined;
  }
  if (typeof mapping === "string") {
    const kind = checkExpression(mapping, field, place, faults);
    if (kind !== "map" && kind !== "unknown") faults.add(field, "not_object", "must give an object");
  } else if (typeof mapping !== "object" || mapping === null || Array.isArray(mapping)) {
    faults.add(field, "not_object", "must be an object, or an expression that gives one");
  } else {
    checkLeaves(mapping, field, place, faults);
  }
  return mapping;
}

function checkLeaves(node: JsonValue, field: string, place: ExpressionPlace, faults: FaultList): void {
  if (typeof node === "string") {
    const kind = checkExpression(node, field, place, faults);
    if (kind === "type") faults.add(field, "not_json", `gives a type, which JSON has not${quoteHint(node)}`);
  } else if (Array.isArray(node)) {
    for (const [i, item] of node.entries()) checkLeaves(item, at(field, i), place, faults);
  } else if (typeof node === "object" && node !== null) {
    for (const [key, item] of Object.entries(node)) checkLeaves(item, at(field, key), place, faults);
  }
}

/** Checks a `when`: it must be able to be true or false. */
export function checkCondition(text: string, field: string, place: ExpressionPlace, faults: FaultList): void {
  const kind = checkExpression(text, field, place, faults);
  if (kind !== "bool" && kind !== "unknown") {
    faults.add(field, "not_boolean", "must be a condition that is true or false, such as input.amount > 100");
  }
}

/** Checks one expression and tells what it gives; `unknown` also where it has faults. */
function checkExpression(text: string, field: string, place: ExpressionPlace, faults: FaultList): Kind {
  if (text.length > limits.expression) {
    faults.add(field, "max_length", `has more than ${limits.expression} characters`);
    return "unknown";
  }
  let analysis: Analysis;
  try {
    analysis = analyseExpression(text);
  } catch (error) {
    faults.add(field, "invalid_expression", `${syntaxMessage(error)}${quoteHint(text)}`);
    return "unknown";
  }
  for (const { rule, message, column } of analysis.problems) {
    const hint = rule === "unknown_identifier" && analysis.reads.length === 0 ? quoteHint(text) : "";
    faults.add(field, rule, `column ${column}: ${message}${hint}`);
  }
  for (const read of analysis.reads) checkRead(read, field, place, faults);
  if (analysis.problems.length > 0) return "unknown";
  if (analysis.reads.length === 0 && analysis.kind !== "type") checkConstant(text, field, faults);
  return analysis.kind;
}

function checkRead(read: Read, field: string, place: ExpressionPlace, faults: FaultList): void {
  if (read.step === undefined) return;
  const { indexes, ancestors } = place.order;
  const { step: name } = read;
  const index = indexes.get(name);
  const add = (rule: Parameters<FaultList["add"]>[1], message: string) =>
    faults.add(field, rule, `column ${read.column}: ${message}`);
  if (index === undefined) {
    add("unknown_step", `there is no step '${name}'${didYouMean(name, indexes.keys())}`);
  } else if (index === place.step && place.ownOutput) {
    if (!read.guarded) {
      const example = `has(steps.${name}.output.${read.fields[0] ?? "id"})`;
      add(
        "unguarded_output",
        `the own output may be unknown when the step is undone: read it only where ${example} holds`,
      );
    }
  } else if (index >= place.step) {
    const which = index === place.step ? "its own" : `the later step '${name}'s`;
    add("not_before", `reads ${which} output, which does not exist yet`);
  } else if (!contains(ancestors[place.step]!, index)) {
    add("not_ancestor", `step '${name}' need not be over when this runs: add it to 'after'`);
  }
}

/** An expression that reads nothing can be tried at once. */
function checkConstant(text: string, field: string, faults: FaultList): void {
  try {
    compileExpression(text, field, () => 0).json(
      createPayloadReader({ input: "{}", output: () => undefined }, field),
      0,
    );
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    faults.add(field, "invalid_expression", `always fails: ${error.message.slice(field.length + 2)}`);
  }
}

function quoteHint(text: string): string {
  return text.includes("'") || text.length > 40 ? "" : `; for the text itself, quote it: "'${text}'"`;
}
