import type { Expr } from "./cel-environment.ts";

/** A chain of fields from a root name: `steps.a.output` is root `steps`, fields `a`, `output`. */
export interface FieldPath {
  readonly root: string;
  readonly fields: readonly string[];
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

/** The path that a has() asks for; undefined where the expression is none. */
export function hasPathOf(expr: Expr): FieldPath | undefined {
  const kind = expr.exprKind;
  return kind.case === "selectExpr" && kind.value.testOnly ? extended(kind.value.operand, kind.value.field) : undefined;
}

function extended(operand: Expr | undefined, field: string): FieldPath | undefined {
  const path = operand && pathOf(operand);
  return path && { root: path.root, fields: [...path.fields, field] };
}

const keyOf = (path: FieldPath) => JSON.stringify([path.root, ...path.fields]).slice(0, -1);

/** Whether the path, or one that leads to it, was asked for with has(). */
export function isKnown(path: FieldPath, present: readonly string[]): boolean {
  const key = `${keyOf(path)},`;
  return present.some((known) => key.startsWith(`${known},`));
}

/** The surroundings of an expression that runs only where the condition came out as `outcome`. */
export function knowing<S extends { readonly present: readonly string[] }>(
  around: S,
  condition: Expr,
  outcome: boolean,
): S {
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
