import { fromJsonString } from "@bufbuild/protobuf";
import { BackstitchError, type Fault } from "../errors.ts";
import { type SagaDefinition, SagaDefinitionSchema } from "../gen/backstitch/v1/definition_pb.js";
import { at, checkName, createFaultList, type FaultList } from "./faults.ts";
import { limits, names } from "./limits.ts";
import { pivotOf } from "./order.ts";
import { type ParseOptions, parseDefinition } from "./parse.ts";
import type { Definition, Step } from "./types.ts";
import type { ExpressionPlace } from "./validate-expression.ts";
import { checkLock } from "./validate-lock.ts";
import { checkMapping } from "./validate-mapping.ts";
import { checkOrder, type ResolvedOrder } from "./validate-order.ts";
import { checkDuration } from "./validate-policy.ts";
import { checkStep } from "./validate-step.ts";

export interface ValidateOptions {
  /** Stands before the paths of faults, such as `definition.`; default none. */
  readonly prefix?: string;
  /** Names of the configured participants; left out, any name goes. */
  readonly participants?: readonly string[];
}

export type Validated = { readonly faults: readonly Fault[] } | { readonly definition: Definition };

/** Checks everything that can be checked before a saga runs and fills in the defaults. All faults at once. */
export function validateDefinition(message: SagaDefinition, options: ValidateOptions = {}): Validated {
  const faults = createFaultList(options.prefix);
  checkName(faults, "name", message.name, names.definition);
  if (message.description.length > limits.description) {
    faults.add("description", "max_length", `has more than ${limits.description} characters`);
  }
  checkLabels(message.labels, "labels", faults);
  const deadlineMs = checkDuration(message.deadline, "deadline", faults);
  const retentionMs = checkDuration(message.retention, "retention", faults);
  const { steps, order } = checkSteps(message, options, faults);
  const lock = message.lock && checkLock(message.lock, message.name, order, faults);
  const atTheEnd: ExpressionPlace = { order, step: undefined, reads: ["input", "steps"], ownOutput: false };
  const output = checkMapping(message.output, "output", atTheEnd, faults);
  if (faults.list.length > 0) return { faults: faults.list };
  const { name, description, labels } = message;
  return { definition: { name, description, steps, deadlineMs, labels: { ...labels }, retentionMs, lock, output } };
}

function checkSteps(
  message: SagaDefinition,
  options: ValidateOptions,
  faults: FaultList,
): { readonly steps: readonly Step[]; readonly order: ResolvedOrder } {
  if (message.steps.length === 0) faults.add("steps", "required", "has no steps: give at least one");
  if (message.steps.length > limits.steps) {
    faults.add("steps", "max_items", `has ${message.steps.length} steps; at most ${limits.steps} are allowed`);
  }
  const steps = message.steps.slice(0, limits.steps);
  const order = checkOrder(steps, faults);
  const context = { order, pivot: pivotOf(steps), participants: options.participants };
  return { steps: steps.flatMap((step, index) => checkStep(step, index, context, faults) ?? []), order };
}

/** Checks labels: at most 16, names and values within their patterns. For definitions and for StartSaga. */
export function checkLabels(labels: Readonly<Record<string, string>>, field: string, faults: FaultList): void {
  const entries = Object.entries(labels);
  if (entries.length > limits.labels) faults.add(field, "max_items", `has more than ${limits.labels} labels`);
  for (const [key, value] of entries.slice(0, limits.labels)) {
    if (!names.labelKey.regex.test(key))
      faults.add(at(field, key), "pattern", `the key must be ${names.labelKey.says}`);
    checkName(faults, at(field, key), value, names.labelValue);
  }
}

/** Like `validateDefinition`; throws BackstitchError INVALID_DEFINITION where there are faults. */
export function assertDefinition(message: SagaDefinition, options: ValidateOptions = {}): Definition {
  const result = validateDefinition(message, options);
  if ("definition" in result) return result.definition;
  throw invalidDefinition(result.faults);
}

export type CheckedText =
  | { readonly faults: readonly Fault[] }
  | { readonly message: SagaDefinition; readonly definition: Definition };

/** Reads and checks YAML or JSON: the faults of form and of meaning together. */
export function checkDefinitionText(text: string, options: ParseOptions & ValidateOptions = {}): CheckedText {
  const { faults, message } = parseDefinition(text, options);
  if (message === undefined) return { faults };
  const result = validateDefinition(message, options);
  if ("definition" in result) return faults.length > 0 ? { faults } : { message, definition: result.definition };
  // What could not be read was left out, and is missed by the second check for that reason alone.
  const unread = faults.map((fault) => fault.field);
  const further = result.faults.filter((fault) => !unread.some((field) => isWithin(fault.field, field)));
  return { faults: [...faults, ...further] };
}

function isWithin(path: string, field: string): boolean {
  return field === "" || path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

/** The definition of a stored canonical text. Throws BackstitchError INVALID_DEFINITION if it is not one. */
export function definitionOf(text: string): Definition {
  try {
    return assertDefinition(fromJsonString(SagaDefinitionSchema, text));
  } catch (error) {
    if (error instanceof BackstitchError) throw error;
    throw new BackstitchError("INVALID_DEFINITION", "the stored definition cannot be read", { cause: error });
  }
}

/** The error for a definition with faults; its message counts them and tells the first. */
export function invalidDefinition(faults: readonly Fault[]): BackstitchError {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  const summary = first === undefined ? "" : `: ${first.field}: ${first.message}${more}`;
  return new BackstitchError("INVALID_DEFINITION", `the definition is not valid${summary}`, { faults });
}
