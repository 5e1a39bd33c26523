import type { Fault } from "../errors.ts";
import { at, type Rule } from "./faults.ts";
import { limits } from "./limits.ts";

/** Whether the text is within the bytes of a payload. */
export function fitsPayload(text: string): boolean {
  // UTF-8 takes at most three bytes for a UTF-16 unit: short texts need no counting.
  return text.length * 3 <= limits.payloadBytes || Buffer.byteLength(text) <= limits.payloadBytes;
}

/**
 * Checks a payload given as a value together with its JSON text: an object of at most 256 KiB, nested at most 32
 * deep, without integers beyond 2^53 - 1. At most two faults: one of size, the first one inside. `field` is its path.
 */
export function checkPayload(field: string, value: unknown, text: string): readonly Fault[] {
  const faults: Fault[] = [];
  if (!fitsPayload(text)) {
    faults.push({ field, rule: "max_size", message: `has more than ${limits.payloadBytes} bytes as JSON` });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    faults.push({ field, rule: "not_object", message: "must be a JSON object" });
    return faults;
  }
  const found = findJsonFault(value, 0);
  if (found !== undefined) faults.push({ field: joined(field, found.path), rule: found.rule, message: found.message });
  return faults;
}

/** Checks a payload given as text, as `checkPayload` does; text that is not JSON is a fault too. */
export function checkPayloadText(field: string, text: string): readonly Fault[] {
  if (!fitsPayload(text)) return checkPayload(field, {}, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the payload.
    return [{ field, rule: "not_json", message: "is not JSON" }];
  }
  return checkPayload(field, value, text);
}

/** What is wrong inside a JSON value, and where: `path` has the keys and indexes that lead there, innermost first. */
export interface JsonFault {
  readonly path: (string | number)[];
  readonly rule: Rule;
  readonly message: string;
}

/** The first number that JSON cannot carry or nesting that is too deep, in a value that stands inside `depth` others. */
export function findJsonFault(value: unknown, depth: number): JsonFault | undefined {
  if (typeof value === "number") return findNumberFault(value);
  if (value === undefined) return { path: [], rule: "not_json", message: "has no value" };
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= limits.depth) {
    return { path: [], rule: "max_depth", message: `is nested more than ${limits.depth} deep` };
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = findJsonFault(value[i], depth + 1);
      if (found !== undefined) return within(found, i);
    }
    return undefined;
  }
  for (const key in value) {
    const found = findJsonFault((value as Record<string, unknown>)[key], depth + 1);
    if (found !== undefined) return within(found, key);
  }
  return undefined;
}

function findNumberFault(value: number): JsonFault | undefined {
  if (Number.isSafeInteger(value)) return undefined;
  if (!Number.isFinite(value)) return { path: [], rule: "not_json", message: "is not a finite number" };
  if (!Number.isInteger(value)) return undefined;
  const message = "is an integer beyond 2^53 - 1, which would be rounded: give it as a string";
  return { path: [], rule: "unsafe_integer", message };
}

function within(found: JsonFault, part: string | number): JsonFault {
  found.path.push(part);
  return found;
}

/** The path of a JSON fault inside a field. */
export function joined(field: string, path: readonly (string | number)[]): string {
  return path.reduceRight<string>(at, field);
}
