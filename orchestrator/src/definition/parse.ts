import { createHash } from "node:crypto";
import { fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import canonicalize from "canonicalize";
import type { Fault } from "../errors.ts";
import { type SagaDefinition, SagaDefinitionSchema } from "../gen/backstitch/v1/definition_pb.js";
import { createFaultList } from "./faults.ts";
import { shapeMessage } from "./shape.ts";
import { readYaml } from "./yaml.ts";

export interface ParseOptions {
  /** The field of a fault that concerns the text as a whole; default `text`. */
  readonly field?: string;
  /** Stands before the paths of faults inside the definition, such as `definition.`; default none. */
  readonly prefix?: string;
}

export interface ParsedDefinition {
  readonly faults: readonly Fault[];
  /** What could be read, parts with faults left out; undefined where the text itself is malformed. */
  readonly message: SagaDefinition | undefined;
}

/**
 * Reads a definition from YAML or JSON: the ProtoJSON of SagaDefinition, in snake_case or camelCase, plus forms that
 * are easier to write:
 *
 * - durations: `500ms`, `10s`, `5m`, `2h`, `7d`, `1h30m`
 * - enum values without their prefix: `on_failure: CONTINUE`
 * - `after: [a, b]` and `after: a`, `undo: none`, `undo: {retry: ...}` (see short-forms.ts)
 *
 * YAML anchors and aliases may be used; merge keys (`<<`) may not. Nothing is thrown. This reads the form only:
 * whether the definition makes sense is for `validateDefinition`; `checkDefinitionText` does both.
 */
export function parseDefinition(text: string, options: ParseOptions = {}): ParsedDefinition {
  const read = readYaml(text, options.field ?? "text");
  if ("faults" in read) return { faults: read.faults, message: undefined };
  const faults = createFaultList(options.prefix);
  const shaped = shapeMessage(SagaDefinitionSchema, read.value, "", faults);
  return { faults: faults.list, message: fromJson(SagaDefinitionSchema, shaped as JsonValue) };
}

/** The definition as canonical JSON (RFC 8785): the same text for the same content. */
export function canonicalText(message: SagaDefinition): string {
  return canonicalize(toJson(SagaDefinitionSchema, message)) as string;
}

/** SHA-256 of a text in UTF-8, in hexadecimal. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
