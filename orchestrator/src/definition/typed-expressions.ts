import { fromJson } from "@bufbuild/protobuf";
import { TimestampSchema, timestampMs } from "@bufbuild/protobuf/wkt";
import { compileExpression, type Expression } from "./expressions.ts";
import { limits } from "./limits.ts";
import { createPayloadReader } from "./payload-reader.ts";
import type { Scope } from "./types.ts";

/** Compiles an expression that must give a T. `path` and `indexOf` as for `compileExpression`. */
export type Compile<T> = (text: string, path: string, indexOf: (step: string) => number) => (scope: Scope) => T;

/** Any value that JSON has, as its text. */
export const compileJson: Compile<string> = (text, path, indexOf) => {
  const expression = compileExpression(text, path, indexOf);
  return (scope) => expression.json(createPayloadReader(scope, path), 0);
};

/** A condition: true or false. */
export const compileCondition: Compile<boolean> = (text, path, indexOf) => {
  const expression = compileExpression(text, path, indexOf);
  return (scope) => expression.condition(createPayloadReader(scope, path));
};

/** A list of at most `limits.items`, each as JSON text. */
export const compileItems: Compile<readonly string[]> = (text, path, indexOf) => {
  const { value, fail } = compileValue(text, path, indexOf);
  return (scope) => {
    const items = value(scope);
    if (!Array.isArray(items)) return fail("the result is not a list");
    if (items.length > limits.items) return fail(`the list has more than ${limits.items} items`);
    return items.map((item) => JSON.stringify(item));
  };
};

/** A moment, in ms since the epoch: a timestamp, or a string in the form of RFC 3339. */
export const compileMoment: Compile<number> = (text, path, indexOf) => {
  const { value, fail } = compileValue(text, path, indexOf);
  return (scope) => {
    const moment = value(scope);
    try {
      if (typeof moment === "string") return timestampMs(fromJson(TimestampSchema, moment));
    } catch {
      // The library's message would quote the payload.
    }
    return fail("the result is not a timestamp; as a string it looks like '2026-07-01T15:00:00Z'");
  };
};

/** The key of a lock: a string, or a number as its JSON text. */
export const compileKey: Compile<string> = (text, path, indexOf) => {
  const { value, fail } = compileValue(text, path, indexOf);
  return (scope) => {
    const result = value(scope);
    const key = typeof result === "number" ? JSON.stringify(result) : result;
    if (typeof key !== "string") return fail("the key is neither a string nor a number");
    if (key === "") return fail("the key is empty");
    if (Buffer.byteLength(key) > limits.lockKeyBytes) return fail(`the key has more than ${limits.lockKeyBytes} bytes`);
    return key;
  };
};

/** The result as a JSON value, where timestamps are strings. */
function compileValue(
  text: string,
  path: string,
  indexOf: (step: string) => number,
): { readonly value: (scope: Scope) => unknown; readonly fail: Expression["fail"] } {
  const expression = compileExpression(text, path, indexOf);
  return {
    value: (scope) => JSON.parse(expression.json(createPayloadReader(scope, path), 0)),
    fail: expression.fail,
  };
}
