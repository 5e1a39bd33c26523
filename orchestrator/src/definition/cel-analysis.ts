import type { parse } from "@bufbuild/cel";
import type { Expr } from "./cel-environment.ts";
import { functionFault, wrongOperands } from "./cel-functions.ts";
import { isTypeName, type Kind, kindOfCall, kindOfConstant } from "./cel-kinds.ts";
import { type FieldPath, hasPathOf, isKnown, knowing, pathOf } from "./cel-paths.ts";
import { isRoot, placesOf, type Root, roots } from "./cel-roots.ts";
import type { Rule } from "./faults.ts";
import { limits } from "./limits.ts";
import { didYouMean } from "./suggest.ts";

/** A place where an expression reads a payload: `input.a.b`, `steps.x.output.y`, `signal.z`. */
export interface Read {
  readonly root: Root;
  /** The step whose output it reads, where root is `steps`. */
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

/** Part of the language, not functions of the environment. */
const builtIn = new Set(["_[_]", "_?_:_", "_&&_", "_||_", "@not_strictly_false"]);

/**
 * Finds what an expression reads, what kind of result it gives, and what is wrong with it, where it may read what is
 * `allowed`. Nothing is evaluated.
 */
export function analyse(parsed: ReturnType<typeof parse>, allowed: readonly Root[] = roots): Analysis {
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
        return kindOfConstant(kind.value);
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
    if (isTypeName(root) && fields.length === 0) return "type";
    if (!isRoot(root)) {
      const near = didYouMean(root, allowed);
      problem(expr, "unknown_identifier", `'${root}' is unknown: an expression reads ${listed(allowed)} here${near}`);
      return "unknown";
    }
    if (!allowed.includes(root)) {
      problem(expr, "misplaced_identifier", `'${root}' ${placesOf[root]}; here an expression reads ${listed(allowed)}`);
      return "unknown";
    }
    const guarded = has || isKnown(path, around.present);
    const column = columnOf(expr);
    if (root !== "steps") {
      reads.push({ root, step: undefined, fields, guarded, column });
      return fields.length === 0 ? kindOfRoot(root) : "unknown";
    }
    const [step, output, ...rest] = fields;
    if (step === undefined || output !== "output") {
      problem(expr, "invalid_reference", "write steps.NAME.output, where NAME is a step");
    } else if (has && rest.length === 0) {
      problem(expr, "invalid_reference", `has(steps.${step}.output) is always true: ask for a field of the output`);
    } else {
      reads.push({ root, step, fields: rest, guarded, column });
    }
    return fields.length === 2 ? "map" : "unknown";
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
    const fault = builtIn.has(call.function)
      ? undefined
      : functionFault(call.function, call.target !== undefined, call.args.length);
    if (fault !== undefined) problem(expr, "unknown_function", fault);
    const target = call.target === undefined ? undefined : visit(call.target, around);
    const args = call.args.map((arg) => visit(arg, around));
    if (call.function === "@not_strictly_false") return "bool";
    if (call.function === "_[_]" || fault !== undefined) return "unknown";
    const kind = kindOfCall(call.function, target, args);
    if (kind !== undefined) return kind;
    problem(expr, "wrong_operands", wrongOperands(call.function, [target, ...args]));
    return "unknown";
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

const kindOfRoot = (root: Root): Kind => (root === "index" ? "number" : root === "item" ? "unknown" : "map");

/** `a`, `a and b`, `a, b and c`. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
