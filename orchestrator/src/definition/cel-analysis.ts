import type { parse } from "@bufbuild/cel";
import { type Expr, environment } from "./cel-environment.ts";
import type { Rule } from "./faults.ts";
import { limits } from "./limits.ts";
import { didYouMean } from "./suggest.ts";

/** What is known of a result before the expression runs; `other` is a value that is none of the former. */
export type Kind = "bool" | "map" | "list" | "type" | "other" | "unknown";

/** A place where an expression reads the input or a step's output: `input.a.b`, `steps.x.output.y`. */
export interface Read {
  /** undefined: the saga's input. */
  readonly step: string | undefined;
  /** The fields below the payload. */
  readonly fields: readonly string[];
  /** The read is a has(), or stands where a has() of the same field was true. */
  readonly guarded: boolean;
  readonly column: number;
}

export interface Problem {
  readonly rule: Rule;
  readonly message: string;
  readonly column: number;
}

export interface Analysis {
  readonly kind: Kind;
  readonly reads: readonly Read[];
  readonly problems: readonly Problem[];
}

/** A chain of fields from a root name: `steps.a.output` is root `steps`, fields `a`, `output`. */
export interface FieldPath {
  readonly root: string;
  readonly fields: readonly string[];
}

const typeNames = new Set(["int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type"]);
const predicates = new Set([
  "_==_",
  "_!=_",
  "_<_",
  "_<=_",
  "_>_",
  "_>=_",
  "!_",
  "_&&_",
  "_||_",
  "@in",
  "bool",
  "contains",
  "startsWith",
  "endsWith",
  "matches",
  "@not_strictly_false",
]);
/** Part of the language, not functions of the environment. */
const builtIn = new Set(["_[_]", "_?_:_", "_&&_", "_||_", "@not_strictly_false"]);

/** Finds what an expression reads, what kind of result it gives, and what is wrong with it. Nothing is evaluated. */
export function analyse(parsed: ReturnType<typeof parse>): Analysis {
  const reads: Read[] = [];
  const problems: Problem[] = [];

  /** Names that comprehensions around an expression bind, their nesting, and the paths known to be there. */
  interface Surroundings {
    readonly bound: ReadonlyMap<string, Kind>;
    readonly depth: number;
    readonly present: readonly string[];
  }

  function columnOf(expr: Expr): number {
    return (parsed.sourceInfo?.positions[String(expr.id)] ?? 0) + 1;
  }
  function problem(expr: Expr, rule: Rule, message: string): void {
    problems.push({ rule, message, column: columnOf(expr) });
  }

  function visit(expr: Expr, around: Surroundings): Kind {
    const path = pathOf(expr);
    if (path !== undefined && !around.bound.has(path.root)) return visitPath(expr, path, false, around);
    const kind = expr.exprKind;
    switch (kind.case) {
      case "identExpr":
        return around.bound.get(kind.value.name) ?? "unknown";
      case "constExpr":
        return kind.value.constantKind.case === "boolValue" ? "bool" : "other";
      case "selectExpr":
        return visitSelect(expr, kind.value, around);
      case "callExpr":
        return visitCall(expr, kind.value, around);
      case "listExpr":
        for (const element of kind.value.elements) visit(element, around);
        return "list";
      case "structExpr":
        if (kind.value.messageName !== "") {
          problem(expr, "unknown_identifier", `'${kind.value.messageName}': messages cannot be made here, use a map`);
        }
        for (const entry of kind.value.entries) {
          if (entry.keyKind.case === "mapKey") visit(entry.keyKind.value, around);
          if (entry.value) visit(entry.value, around);
        }
        return "map";
      case "comprehensionExpr":
        return visitComprehension(expr, kind.value, around);
      default:
        return "unknown";
    }
  }

  function visitPath(expr: Expr, path: FieldPath, has: boolean, around: Surroundings): Kind {
    const { root, fields } = path;
    const known = isKnown(path, around.present);
    if (root === "input") {
      reads.push({ step: undefined, fields, guarded: has || known, column: columnOf(expr) });
      return fields.length === 0 ? "map" : "unknown";
    }
    if (root === "steps") {
      const [step, output, ...rest] = fields;
      if (step === undefined || output !== "output") {
        problem(expr, "invalid_reference", "write steps.NAME.output, where NAME is a step");
      } else if (has && rest.length === 0) {
        problem(expr, "invalid_reference", `has(steps.${step}.output) is always true: ask for a field of the output`);
      } else {
        reads.push({ step, fields: rest, guarded: has || known, column: columnOf(expr) });
      }
      return fields.length === 2 ? "map" : "unknown";
    }
    if (typeNames.has(root) && fields.length === 0) return "type";
    const near = didYouMean(root, ["input", "steps"]);
    problem(expr, "unknown_identifier", `'${root}' is unknown: an expression reads input and steps${near}`);
    return "unknown";
  }

  type Select = Extract<Expr["exprKind"], { case: "selectExpr" }>["value"];
  function visitSelect(expr: Expr, select: Select, around: Surroundings): Kind {
    const path = select.testOnly ? hasPathOf(expr) : undefined;
    if (path !== undefined && !around.bound.has(path.root)) visitPath(expr, path, true, around);
    else if (select.operand) visit(select.operand, around);
    return select.testOnly ? "bool" : "unknown";
  }

  type Call = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];
  function visitCall(expr: Expr, call: Call, around: Surroundings): Kind {
    checkFunction(expr, call);
    const target = call.target === undefined ? undefined : visit(call.target, around);
    const [first, second, third] = call.args;
    switch (call.function) {
      case "_?_:_": {
        visit(first!, around);
        const yes = visit(second!, knowing(around, first!, true));
        const no = visit(third!, knowing(around, first!, false));
        return yes === no ? yes : "unknown";
      }
      case "_&&_":
      case "_||_":
        visit(first!, around);
        visit(second!, knowing(around, first!, call.function === "_&&_"));
        return "bool";
    }
    for (const arg of call.args) visit(arg, around);
    if (predicates.has(call.function)) return "bool";
    if (call.function === "_[_]" || call.function === "dyn") return "unknown";
    return call.function === "type" && target === undefined ? "type" : "other";
  }

  function checkFunction(expr: Expr, call: Call): void {
    if (builtIn.has(call.function)) return;
    const group = environment.funcs.find(call.function);
    const method = call.target !== undefined;
    if (group === undefined) {
      const known = [...environment.funcs]
        .map((f) => f.name)
        .filter((name) => /^\w+$/.test(name) && !name.startsWith("_"));
      const hint =
        call.function === "has" ? ": has() takes a field, such as has(input.note)" : didYouMean(call.function, known);
      problem(expr, "unknown_function", `there is no function '${call.function}'${hint}`);
    } else if (
      ![...group].some((f) => (f.target !== undefined) === method && f.arguments.length === call.args.length)
    ) {
      const form = method ? "as a method" : "as a function";
      problem(expr, "unknown_function", `'${call.function}' does not exist ${form} of ${call.args.length} arguments`);
    }
  }

  type Comprehension = Extract<Expr["exprKind"], { case: "comprehensionExpr" }>["value"];
  function visitComprehension(expr: Expr, fold: Comprehension, around: Surroundings): Kind {
    visit(fold.iterRange!, around);
    const depth = around.depth + 1;
    if (depth === limits.comprehensions + 1) {
      const message = `all, exists, map and filter may be nested ${limits.comprehensions} deep, not deeper`;
      problem(expr, "nested_comprehension", message);
    }
    const accumulated = visit(fold.accuInit!, around);
    const bound = new Map([...around.bound, [fold.iterVar, "unknown" as Kind], [fold.accuVar, accumulated]]);
    visit(fold.loopCondition!, { ...around, bound, depth });
    visit(fold.loopStep!, { ...around, bound, depth });
    return visit(fold.result!, { ...around, bound });
  }

  const kind = visit(parsed.expr, { bound: new Map(), depth: 0, present: [] });
  return { kind, reads, problems };
}

/** The path that an expression is, with `a["b"]` for `a.b`; undefined where it is another expression. */
export function pathOf(expr: Expr): FieldPath | undefined {
  const kind = expr.exprKind;
  if (kind.case === "identExpr") return { root: kind.value.name, fields: [] };
  if (kind.case === "selectExpr" && !kind.value.testOnly) return extended(kind.value.operand, kind.value.field);
  if (kind.case !== "callExpr" || kind.value.function !== "_[_]") return undefined;
  const index = kind.value.args[1]?.exprKind;
  if (index?.case !== "constExpr" || index.value.constantKind.case !== "stringValue") return undefined;
  return extended(kind.value.args[0], index.value.constantKind.value);
}

function hasPathOf(expr: Expr): FieldPath | undefined {
  const kind = expr.exprKind;
  return kind.case === "selectExpr" && kind.value.testOnly ? extended(kind.value.operand, kind.value.field) : undefined;
}

function extended(operand: Expr | undefined, field: string): FieldPath | undefined {
  const path = operand && pathOf(operand);
  return path && { root: path.root, fields: [...path.fields, field] };
}

const keyOf = (path: FieldPath) => JSON.stringify([path.root, ...path.fields]).slice(0, -1);

/** Whether the path, or one that leads to it, was asked for with has(). */
function isKnown(path: FieldPath, present: readonly string[]): boolean {
  const key = `${keyOf(path)},`;
  return present.some((known) => key.startsWith(`${known},`));
}

/** The surroundings of an expression that runs only where the condition came out as `outcome`. */
function knowing<S extends { readonly present: readonly string[] }>(around: S, condition: Expr, outcome: boolean): S {
  const more = presentWhere(condition, outcome);
  return more.length === 0 ? around : { ...around, present: [...around.present, ...more] };
}

/** The paths whose has() must have been true for the condition to have this outcome. */
function presentWhere(condition: Expr, outcome: boolean): readonly string[] {
  const path = hasPathOf(condition);
  if (path !== undefined) return outcome ? [keyOf(path)] : [];
  if (condition.exprKind.case !== "callExpr") return [];
  const { function: name, args } = condition.exprKind.value;
  if (name === "!_") return presentWhere(args[0]!, !outcome);
  const both = outcome ? "_&&_" : "_||_";
  return name === both ? args.flatMap((arg) => presentWhere(arg, outcome)) : [];
}
