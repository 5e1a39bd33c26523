import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { DurationSchema, ValueSchema } from "@bufbuild/protobuf/wkt";
import { protoDuration } from "./duration.ts";
import { at, type FaultList } from "./faults.ts";
import { findJsonFault, joined } from "./payload.ts";
import { expandShortForm } from "./short-forms.ts";
import { didYouMean } from "./suggest.ts";

type Json = Record<string, unknown>;

/**
 * Checks a value read from a file against a message and gives its ProtoJSON: short forms expanded, field names as in
 * the contract. What is wrong is a fault and left out, so that the rest can be checked too.
 */
export function shapeMessage(desc: DescMessage, given: unknown, path: string, faults: FaultList): Json {
  const value = expandShortForm(desc, given);
  if (!isObject(value)) {
    faults.add(path, "wrong_type", `must be an object with the fields of ${desc.name}, not ${typeName(value)}`);
    return {};
  }
  const shaped: Json = {};
  const seen = new Map<string, string>();
  for (const [key, item] of Object.entries(value)) {
    const field = desc.fields.find((f) => f.name === key || f.jsonName === key);
    if (field === undefined) {
      const known = desc.fields.map((f) => f.name);
      faults.add(at(path, key), "unknown_field", `${desc.name} has no field '${key}'${didYouMean(key, known)}`);
      continue;
    }
    if (isUnset(field, item)) continue;
    const group = field.oneof?.name ?? field.name;
    const other = seen.get(group);
    if (other !== undefined) {
      faults.add(at(path, key), "conflicting_fields", `excludes '${other}', which is given too`);
      continue;
    }
    seen.set(group, key);
    const shapedItem = shapeField(field, item, at(path, field.name), faults);
    if (shapedItem !== undefined) shaped[field.name] = shapedItem;
    // Of several fields one was chosen, even if it cannot be read: another fault would say that none was.
    else if (field.oneof) shaped[field.name] = field.message ? "0s" : "";
  }
  return shaped;
}

/** null stands for "not given", as in ProtoJSON; in a JSON value it is a value, and `none:` alone means none. */
function isUnset(field: DescField, item: unknown): boolean {
  if (item !== null && item !== undefined) return false;
  return !(field.fieldKind === "message" && (field.message === ValueSchema || field.message.fields.length === 0));
}

function shapeField(field: DescField, item: unknown, path: string, faults: FaultList): unknown {
  switch (field.fieldKind) {
    case "list": {
      if (!Array.isArray(item)) return wrongType(faults, path, "a list", item);
      return item.flatMap((entry, i) => {
        const shaped = shapeSingle(field, entry, at(path, i), faults);
        return shaped === undefined ? [] : [shaped];
      });
    }
    case "map": {
      if (!isObject(item)) return wrongType(faults, path, "an object", item);
      const entries = Object.entries(item).map(([key, entry]) => [
        key,
        shapeSingle(field, entry, at(path, key), faults),
      ]);
      return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined));
    }
    default:
      return shapeSingle(field, item, path, faults);
  }
}

function shapeSingle(field: DescField, item: unknown, path: string, faults: FaultList): unknown {
  if (field.message) return shapeMessageField(field.message, item, path, faults);
  if (field.enum) return shapeEnum(field.enum, item, path, faults);
  switch (field.scalar) {
    case ScalarType.STRING:
      if (typeof item === "string") return item;
      return wrongType(faults, path, "a string (in YAML, quote it)", item);
    case ScalarType.BOOL:
      return typeof item === "boolean" ? item : wrongType(faults, path, "true or false", item);
    case ScalarType.UINT32:
      if (typeof item === "number" && Number.isInteger(item) && item >= 0 && item < 2 ** 32) return item;
      return wrongType(faults, path, "a whole number of 0 or more", item);
    default:
      return typeof item === "number" && Number.isFinite(item) ? item : wrongType(faults, path, "a number", item);
  }
}

function shapeMessageField(desc: DescMessage, item: unknown, path: string, faults: FaultList): unknown {
  if (desc.typeName === DurationSchema.typeName) {
    const duration = typeof item === "string" ? protoDuration(item) : undefined;
    return duration ?? wrongType(faults, path, 'a duration such as "500ms", "10s", "5m", "2h" or "7d"', item);
  }
  if (desc.typeName === ValueSchema.typeName) {
    const found = findJsonFault(item, 0);
    if (found === undefined) return item;
    faults.add(joined(path, found.path), found.rule, found.message);
    return undefined;
  }
  return shapeMessage(desc, item, path, faults);
}

/** Enum values go by their full name or without the prefix, in any case: CONTINUE, continue, ON_FAILURE_CONTINUE. */
function shapeEnum(desc: DescEnum, item: unknown, path: string, faults: FaultList): unknown {
  const prefix = (desc.sharedPrefix ?? "").toUpperCase();
  if (typeof item === "string") {
    const name = item.toUpperCase();
    const value = desc.values.find((v) => v.name === name || v.name === prefix + name);
    if (value !== undefined) return value.name;
  }
  const known = desc.values.filter((v) => v.number !== 0).map((v) => v.name.slice(prefix.length));
  const hint = typeof item === "string" ? didYouMean(item, known) : "";
  faults.add(path, "unknown_value", `must be one of ${known.join(", ")}${hint}`);
  return undefined;
}

function wrongType(faults: FaultList, path: string, wanted: string, item: unknown): undefined {
  faults.add(path, "wrong_type", `must be ${wanted}, not ${typeName(item)}`);
  return undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
