import { environment } from "./cel-environment.ts";
import { type Kind, signaturesOf } from "./cel-kinds.ts";
import { didYouMean } from "./suggest.ts";

/** Functions that people expect, and what there is in their place. */
const hints: Readonly<Record<string, string>> = {
  has: ": has() takes a field, such as has(input.note)",
  now: ": expressions do not read the clock; a 'sleep' step with a duration counts from the moment it starts",
};

/** What is wrong with a call of a function, or of a method, with so many arguments; undefined: it exists. */
export function functionFault(name: string, method: boolean, count: number): string | undefined {
  if (environment.funcs.find(name) === undefined) {
    const known = [...environment.funcs].map((f) => f.name).filter((n) => /^\w+$/.test(n) && !n.startsWith("_"));
    return `there is no function '${name}'${hints[name] ?? didYouMean(name, known)}`;
  }
  if (signaturesOf(name, method, count).length > 0) return undefined;
  return `'${name}' does not exist ${method ? "as a method" : "as a function"} of ${count} arguments`;
}

/** What is said of a function or operator that takes no arguments of these kinds. */
export function wrongOperands(name: string, given: readonly (Kind | undefined)[]): string {
  // `_+_` is '+', `size` is 'size()'.
  const operator = name.replace(/^[@_]|_$/g, "");
  const shown = /^\w+$/.test(operator) && operator !== "in" ? `${operator}()` : `'${operator}'`;
  const kinds = given.filter((kind) => kind !== undefined && kind !== "unknown");
  const isOfTime = kinds.includes("timestamp") || kinds.includes("duration");
  const hint = isOfTime ? "; a span of time is duration('24h'), or duration(SECONDS) of a number" : "";
  return `${shown} cannot be applied to ${kinds.join(" and ")}${hint}`;
}
