import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Answer } from "./answer.ts";
import type { Expectation } from "./case.ts";
import type { SentCommand } from "./command.ts";

/** What a pattern may have in place of a value: see README.md. */
export const matchers = ["$exactly", "$sent", "$between", "$contains", "$lacks", "$length", "$names_actions"];

/** What an expectation may refer to. */
export interface MatchScope {
  /** The command that was answered. */
  sent: SentCommand;
  /** Answers that were given a name. */
  named: ReadonlyMap<string, Answer>;
  /** The actions that the participant offers, as far as it is known. */
  actions: readonly string[];
}

/** Whether an answer is what was expected. */
export function matches(expected: Expectation, answer: Answer, scope: MatchScope): boolean {
  switch (expected.kind) {
    case "any":
      return answer.kind !== "malformed" && answer.kind !== "none";
    case "done":
      return answer.kind === "done" && fits(expected.output, answer.output, scope);
    case "pending":
      return answer.kind === "pending";
    case "rejected": {
      if (answer.kind !== "rejected") return false;
      const { kind: _, ...rejection } = answer;
      return fits(expected.rejection, rejection, scope);
    }
    case "error":
      return (
        answer.kind === "error" &&
        answer.status === expected.status &&
        fits(expected.message, answer.message, scope) &&
        fits(expected.retryAfterMs, answer.retryAfterMs, scope)
      );
    case "same_as":
      return isSame(answer, scope.named.get(expected.name));
    case "one_of":
      return expected.choices.some((choice) => matches(choice, answer, scope));
  }
}

/** Whether two answers are the same, whatever the order of keys. */
export function isSame(answer: Answer, other: Answer | undefined): boolean {
  return isEqual(answer as unknown as JsonValue, other as unknown as JsonValue);
}

/** Whether a value fits a pattern: objects may have further keys, everything else is equal. */
function fits(pattern: JsonValue | undefined, value: JsonValue | undefined, scope: MatchScope): boolean {
  if (pattern === undefined) return true;
  if (!isObject(pattern)) return isEqual(pattern, value);
  const [key, argument] = Object.entries(pattern)[0] ?? [];
  if (key?.startsWith("$") && argument !== undefined) return fitsMatcher(key, argument, value, scope);
  return isObject(value) && Object.entries(pattern).every(([name, inner]) => fits(inner, value[name], scope));
}

function fitsMatcher(matcher: string, argument: JsonValue, value: JsonValue | undefined, scope: MatchScope): boolean {
  switch (matcher) {
    case "$exactly":
      return isEqual(argument, value);
    case "$sent":
      return isEqual(scope.sent.fields[String(argument)], value);
    case "$between": {
      const [least, most] = argument as [number, number];
      return typeof value === "number" && value >= least && value <= most;
    }
    case "$contains":
      return typeof value === "string" && value.includes(String(argument));
    case "$lacks":
      return typeof value === "string" && !value.includes(String(argument));
    case "$length":
      return typeof value === "string" && value.length === argument;
    case "$names_actions":
      return typeof value === "string" && scope.actions.every((action) => value.includes(action));
    default:
      throw new Error(`the case file has an unknown matcher ${matcher}`);
  }
}

function isEqual(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i]));
  if (!isObject(a)) return a === b;
  if (!isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
