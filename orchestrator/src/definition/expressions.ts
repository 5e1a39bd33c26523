import { type CelInput, type CelValue, celMap, isCelError, parse, plan } from "@bufbuild/cel";
import { type Analysis, analyse, type FieldPath, pathOf } from "./cel-analysis.ts";
import { boundComprehensions } from "./cel-comprehensions.ts";
import { allowanceSpent, environment, grantAllowance } from "./cel-environment.ts";
import { explain } from "./cel-errors.ts";
import { jsonTextOf, NotJsonError } from "./cel-values.ts";
import { findJsonFault } from "./payload.ts";
import type { PayloadReader } from "./payload-reader.ts";
import { ExpressionError } from "./types.ts";

/** An expression made ready to run. */
export interface Expression {
  /** It reads nothing: its result is always the same. */
  readonly constant: boolean;
  /** It is a whole payload as it stands: `input` or `steps.x.output`. */
  readonly whole: { readonly step: number | undefined } | undefined;
  /** The result as JSON text that will stand inside `depth` objects and lists. Throws ExpressionError. */
  json(reader: PayloadReader, depth: number): string;
  /** The result as a condition. Throws ExpressionError, also where it is neither true nor false. */
  condition(reader: PayloadReader): boolean;
}

/** Parses an expression for checks. Throws the library's error, which `syntaxMessage` explains. */
export function analyseExpression(text: string): Analysis {
  return analyse(parse(text));
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
  const step = root === "input" ? undefined : indexOf(fields[0]!);
  const below = root === "input" ? fields : fields.slice(2);
  function walk(reader: PayloadReader): unknown {
    let value: unknown = step === undefined ? reader.input() : reader.output(step);
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
    whole: below.length === 0 ? { step } : undefined,
    json(reader, depth) {
      const value = walk(reader);
      const found = findJsonFault(value, depth);
      return found === undefined ? JSON.stringify(value) : fail(`the result ${found.message}`);
    },
    condition: (reader) => asCondition(walk(reader), fail),
  };
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
    const bindings = {
      get input(): CelInput {
        return reader.celInput();
      },
      get steps(): CelInput {
        return celMap(new Map([...steps].map(([name, index]) => [name, reader.celStep(index)])));
      },
    };
    grantAllowance();
    const result = run(bindings);
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
  };
}

function asCondition(value: unknown, fail: Fail): boolean {
  return typeof value === "boolean" ? value : fail("the condition is neither true nor false");
}
