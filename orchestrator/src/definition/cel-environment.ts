import {
  type CelFunc,
  type CelList,
  CelScalar,
  type CelValue,
  celEnv,
  celError,
  celFunc,
  celList,
  celMethod,
  isCelError,
  isCelList,
  isCelMap,
  listType,
  type parse,
} from "@bufbuild/cel";
import { timesOfNumbers } from "./cel-times.ts";
import { limits } from "./limits.ts";

/**
 * The CEL that definitions are written in: the standard functions, and
 *
 * - numbers: a number of a payload is a double, a number written without a point in an expression is an int; the two
 *   mix in + - * / % and comparisons, giving a double. So `input.qty / 2` of 5 is 2.5; `int(input.qty) / 2` is 2.
 *   Division by zero is an error, never infinity.
 * - times: `timestamp` and `duration` of a number count seconds, and take the numbers of payloads too.
 * - bounded work: running over a list, searching it, comparing and searching strings draw on one allowance for each
 *   evaluation (`limits.expressionCost`). CEL as such has no bound but the nesting of comprehensions.
 */

/** A node of a parsed expression. */
export type Expr = ReturnType<typeof parse>["expr"];

/** What is left of the running evaluation's allowance. Evaluations are synchronous and never nest: one is enough. */
const allowance = { left: 0 };

export function grantAllowance(): void {
  allowance.left = limits.expressionCost;
}

/** Told apart from other failures even where `||` or `&&` swallowed the error. */
export function allowanceSpent(): boolean {
  return allowance.left < 0;
}

/** Made once: an error with a stack trace costs more than the work that it is there to save. */
const spent = celError("the allowance is spent");

function charge(units: number): void {
  allowance.left -= units;
  if (allowance.left < 0) throw spent;
}

/** What comprehensions are rewritten to call (see cel-comprehensions.ts); no expression can write these names. */
export const runOver = "@run_over";
export const goOn = "@go_on";
export const append = "@append";

/** Lists that `append` made and may lengthen: only the accumulator of a comprehension ever holds one while it grows. */
const growing = new WeakMap<CelList, CelValue[]>();

function appendTo(accumulator: CelList, items: CelList): CelList {
  const grown = growing.get(accumulator);
  if (grown !== undefined) {
    grown.push(...items);
    return accumulator;
  }
  const fresh = [...accumulator, ...items];
  const list = celList(fresh as CelValue[] & readonly []);
  growing.set(list, fresh);
  return list;
}

const { DOUBLE, DYN, INT } = CelScalar;
const LIST = listType(DYN);

function nonZero(divisor: number): number {
  if (divisor === 0) throw new Error("divide by zero");
  return divisor;
}

const mixedNumbers: CelFunc[] = [
  celFunc("_+_", [INT, DOUBLE], DOUBLE, (l, r) => Number(l) + r),
  celFunc("_+_", [DOUBLE, INT], DOUBLE, (l, r) => l + Number(r)),
  celFunc("_-_", [INT, DOUBLE], DOUBLE, (l, r) => Number(l) - r),
  celFunc("_-_", [DOUBLE, INT], DOUBLE, (l, r) => l - Number(r)),
  celFunc("_*_", [INT, DOUBLE], DOUBLE, (l, r) => Number(l) * r),
  celFunc("_*_", [DOUBLE, INT], DOUBLE, (l, r) => l * Number(r)),
  celFunc("_/_", [DOUBLE, DOUBLE], DOUBLE, (l, r) => l / nonZero(r)),
  celFunc("_/_", [INT, DOUBLE], DOUBLE, (l, r) => Number(l) / nonZero(r)),
  celFunc("_/_", [DOUBLE, INT], DOUBLE, (l, r) => l / nonZero(Number(r))),
  celFunc("_%_", [DOUBLE, DOUBLE], DOUBLE, (l, r) => l % nonZero(r)),
  celFunc("_%_", [INT, DOUBLE], DOUBLE, (l, r) => Number(l) % nonZero(r)),
  celFunc("_%_", [DOUBLE, INT], DOUBLE, (l, r) => l % nonZero(Number(r))),
];

const comprehensionParts: CelFunc[] = [
  celFunc(runOver, [DYN], DYN, (range) => {
    if (isCelList(range) || isCelMap(range)) charge(range.size + 1);
    return range;
  }),
  // An error inside a pass does not end it by itself: `all` and `exists` look on for an element that decides.
  celFunc(goOn, [DYN], DYN, (condition) => {
    charge(0);
    return condition;
  }),
  celFunc(append, [LIST, LIST], LIST, appendTo),
];

/** Functions whose work grows with their arguments. */
const heavy = new Set([
  "@in",
  "_==_",
  "_!=_",
  "_+_",
  "size",
  "contains",
  "startsWith",
  "endsWith",
  "matches",
  "bytes",
  "string",
]);
const sized = new Set(["string", "bytes", "list", "map", "dyn"]);

function isHeavy(func: CelFunc): boolean {
  const types = func.target === undefined ? func.arguments : [func.target, ...func.arguments];
  return heavy.has(func.name) && types.some((type) => sized.has(type.name));
}

/** The same function, charged for the size of what it is given. */
function metered(func: CelFunc): CelFunc {
  function call(target: CelValue | undefined, args: CelValue[]): CelValue {
    if (target !== undefined) charge(weightOf(target));
    for (const arg of args) charge(weightOf(arg));
    const result = func.call(0, target, args);
    if (result === undefined || isCelError(result)) throw celError(result ?? "found no matching overload");
    return result;
  }
  if (func.target === undefined)
    return celFunc(func.name, func.arguments, func.result, (...args) => call(undefined, args));
  return celMethod(func.name, func.target, func.arguments, func.result, function (...args) {
    return call(this, args);
  });
}

function weightOf(value: CelValue): number {
  if (typeof value === "string" || value instanceof Uint8Array) return value.length >> 6;
  if (typeof value !== "object" || value === null) return 0;
  let weight = 0;
  if (isCelList(value)) {
    weight = value.size;
    for (const item of value) {
      weight += weightOf(item);
      if (weight > allowance.left) break;
    }
  } else if (isCelMap(value)) {
    weight = value.size;
    for (const item of value.values()) {
      weight += weightOf(item);
      if (weight > allowance.left) break;
    }
  }
  return weight;
}

const standard = [...celEnv().funcs];

/** The environment of all definitions. */
export const environment = celEnv({
  funcs: [...standard.filter(isHeavy).map(metered), ...mixedNumbers, ...timesOfNumbers, ...comprehensionParts],
});
