import type { CelError } from "@bufbuild/cel";

/** The library's messages that hold nothing but types; of the others only the fault is told, as they may hold values. */
const safeMessages = [
  /^found no matching overload for '[^']*' applied to '[\w.(), <>-]*'$/,
  /^type mismatch: expected bool, got [\w .,()]*$/,
];

const explanations: readonly (readonly [RegExp, string])[] = [
  [/divide by zero|modulus by zero/, "division by zero"],
  [/overflow/, "a number is out of range"],
  [/parse timestamp/, "a value cannot be converted to a timestamp: it looks like '2026-07-01T15:00:00Z'"],
  [/parse duration/, "a value cannot be converted to a duration: it looks like '24h' or '1h30m'"],
  [/(timestamp|duration) out of range/, "a time is out of range"],
  [/^index |out of bounds/, "an index is out of range"],
  [/^map key conflict|unsupported key type/, "a map cannot have such keys"],
  [/convert|parse|decode|BigInt/i, "a value cannot be converted"],
  [/^type mismatch: iterable/, "all, exists, map and filter need a list or a map"],
  [/call stack/, "it is nested too deep"],
];

/** Why an evaluation failed, in words that hold no value of a payload. `text` is the expression. */
export function explain(error: CelError, text: string): string {
  const { message } = error;
  const missing = /^field not found: (.*)$/s.exec(message);
  if (missing !== null) {
    // A computed key comes from a payload; one that stands in the expression does not.
    const [, field] = missing;
    return field !== "" && text.includes(field!) ? `there is no field '${field}'` : "there is no such field";
  }
  if (safeMessages.some((safe) => safe.test(message))) {
    const isTimeAsText = message.includes("string") && message.includes("google.protobuf.");
    return isTimeAsText ? `${message}: a text becomes a time with timestamp(...)` : message;
  }
  return explanations.find(([pattern]) => pattern.test(message))?.[1] ?? "it cannot be evaluated";
}

/** What is wrong with the text of an expression that CEL cannot read. */
export function syntaxMessage(error: unknown): string {
  if (error instanceof RangeError) return "is nested too deep";
  if (!(error instanceof Error)) return "is not CEL";
  const match = /^<input>:(\d+):(\d+): (.*)$/s.exec(error.message);
  if (match === null) return `is not CEL: ${error.message}`;
  const [, line, column, fault] = match;
  // Where a value was expected the parser lists all that a value may begin with.
  const detail = fault!.includes("expecting '!'")
    ? fault!.replace(/but expecting '!'.*$/s, "where a value is expected")
    : fault;
  return `is not CEL: ${line === "1" ? "" : `line ${line}, `}column ${column}: ${detail}`;
}
