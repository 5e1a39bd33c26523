import type { Value } from "@bufbuild/protobuf/wkt";
import { at, type FaultList } from "./faults.ts";
import { limits } from "./limits.ts";
import { findJsonFault, joined } from "./payload.ts";
import type { JsonValue, Mapping } from "./types.ts";
import { checkExpression, type ExpressionPlace } from "./validate-expression.ts";
import { contentOf } from "./value.ts";

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
    checkExpression("object", mapping, field, place, faults);
  } else if (typeof mapping !== "object" || mapping === null || Array.isArray(mapping)) {
    faults.add(field, "not_object", "must be an object, or an expression that gives one");
  } else {
    checkLeaves(mapping, field, place, faults);
  }
  return mapping;
}

function checkLeaves(node: JsonValue, field: string, place: ExpressionPlace, faults: FaultList): void {
  if (typeof node === "string") {
    checkExpression("value", node, field, place, faults);
  } else if (Array.isArray(node)) {
    for (const [i, item] of node.entries()) checkLeaves(item, at(field, i), place, faults);
  } else if (typeof node === "object" && node !== null) {
    for (const [key, item] of Object.entries(node)) checkLeaves(item, at(field, key), place, faults);
  }
}
