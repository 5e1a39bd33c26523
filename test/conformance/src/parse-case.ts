import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import {
  type Case,
  type connectionActs,
  healthStatuses,
  participantActs,
  roles,
  type Step,
  transports,
} from "./case.ts";
import { checkSteps } from "./check-steps.ts";
import { createReader, type Reader, UsageError, usageFault } from "./fields.ts";
import { parseCommand } from "./parse-command.ts";
import { parseExpectation } from "./parse-expectation.ts";
import { readYamlFile } from "./yaml-file.ts";

/** What stands beside the key that says what a step is. */
const stepKeys: Record<string, readonly string[]> = {
  at_once: ["in_one_message"],
  count: ["on", "effects", "within_ms"],
  answer: ["expect"],
  silent: [],
  cancel: [],
  health: ["service", "within_ms"],
  participant: [],
  close_sending: [],
  break: [],
  garbage: [],
  says_draining: [],
  ended_with: [],
  ends: ["through"],
  wait_ms: [],
};

/** The most characters of a name, so that the table stays readable. */
const maxName = 90;

/** What `count` can look at. `balance` is applied less undone. */
const counted = ["applied", "undone", "balance", "runs", "undo_runs", "aborted"];

/** Reads every `.yaml` file of a folder. Throws a UsageError that names all faults of all of them. */
export function readCases(folder: string): Case[] {
  const reader = createReader();
  const files = yamlFiles(folder);
  if (files.length === 0) reader.add(folder, "empty", "has no .yaml file");
  const cases = files.flatMap((file) => parseCases(readYamlFile(file), basename(file), reader));
  const seen = new Set<string>();
  for (const { id } of cases) {
    if (seen.has(id)) reader.add(id, "unique", "is the id of two cases");
    seen.add(id);
  }
  if (reader.faults.length > 0) throw new UsageError(reader.faults);
  return cases;
}

function yamlFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".yaml"))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    throw usageFault(folder, "unreadable", (error as Error).message);
  }
}

/** Reads the content of one file; faults go to the reader. */
export function parseCases(content: unknown, file: string, reader: Reader): Case[] {
  const { topic, cases } = reader.mapping(content, file, ["topic", "cases"]);
  if (topic === undefined) reader.add(`${file}: topic`, "required", "is missing");
  const readTopic = reader.text(topic, `${file}: topic`) ?? "";
  return reader
    .list(cases, `${file}: cases`)
    .map((value, i) => parseCase(value, `${file}: cases[${i}]`, readTopic, reader));
}

function parseCase(value: unknown, field: string, topic: string, reader: Reader): Case {
  const fields = reader.mapping(value, field, ["id", "name", "over", "needs", "exact", "steps"]);
  for (const key of ["id", "name", "steps"]) {
    if (fields[key] === undefined) reader.add(`${field}.${key}`, "required", "is missing");
  }
  const name = reader.text(fields.name, `${field}.name`) ?? "";
  if (name.length > maxName) reader.add(`${field}.name`, "max_length", `has more than ${maxName} characters`);
  const over = reader.oneOf(fields.over, `${field}.over`, transports);
  const needs = fields.needs === undefined ? [] : reader.list(fields.needs, `${field}.needs`);
  const stepValues = fields.steps === undefined ? [] : reader.list(fields.steps, `${field}.steps`);
  const steps = stepValues.flatMap((step, i) => parseStep(step, `${field}.steps[${i}]`, reader) ?? []);
  checkSteps(steps, over, `${field}.steps`, reader);
  return {
    id: reader.text(fields.id, `${field}.id`) ?? "",
    name,
    topic,
    over: over === undefined ? transports : [over],
    needs: needs.flatMap((role, i) => reader.oneOf(role, `${field}.needs[${i}]`, roles) ?? []),
    exact: reader.flag(fields.exact, `${field}.exact`),
    steps,
  };
}

function parseStep(value: unknown, field: string, reader: Reader): Step | undefined {
  const fields = reader.mapping(value, field);
  if ("do" in fields || "undo" in fields) return parseCommand(fields, field, reader);
  const kinds = Object.keys(stepKeys).filter((key) => key in fields);
  const kind = kinds[0];
  if (kind === undefined || kinds.length > 1) {
    const known = ["do", "undo", ...Object.keys(stepKeys)].join(", ");
    reader.add(field, "one_kind", `needs exactly one of ${known}`);
    return undefined;
  }
  reader.mapping(fields, field, [kind, ...(stepKeys[kind] ?? [])]);
  return parseOther(kind, fields, field, reader);
}

function parseOther(kind: string, fields: Record<string, unknown>, field: string, reader: Reader): Step {
  const main = `${field}.${kind}`;
  const name = () => reader.text(fields[kind], main) ?? "main";
  const withinMs = () => reader.integer(fields.within_ms, `${field}.within_ms`) ?? 0;
  switch (kind) {
    case "at_once": {
      const commands = reader.list(fields.at_once, main).map((command, i) => {
        return parseCommand(reader.mapping(command, `${main}[${i}]`), `${main}[${i}]`, reader);
      });
      return { kind, commands, inOneMessage: reader.flag(fields.in_one_message, `${field}.in_one_message`) };
    }
    case "count": {
      const want = reader.mapping(fields.count, main, counted);
      for (const key of Object.keys(want)) reader.integer(want[key], `${main}.${key}`);
      const on = reader.text(fields.on, `${field}.on`) ?? "it";
      const effects = reader.integer(fields.effects, `${field}.effects`, 1);
      return { kind, on, effects, want: want as Record<string, number>, withinMs: withinMs() };
    }
    case "answer":
      if (fields.expect === undefined) reader.add(`${field}.expect`, "required", "is missing");
      return { kind, name: name(), expect: parseExpectation(fields.expect, `${field}.expect`, reader) };
    case "silent":
    case "cancel":
      return { kind, name: name() };
    case "health": {
      const service = fields.service === "" ? "" : (reader.text(fields.service, `${field}.service`) ?? "");
      const want = reader.oneOf(fields.health, main, healthStatuses) ?? "SERVING";
      return { kind, want, service, withinMs: withinMs() };
    }
    case "participant":
      return { kind, act: reader.oneOf(fields.participant, main, participantActs) ?? "kill" };
    case "ended_with":
      return { kind, how: name() };
    case "ends":
      return { kind, status: name(), through: reader.text(fields.through, `${field}.through`) ?? "main" };
    case "wait_ms":
      return { kind: "wait", ms: reader.integer(fields.wait_ms, main) ?? 0 };
    default:
      return { kind: "connection", act: kind as (typeof connectionActs)[number], through: name() };
  }
}
