import { type DescEnum, type DescField, type DescMessage, type Message, ScalarType } from "@bufbuild/protobuf";
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import { durationMs, timestampDate } from "@bufbuild/protobuf/wkt";

/**
 * Turns a message into a plain object: enum values become their short names ("COMPLETED"), timestamps Dates, durations
 * milliseconds, 64-bit integers numbers, a oneof `{kind, ...}`. What is unset or unspecified is left out.
 */
export function toPlain(desc: DescMessage, message: Message): Record<string, unknown> {
  const fields = message as unknown as Record<string, unknown>;
  const plain: Record<string, unknown> = {};
  for (const member of desc.members) {
    if (member.kind === "field") {
      const value = fieldToPlain(member, fields[member.localName]);
      if (value !== undefined) plain[member.localName] = value;
      continue;
    }
    const set = fields[member.localName] as { case: string | undefined; value?: unknown };
    const field = member.fields.find((candidate) => candidate.localName === set.case);
    if (field?.fieldKind === "message") {
      plain[member.localName] = { kind: set.case, ...(fieldToPlain(field, set.value) as object) };
    }
  }
  return plain;
}

function fieldToPlain(field: DescField, value: unknown): unknown {
  if (value === undefined) return undefined;
  switch (field.fieldKind) {
    case "scalar":
      return scalarToPlain(field.scalar, value);
    case "enum":
      return enumToPlain(field.enum, value as number);
    case "message":
      return messageToPlain(field.message, value);
    case "list":
      return (value as unknown[]).map((item) =>
        field.listKind === "message" ? messageToPlain(field.message, item) : item,
      );
    case "map":
      return { ...(value as object) };
  }
}

function scalarToPlain(type: ScalarType, value: unknown): unknown {
  return type === ScalarType.UINT64 || type === ScalarType.INT64 ? Number(value) : value;
}

function enumToPlain(desc: DescEnum, number: number): string | undefined {
  // A value that is newer than this SDK shows as its number.
  return number === 0 ? undefined : (desc.value[number]?.localName ?? String(number));
}

function messageToPlain(desc: DescMessage, value: unknown): unknown {
  switch (desc.typeName) {
    case "google.protobuf.Timestamp":
      return timestampDate(value as Timestamp);
    case "google.protobuf.Duration":
      return durationMs(value as Duration);
    case "google.protobuf.Struct":
    case "google.protobuf.Value":
      return value;
    default:
      return toPlain(desc, value as Message);
  }
}
