import type { DescMessage } from "@bufbuild/protobuf";
import { DependenciesSchema, UndoSchema } from "../gen/backstitch/v1/definition_pb.js";

/**
 * The short forms of a file. Each stands for one message of the contract, and only where that message is expected:
 *
 * - `after: reserve` and `after: [reserve, charge]` for `after: {steps: [...]}`; `after: []` for no dependency at all
 * - `undo: none` for `undo: {none: {}}`
 * - `undo: {timeout: 5s, retry: {...}}` for `undo: {with: {timeout: ..., retry: ...}}`
 *
 * A value in another form comes back as it is. (Durations and enum values have short forms of their own.)
 */
export function expandShortForm(desc: DescMessage, value: unknown): unknown {
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
