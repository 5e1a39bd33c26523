import type { Fault } from "../errors.ts";
import { limits, type NamePattern } from "./limits.ts";

/** Every rule that a definition or a payload can break, by its stable name. */
export const rules = {
  // The text.
  malformed: "the text is not YAML or JSON",
  duplicate_key: "a key stands twice in one object",
  unknown_field: "there is no such field",
  wrong_type: "the value is of another type than the field",
  // Any field.
  required: "a value is missing",
  pattern: "a name does not look as it must",
  range: "a number or duration is out of its range",
  max_length: "a text has too many characters",
  max_items: "a list has too many entries",
  max_size: "a text, payload or mapping has too many bytes",
  max_depth: "objects and lists nest too deep",
  unknown_value: "an enum has no such value",
  conflicting_fields: "fields exclude each other",
  // Order.
  duplicate_step: "two steps have one name",
  reserved_name: "an expression could not write this name",
  unknown_step: "there is no step of this name",
  not_before: "a step refers to itself or to a later one",
  duplicate_dependency: "`after` names a step twice",
  one_pivot: "there is a second pivot",
  beside_pivot: "a step runs neither before nor after the pivot",
  compensate_after_pivot: "COMPENSATE after the point of no return",
  pivot_not_call: "a step of another kind than `call` is the pivot",
  beyond_pivot: "`go_back` goes back over the pivot",
  unknown_participant: "the configuration has no participant of this name",
  // Mappings and expressions.
  not_object: "a payload or mapping gives something else than an object",
  not_json: "a value has no form in JSON",
  unsafe_integer: "an integer is beyond 2^53 - 1 and would be rounded",
  invalid_expression: "the text is not CEL, or always fails",
  unknown_identifier: "an expression reads something that there is nowhere",
  misplaced_identifier: "an expression reads something that there is in other places only",
  unknown_function: "an expression calls a function that does not exist",
  invalid_reference: "an expression uses `steps` in another form than steps.NAME.output",
  wrong_operands: "an operator or function is given what it never takes",
  not_ancestor: "an expression reads, or `go_back` names, a step that need not be over yet",
  unguarded_output: "undo.input reads its step's own output outside has()",
  nested_comprehension: "comprehensions nest too deep",
  not_boolean: "a condition can never be true or false",
  not_list: "`for_each.items` can never be a list",
  not_timestamp: "`sleep.timestamp` can never be a timestamp",
  not_key: "`lock.key` can never be a string or a number",
} as const;

/** The stable name of a rule. */
export type Rule = keyof typeof rules;

/** Gathers faults, so that all are reported at once (up to `limits.faults`). */
export interface FaultList {
  readonly list: readonly Fault[];
  add(field: string, rule: Rule, message: string): void;
}

/** `prefix` stands before every path, such as `definition.`. */
export function createFaultList(prefix = ""): FaultList {
  const list: Fault[] = [];
  return {
    list,
    add(field, rule, message) {
      if (list.length < limits.faults)
        list.push({ field: field === "" ? prefix.replace(/\.$/, "") : prefix + field, rule, message });
    },
  };
}

/** The path of a part: `at("steps", 2)` is `steps[2]`, `at("a", "b")` is `a.b`, `at("a", "b c")` is `a["b c"]`. */
export function at(path: string, part: string | number): string {
  if (typeof part === "number") return `${path}[${part}]`;
  if (!/^[A-Za-z_]\w*$/.test(part)) return `${path}[${JSON.stringify(part)}]`;
  return path === "" ? part : `${path}.${part}`;
}

/** Checks a name that must be there. */
export function checkName(faults: FaultList, field: string, value: string, pattern: NamePattern): void {
  if (value === "") faults.add(field, "required", `is missing: ${pattern.says}`);
  else if (!pattern.regex.test(value)) faults.add(field, "pattern", `must be ${pattern.says}`);
}
