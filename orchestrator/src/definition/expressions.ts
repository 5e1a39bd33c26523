import { type CelValue, isCelError, parse, plan } from "@bufbuild/cel";
import { type Analysis, analyse } from "./cel-analysis.ts";
import { bindingsOf } from "./cel-bindings.ts";
import { boundComprehensions } from "./cel-comprehensions.ts";
import { allowanceSpent, environment, grantAllowance } from "./cel-environment.ts";
import { explain } from "./cel-errors.ts";
import { type FieldPath, pathOf } from "./cel-paths.ts";
import type { Root } from "./cel-roots.ts";
import { jsonTextOf, NotJsonError } from "./cel-values.ts";
import { findJsonFault } from "./payload.ts";
import type { PayloadReader } from "./payload-reader.ts";
import { ExpressionError, type Scope } from "./types.ts";

/** An expression made ready to run. */
export interface Expression {
  /** It reads nothing: its result is always the same. */
  readonly constant: boolean;
  /** Where it is a whole payload as it stands, such as `input` or `steps.x.output`: gives its text. */
  readonly whole: ((scope: Scope) => string | undefined) | undefined;
  /** The result as JSON text that will stand inside `depth` objects and lists. Throws ExpressionError. */
  json(reader: PayloadReader, depth: number): string;
  /** The result as a condition. Throws ExpressionError, also where it is neither true nor false. */
  condition(reader: PayloadReader): boolean;
  /** Throws the ExpressionError that names this expression. */
  readonly fail: Fail;
}

/**
 * Parses an expression for checks; it may read what is `allowed` where it stands. Throws the library's error, which
 * `syntaxMessage` explains.
 */
export function analyseExpression(text: string, allowed: readonly Root[]): Analysis {
  return analyse(parse(text), allowed);
}

/**
 * Compiles an expression that was checked. `path` is its place in the definition, `indexOf` gives the index of a
 * step. A plain path such as `input.a.b` is walked in the JSON without CEL, with the same results and errors.
 */
export function compileExpression(text: string, path: string, indexOf: (step: string) => number): Expression {
  const parsed = parse(text);
  const fail: Fail = (reason) => {
    const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
    throw new ExpressionError(path, `${path}: ${reason} (in ${shown})`);
  };
  const plain = pathOf(parsed.expr);
  return plain === undefined ? compileCel(text, parsed, indexOf, fail) : compilePath(plain, indexOf, fail);
}

type Fail = (reason: string) => never;

function compilePath({ root, fields }: FieldPath, indexOf: (step: string) => number, fail: Fail): Expression {
  const step = root === "steps" ? indexOf(fields[0]!) : 0;
  const below = root === "steps" ? fields.slice(2) : fields;
  const { value: start, text } = payloadOf(root as Root, step);
  function walk(reader: PayloadReader): unknown {
    let value = start(reader);
    for (const field of below) {
      if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, field)) {
        fail(`there is no field '${field}'`);
      }
      value = (value as Record<string, unknown>)[field];
    }
    return value;
  }
  return {
    constant: false,
    whole: below.length === 0 ? text : undefined,
    json(reader, depth) {
      const value = walk(reader);
      const found = findJsonFault(value, depth);
      return found === undefined ? JSON.stringify(value) : fail(`the result ${found.message}`);
    },
    condition: (reader) => asCondition(walk(reader), fail),
    fail,
  };
}

/** The payload that a root names: its value, and its text where that may go on unparsed. */
function payloadOf(
  root: Root,
  step: number,
): { value(reader: PayloadReader): unknown; text: ((scope: Scope) => string | undefined) | undefined } {
  switch (root) {
    case "input":
      return { value: (reader) => reader.input(), text: (scope) => scope.input };
    case "steps":
      return { value: (reader) => reader.output(step), text: (scope) => scope.output(step) ?? "{}" };
    case "item":
      return { value: (reader) => reader.item(), text: (scope) => scope.item?.value };
    case "index":
      return { value: (reader) => reader.index(), text: undefined };
    case "signal":
      return { value: (reader) => reader.signal(), text: (scope) => scope.signal };
  }
}

function compileCel(
  text: string,
  parsed: ReturnType<typeof parse>,
  indexOf: (step: string) => number,
  fail: Fail,
): Expression {
  const { reads } = analyse(parsed);
  const steps = new Map(reads.flatMap(({ step }) => (step === undefined ? [] : [[step, indexOf(step)]])));
  boundComprehensions(parsed.expr);
  const run = plan(environment, parsed);
  function evaluate(reader: PayloadReader): CelValue {
    grantAllowance();
    const result = run(bindingsOf(reader, steps));
    if (allowanceSpent()) fail("it does too much work");
    if (!isCelError(result)) return result;
    // A payload that could not be read says so itself.
    if (result.cause instanceof ExpressionError) throw result.cause;
    return fail(explain(result, text));
  }
  return {
    constant: reads.length === 0,
    whole: undefined,
    json(reader, depth) {
      const value = evaluate(reader);
      try {
        return jsonTextOf(value, depth);
      } catch (error) {
        if (error instanceof NotJsonError) return fail(error.message);
        throw error;
      }
    },
    condition: (reader) => asCondition(evaluate(reader), fail),
    fail,
  };
}

function asCondition(value: unknown, fail: Fail): boolean {
  return typeof value === "boolean" ? value : fail("the condition is neither true nor false");
}
