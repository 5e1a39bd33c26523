import { type CelInput, celMap } from "@bufbuild/cel";
import { celOf } from "./cel-values.ts";
import { ExpressionError, type JsonObject, type Scope } from "./types.ts";

/** The payloads of one evaluation: each parsed at most once, and only if it is read. */
export interface PayloadReader {
  readonly scope: Scope;
  input(): JsonObject;
  output(step: number): JsonObject;
  celInput(): CelInput;
  /** `{output: ...}` of a step. */
  celStep(step: number): CelInput;
}

/** `path` is the place of the expressions, for errors. */
export function createPayloadReader(scope: Scope, path: string): PayloadReader {
  const outputs = new Map<number, JsonObject>();
  const cels = new Map<number, CelInput>();
  let input: JsonObject | undefined;
  let celInput: CelInput | undefined;

  const reader: PayloadReader = {
    scope,
    input() {
      input ??= parseObject(scope.input, path, "the saga's input");
      return input;
    },
    output(step) {
      let output = outputs.get(step);
      if (output === undefined) {
        output = parseObject(scope.output(step) ?? "{}", path, "a step's output");
        outputs.set(step, output);
      }
      return output;
    },
    celInput() {
      celInput ??= celOf(reader.input());
      return celInput;
    },
    celStep(step) {
      let cel = cels.get(step);
      if (cel === undefined) {
        cel = celMap(new Map([["output", celOf(reader.output(step))]]));
        cels.set(step, cel);
      }
      return cel;
    },
  };
  return reader;
}

function parseObject(text: string, path: string, what: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // The parser's message would quote the payload.
  }
  throw new ExpressionError(path, `${path}: ${what} is not a JSON object`);
}
