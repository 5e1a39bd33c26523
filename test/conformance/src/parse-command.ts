import type { JsonObject } from "@bufbuild/protobuf";
import { type CommandStep, type ContextFields, omittable, roles, transports } from "./case.ts";
import type { Reader } from "./fields.ts";
import { parseExpectation } from "./parse-expectation.ts";

const commandKeys = [
  ...["do", "undo", "on", "as", "ms", "input", "do_input", "do_output", "attempt", "item", "round", "context"],
  ...["timeout_ms", "deadline_ms", "call_deadline_ms", "times", "effects", "through", "over", "payload", "without"],
  ...["correlation", "cancels", "name", "in_background", "all_same", "within_ms", "expect"],
];

const contextKeys = ["namespace", "definition", "version", "metadata", "completion_token"];

/** "reject", "fail once", "undo reject", "undo fail once": see README.md. */
const behaviourPattern = /^(undo )?[a-z_]+( once)?$/;

/** Reads a step that sends a Do or an Undo. */
export function parseCommand(fields: Record<string, unknown>, field: string, reader: Reader): CommandStep {
  reader.mapping(fields, field, commandKeys);
  if ("do" in fields === "undo" in fields) reader.add(field, "one_kind", "needs exactly one of do, undo");
  const direction = "undo" in fields ? "undo" : "do";
  const text = (key: string) => reader.text(fields[key], `${field}.${key}`);
  const integer = (key: string, least = 0) => reader.integer(fields[key], `${field}.${key}`, least);
  const object = (key: string) => {
    return fields[key] === undefined ? undefined : (reader.mapping(fields[key], `${field}.${key}`) as JsonObject);
  };
  const as = text("as");
  if (as !== undefined && !behaviourPattern.test(as)) {
    reader.add(`${field}.as`, "behaviour", 'has to be a behaviour such as "reject", "fail once" or "undo fail once"');
  }
  const inBackground = reader.flag(fields.in_background, `${field}.in_background`);
  const name = text("name");
  if (inBackground === "expect" in fields) {
    reader.add(`${field}.expect`, "required", "belongs to every command that is not in_background, and to no other");
  }
  if (inBackground && name === undefined) reader.add(`${field}.name`, "required", "is needed by what is in_background");
  const without = fields.without === undefined ? [] : reader.list(fields.without, `${field}.without`);
  return {
    kind: "command",
    direction,
    role: reader.oneOf(fields[direction], `${field}.${direction}`, [...roles, "unknown"]) ?? "effect",
    on: text("on") ?? "it",
    as,
    ms: integer("ms"),
    input: object("input"),
    doInput: object("do_input"),
    doOutput: fields.do_output === "unknown" ? "unknown" : object("do_output"),
    attempt: integer("attempt", 1) ?? 1,
    item: integer("item"),
    round: integer("round", 2),
    context: parseContext(fields.context, `${field}.context`, reader),
    timeoutMs: integer("timeout_ms"),
    deadlineMs: integer("deadline_ms", Number.NEGATIVE_INFINITY),
    callDeadlineMs: integer("call_deadline_ms", 1),
    times: integer("times", 1) ?? 1,
    effects: integer("effects", 1),
    through: text("through") ?? "main",
    over: reader.oneOf(fields.over, `${field}.over`, transports),
    payload: fields.payload === "" ? "" : text("payload"),
    without: without.flatMap((part, i) => reader.oneOf(part, `${field}.without[${i}]`, omittable) ?? []),
    correlation: text("correlation"),
    cancels: text("cancels"),
    name,
    inBackground,
    allSame: reader.flag(fields.all_same, `${field}.all_same`),
    withinMs: integer("within_ms") ?? 0,
    expect: inBackground ? { kind: "any" } : parseExpectation(fields.expect, `${field}.expect`, reader),
  };
}

function parseContext(value: unknown, field: string, reader: Reader): ContextFields {
  if (value === undefined) return {};
  const { metadata, ...fields } = reader.mapping(value, field, contextKeys);
  const context: ContextFields = {
    namespace: reader.text(fields.namespace, `${field}.namespace`),
    definition: reader.text(fields.definition, `${field}.definition`),
    version: reader.integer(fields.version, `${field}.version`, 1),
    completion_token: reader.text(fields.completion_token, `${field}.completion_token`),
  };
  if (metadata !== undefined) {
    const entries = Object.entries(reader.mapping(metadata, `${field}.metadata`));
    for (const [key, text] of entries) {
      if (typeof text !== "string") reader.add(`${field}.metadata.${key}`, "type", "has to be a text");
    }
    context.metadata = Object.fromEntries(entries) as Record<string, string>;
  }
  return context;
}
