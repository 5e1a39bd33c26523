import type { JsonValue } from "@bufbuild/protobuf";
import type { Answer } from "./answer.ts";
import type { Expectation, Step } from "./case.ts";

const maxLength = 160;

/** An expectation in words. */
export function describeExpectation(expected: Expectation): string {
  switch (expected.kind) {
    case "any":
      return "an answer";
    case "done":
      return expected.output === undefined ? "done" : `done with ${short(expected.output)}`;
    case "pending":
      return "pending";
    case "rejected":
      return expected.rejection === undefined ? "rejected" : `rejected with ${short(expected.rejection)}`;
    case "error": {
      const message = expected.message === undefined ? "" : `, message ${short(expected.message)}`;
      const delay = expected.retryAfterMs === undefined ? "" : `, retry after ${short(expected.retryAfterMs)} ms`;
      return `the error ${expected.status}${message}${delay}`;
    }
    case "same_as":
      return `the same answer as the one named "${expected.name}"`;
    case "one_of":
      return expected.choices.map(describeExpectation).join(", or ");
  }
}

/** An answer in words. */
export function describeAnswer(answer: Answer): string {
  switch (answer.kind) {
    case "done":
      return `done with ${short(answer.output)}`;
    case "pending":
      return "pending";
    case "rejected": {
      const details = answer.details === undefined ? "" : `, details ${short(answer.details)}`;
      return `rejected with the code ${short(answer.code)}, message ${short(answer.message)}${details}`;
    }
    case "error": {
      const delay = answer.retryAfterMs === 0 ? "" : `, retry after ${answer.retryAfterMs} ms`;
      return `the error ${answer.status}, message ${short(answer.message)}${delay}`;
    }
    case "malformed":
      return `what the contract does not allow: ${answer.what}`;
    case "none":
      return `no answer within ${answer.withinMs} ms`;
  }
}

/** A step in a few words, such as `do effect "it"`. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case "command": {
      const many = step.times > 1 ? ` ${step.times} times` : "";
      const effects = step.effects === undefined ? "" : ` for ${step.effects} effects`;
      const as = step.as === undefined ? "" : ` as "${step.as}"`;
      const attempt = step.attempt > 1 ? ` attempt ${step.attempt}` : "";
      return `${step.direction} ${step.role} "${step.on}"${as}${attempt}${many}${effects}`;
    }
    case "at_once":
      return `at once: ${step.commands.map(describeStep).join("; ")}`;
    case "count":
      return `count "${step.on}"`;
    case "answer":
      return `the answer to "${step.name}"`;
    case "silent":
      return `no answer to "${step.name}"`;
    case "cancel":
      return `cancel "${step.name}"`;
    case "health":
      return `health of "${step.service}"`;
    case "participant":
      return `${step.act} the participant`;
    case "connection":
      return `${step.act.replaceAll("_", " ")} "${step.through}"`;
    case "ended_with":
      return "how the participant ended";
    case "ends":
      return `the end of "${step.through}"`;
    case "wait":
      return `wait ${step.ms} ms`;
  }
}

/** A value as JSON, cut where it is long. */
export function short(value: JsonValue): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}… (${text.length} characters)`;
}
