import type { DescMessage } from "@bufbuild/protobuf";
import {
  AwaitSchema,
  DependenciesSchema,
  GoBackSchema,
  LockSchema,
  SleepSchema,
  UndoSchema,
} from "../gen/backstitch/v1/definition_pb.js";

/** The messages for which a text alone may stand, and the field that it is. */
const fieldOfText: Readonly<Record<string, string>> = {
  [GoBackSchema.typeName]: "to",
  [SleepSchema.typeName]: "duration",
  [AwaitSchema.typeName]: "signal",
  [LockSchema.typeName]: "key",
};

/**
 * The short forms of a file. Each stands for one message of the contract, and only where that message is expected:
 *
 * - `after: reserve` and `after: [reserve, charge]` for `after: {steps: [...]}`; `after: []` for no dependency at all
 * - `go_back: match` for `go_back: {to: match}`
 * - `sleep: 10s` for `sleep: {duration: 10s}`
 * - `await: paid` for `await: {signal: paid}`
 * - `lock: input.listing_id` for `lock: {key: input.listing_id}`
 * - `undo: none` for `undo: {none: {}}`
 * - `undo: {timeout: 5s, retry: {...}}` for `undo: {with: {timeout: ..., retry: ...}}`
 *
 * A value in another form comes back as it is. (Durations and enum values have short forms of their own.)
 */
export function expandShortForm(desc: DescMessage, value: unknown): unknown {
  const field = typeof value === "string" ? fieldOfText[desc.typeName] : undefined;
  if (field !== undefined) return { [field]: value };
  switch (desc.typeName) {
    case DependenciesSchema.typeName:
      if (typeof value === "string") return { steps: [value] };
      return Array.isArray(value) ? { steps: value } : value;
    case UndoSchema.typeName: {
      if (value === "none") return { none: {} };
      if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
      const keys = Object.keys(value);
      return keys.length === 0 || keys.includes("with") || keys.includes("none") ? value : { with: value };
    }
    default:
      // A message without fields says all by being there: `none:` in YAML reads as null.
      return desc.fields.length === 0 && value === null ? {} : value;
  }
}
