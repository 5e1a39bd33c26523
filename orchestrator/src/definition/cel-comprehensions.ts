import { append, type Expr, goOn, runOver } from "./cel-environment.ts";

/** Rewrites the comprehensions inside an expression, in place, so that they draw on the allowance. */
export function boundComprehensions(expr: Expr): void {
  const kind = expr.exprKind;
  switch (kind.case) {
    case "selectExpr":
      if (kind.value.operand) boundComprehensions(kind.value.operand);
      break;
    case "callExpr":
      if (kind.value.target) boundComprehensions(kind.value.target);
      kind.value.args.forEach(boundComprehensions);
      break;
    case "listExpr":
      kind.value.elements.forEach(boundComprehensions);
      break;
    case "structExpr":
      for (const entry of kind.value.entries) {
        if (entry.keyKind.case === "mapKey") boundComprehensions(entry.keyKind.value);
        if (entry.value) boundComprehensions(entry.value);
      }
      break;
    case "comprehensionExpr": {
      const { iterRange, accuInit, loopCondition, loopStep } = kind.value;
      boundComprehensions(iterRange!);
      boundComprehensions(loopStep!);
      kind.value.iterRange = callOf(runOver, iterRange!);
      kind.value.loopCondition = callOf(goOn, loopCondition!);
      if (accuInit!.exprKind.case === "listExpr") useAppend(loopStep!, kind.value.accuVar);
      break;
    }
  }
}

function callOf(name: string, arg: Expr): Expr {
  const call = { $typeName: "cel.expr.Expr.Call" as const, function: name, args: [arg] };
  return { $typeName: "cel.expr.Expr", id: arg.id, exprKind: { case: "callExpr", value: call } };
}

/** `map` and `filter` add to a list element by element, which takes quadratic time unless the list may grow. */
function useAppend(step: Expr, accumulator: string): void {
  if (step.exprKind.case !== "callExpr") return;
  const call = step.exprKind.value;
  if (call.function === "_?_:_") useAppend(call.args[1]!, accumulator);
  const first = call.args[0]?.exprKind;
  if (call.function === "_+_" && first?.case === "identExpr" && first.value.name === accumulator)
    call.function = append;
}
