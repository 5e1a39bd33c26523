import {
  type CelInput,
  type CelMap,
  type CelValue,
  celList,
  celMap,
  isCelList,
  isCelMap,
  isCelType,
  isCelUint,
} from "@bufbuild/cel";
import { toJson } from "@bufbuild/protobuf";
import { isReflectMessage } from "@bufbuild/protobuf/reflect";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { limits } from "./limits.ts";
import { findJsonFault } from "./payload.ts";
import type { JsonValue } from "./types.ts";

/** A JSON value as CEL sees it; numbers are doubles. Objects are converted where they are read. */
export function celOf(value: JsonValue): CelInput {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return celList(value.map(celOf));
  return celMap(new JsonObjectMap(value as { readonly [key: string]: JsonValue }));
}

/**
 * A JSON object as a map. The library converts plain objects too, but takes keys such as `constructor` and
 * `$typeName` for marks of its own, and payloads may hold any key.
 */
class JsonObjectMap implements ReadonlyMap<string, CelInput> {
  readonly #object: { readonly [key: string]: JsonValue };
  readonly #converted = new Map<string, CelInput>();

  constructor(object: { readonly [key: string]: JsonValue }) {
    this.#object = object;
  }
  get size(): number {
    return Object.keys(this.#object).length;
  }
  get(key: unknown): CelInput | undefined {
    if (typeof key !== "string" || !Object.hasOwn(this.#object, key)) return undefined;
    const known = this.#converted.get(key);
    if (known !== undefined) return known;
    const converted = celOf(this.#object[key]!);
    this.#converted.set(key, converted);
    return converted;
  }
  has(key: unknown): boolean {
    return typeof key === "string" && Object.hasOwn(this.#object, key);
  }
  keys(): MapIterator<string> {
    return Object.keys(this.#object).values();
  }
  values(): MapIterator<CelInput> {
    return Object.keys(this.#object)
      .map((key) => this.get(key) as CelInput)
      .values();
  }
  entries(): MapIterator<[string, CelInput]> {
    return Object.keys(this.#object)
      .map((key): [string, CelInput] => [key, this.get(key) as CelInput])
      .values();
  }
  forEach(callback: (value: CelInput, key: string, map: ReadonlyMap<string, CelInput>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }
  [Symbol.iterator](): MapIterator<[string, CelInput]> {
    return this.entries();
  }
}

/** Thrown where a result has no form in JSON; the message holds no value. */
export class NotJsonError extends Error {}

/**
 * The JSON text of a result that will stand inside `depth` objects and lists. uint and int become numbers, bytes
 * base64, timestamps and durations their ProtoJSON strings.
 */
export function jsonTextOf(value: CelValue, depth: number): string {
  return write(value, depth, { left: limits.payloadBytes });
}

function write(value: CelValue, depth: number, room: { left: number }): string {
  const text = writeScalar(value);
  if (text !== undefined) {
    // Lists may hold one large value many times over: stop before the text is built.
    room.left -= text.length;
    if (room.left < 0) throw new NotJsonError(`the result has more than ${limits.payloadBytes} bytes`);
    return text;
  }
  if (depth >= limits.depth) throw new NotJsonError(`the result is nested more than ${limits.depth} deep`);
  room.left -= 2;
  if (isCelList(value)) {
    const items: string[] = [];
    for (const item of value) items.push(write(item, depth + 1, room));
    return `[${items.join(",")}]`;
  }
  const fields: string[] = [];
  for (const [key, item] of value as CelMap) {
    if (typeof key !== "string") throw new NotJsonError("the result has a map whose keys are not strings");
    fields.push(`${JSON.stringify(key)}:${write(item, depth + 1, room)}`);
    room.left -= key.length + 4;
  }
  return `{${fields.join(",")}}`;
}

/** undefined: a list or a map. */
function writeScalar(value: CelValue): string | undefined {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "number":
      return writeNumber(value);
    case "bigint":
      return writeNumber(Number(value));
  }
  if (value === null) return "null";
  if (isCelList(value) || isCelMap(value)) return undefined;
  if (isCelUint(value)) return writeNumber(Number(value.value));
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString("base64"));
  if (isCelType(value)) throw new NotJsonError("the result is a type, which JSON has not");
  if (isReflectMessage(value, TimestampSchema) || isReflectMessage(value, DurationSchema)) {
    return JSON.stringify(toJson(value.desc, value.message));
  }
  throw new NotJsonError("the result has no form in JSON");
}

function writeNumber(value: number): string {
  const found = findJsonFault(value, 0);
  if (found !== undefined) throw new NotJsonError(`the result ${found.message}`);
  return JSON.stringify(value);
}
