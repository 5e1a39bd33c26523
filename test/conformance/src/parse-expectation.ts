import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Expectation } from "./case.ts";
import type { Reader } from "./fields.ts";
import { matchers } from "./match.ts";
import { statusNames } from "./status.ts";

const kinds = ["done", "rejected", "error", "same_as", "one_of"];
const words = ["any", "done", "pending", "rejected"] as const;

/** Reads what an answer must be. */
export function parseExpectation(value: unknown, field: string, reader: Reader): Expectation {
  if (value === undefined || typeof value === "string") return parseWord(value, field, reader);
  const fields = reader.mapping(value, field, [...kinds, "message", "retry_after_ms"]);
  const kind = kinds.find((key) => key in fields);
  if (kind === undefined || kinds.filter((key) => key in fields).length > 1) {
    reader.add(field, "one_kind", `needs exactly one of ${kinds.join(", ")}`);
    return { kind: "any" };
  }
  if (kind !== "error") reader.mapping(fields, field, [kind]);
  const content = fields[kind];
  const inner = `${field}.${kind}`;
  switch (kind) {
    case "done":
      checkPattern(content, inner, reader);
      return { kind, output: content as JsonValue };
    case "rejected":
      checkPattern(content, inner, reader);
      return { kind, rejection: reader.mapping(content, inner, ["code", "message", "details"]) as JsonObject };
    case "same_as":
      return { kind, name: reader.text(content, inner) ?? "" };
    case "one_of": {
      const choices = reader.list(content, inner);
      return { kind, choices: choices.map((choice, i) => parseExpectation(choice, `${inner}[${i}]`, reader)) };
    }
    default: {
      const status = reader.oneOf(content, inner, statusNames) ?? "OK";
      const { message, retry_after_ms } = fields as JsonObject;
      checkPattern(message, `${field}.message`, reader);
      checkPattern(retry_after_ms, `${field}.retry_after_ms`, reader);
      return { kind: "error", status, message, retryAfterMs: retry_after_ms };
    }
  }
}

/** A matcher stands alone in its mapping, and is a known one. */
function checkPattern(value: unknown, field: string, reader: Reader): void {
  if (typeof value !== "object" || value === null) return;
  const keys = Object.keys(value);
  const matcher = keys.find((key) => key.startsWith("$"));
  if (matcher === undefined) {
    for (const [key, inner] of Object.entries(value)) checkPattern(inner, `${field}.${key}`, reader);
  } else if (keys.length > 1 || !matchers.includes(matcher)) {
    reader.add(field, "matcher", `has to be one of ${matchers.join(", ")}, alone in its mapping`);
  }
}

function parseWord(value: string | undefined, field: string, reader: Reader): Expectation {
  const word = reader.oneOf(value, field, words) ?? "any";
  if (word === "done") return { kind: word, output: undefined };
  if (word === "rejected") return { kind: word, rejection: undefined };
  return { kind: word };
}
