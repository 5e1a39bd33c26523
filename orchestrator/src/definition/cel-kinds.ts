import type { CelFunc, CelType } from "@bufbuild/cel";
import { type Expr, environment } from "./cel-environment.ts";

/** What is known of a result before the expression runs. Numbers of all types are one kind: most operators mix them. */
export type Kind =
  | "bool"
  | "number"
  | "string"
  | "bytes"
  | "null"
  | "timestamp"
  | "duration"
  | "list"
  | "map"
  | "type"
  | "unknown";

const kindByTypeName: ReadonlyMap<string, Kind> = new Map([
  ["bool", "bool"],
  ["int", "number"],
  ["uint", "number"],
  ["double", "number"],
  ["string", "string"],
  ["bytes", "bytes"],
  ["null_type", "null"],
  ["google.protobuf.Timestamp", "timestamp"],
  ["google.protobuf.Duration", "duration"],
  ["list", "list"],
  ["map", "map"],
  ["type", "type"],
]);

export const isTypeName = (name: string): boolean => kindByTypeName.has(name);

const kindOfType = (type: CelType): Kind => kindByTypeName.get(type.name) ?? "unknown";

type Constant = Extract<Expr["exprKind"], { case: "constExpr" }>["value"];

export function kindOfConstant(constant: Constant): Kind {
  switch (constant.constantKind.case) {
    case "boolValue":
      return "bool";
    case "stringValue":
      return "string";
    case "bytesValue":
      return "bytes";
    case "nullValue":
      return "null";
    default:
      return "number";
  }
}

/**
 * The kind that a function of the environment gives for arguments of these kinds, after its signatures; undefined:
 * it takes no such arguments. `target` is undefined where it is not called as a method.
 */
export function kindOfCall(name: string, target: Kind | undefined, args: readonly Kind[]): Kind | undefined {
  const fitting = signaturesOf(name, target !== undefined, args.length).filter(
    (func) =>
      (func.target === undefined || fits(target!, func.target)) &&
      args.every((kind, i) => fits(kind, func.arguments[i]!)),
  );
  const results = new Set(fitting.map((func) => kindOfType(func.result)));
  if (results.size === 0) return undefined;
  return results.size === 1 ? [...results][0]! : "unknown";
}

/** The signatures of a function, or of a method, with so many arguments. */
export function signaturesOf(name: string, method: boolean, count: number): readonly CelFunc[] {
  return [...(environment.funcs.find(name) ?? [])].filter(
    (func) => (func.target !== undefined) === method && func.arguments.length === count,
  );
}

function fits(kind: Kind, type: CelType): boolean {
  const wanted = kindOfType(type);
  return kind === "unknown" || wanted === "unknown" || kind === wanted;
}
