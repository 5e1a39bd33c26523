import { fromJson } from "@bufbuild/protobuf";
import { type Value, ValueSchema } from "@bufbuild/protobuf/wkt";
import { limits } from "./limits.ts";
import type { JsonValue } from "./types.ts";

/**
 * What a protobuf Value holds, standing inside `depth` others. It need not be JSON: numbers such as NaN and Values
 * without a kind (undefined) stay, and what is nested far deeper than any limit is cut off. `findJsonFault` finds all.
 */
export function contentOf(value: Value, depth: number): unknown {
  if (depth > limits.depth + 1) return null;
  switch (value.kind.case) {
    case "structValue": {
      const entries = Object.entries(value.kind.value.fields);
      return Object.fromEntries(entries.map(([key, item]) => [key, contentOf(item, depth + 1)]));
    }
    case "listValue":
      return value.kind.value.values.map((item) => contentOf(item, depth + 1));
    case "nullValue":
      return null;
    default:
      return value.kind.value;
  }
}

/** A JSON value as a protobuf Value. */
export function toValue(json: JsonValue): Value {
  return fromJson(ValueSchema, json as Parameters<typeof fromJson>[1]);
}
