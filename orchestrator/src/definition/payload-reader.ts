import { type CelInput, celMap } from "@bufbuild/cel";
import { celOf } from "./cel-values.ts";
import { ExpressionError, type JsonObject, type JsonValue, type Scope } from "./types.ts";

/** The payloads of one evaluation: each parsed at most once, and only if it is read. */
export interface PayloadReader {
  input(): JsonObject;
  output(step: number): JsonObject;
  item(): JsonValue;
  index(): number;
  signal(): JsonObject;
  celInput(): CelInput;
  /** `{output: ...}` of a step. */
  celStep(step: number): CelInput;
  celItem(): CelInput;
  celSignal(): CelInput;
}

/** `path` is the place of the expressions, for errors. */
export function createPayloadReader(scope: Scope, path: string): PayloadReader {
  return new ScopeReader(scope, path);
}

/** A class, as one is made for each evaluation: methods of a prototype cost nothing to make. */
class ScopeReader implements PayloadReader {
  readonly #scope: Scope;
  readonly #path: string;
  #input: JsonObject | undefined;
  #outputs: Map<number, JsonObject> | undefined;
  #item: JsonValue | undefined;
  #signal: JsonObject | undefined;
  #celInput: CelInput | undefined;
  #celSteps: Map<number, CelInput> | undefined;
  #celItem: CelInput | undefined;
  #celSignal: CelInput | undefined;

  constructor(scope: Scope, path: string) {
    this.#scope = scope;
    this.#path = path;
  }
  input(): JsonObject {
    this.#input ??= parseObject(this.#scope.input, this.#path, "the saga's input");
    return this.#input;
  }
  output(step: number): JsonObject {
    this.#outputs ??= new Map();
    let output = this.#outputs.get(step);
    if (output === undefined) {
      output = parseObject(this.#scope.output(step) ?? "{}", this.#path, "a step's output");
      this.#outputs.set(step, output);
    }
    return output;
  }
  item(): JsonValue {
    if (this.#item === undefined) this.#item = parse(this.#scope.item?.value, this.#path, "the item is not JSON");
    return this.#item;
  }
  index(): number {
    return this.#scope.item?.index ?? fail(this.#path, "there is no item");
  }
  signal(): JsonObject {
    this.#signal ??= parseObject(this.#scope.signal, this.#path, "the signal's payload");
    return this.#signal;
  }
  celInput(): CelInput {
    this.#celInput ??= celOf(this.input());
    return this.#celInput;
  }
  celStep(step: number): CelInput {
    this.#celSteps ??= new Map();
    let cel = this.#celSteps.get(step);
    if (cel === undefined) {
      cel = celMap(new Map([["output", celOf(this.output(step))]]));
      this.#celSteps.set(step, cel);
    }
    return cel;
  }
  celItem(): CelInput {
    if (this.#celItem === undefined) this.#celItem = celOf(this.item());
    return this.#celItem;
  }
  celSignal(): CelInput {
    this.#celSignal ??= celOf(this.signal());
    return this.#celSignal;
  }
}

function parseObject(text: string | undefined, path: string, what: string): JsonObject {
  const value = parse(text, path, `${what} is not a JSON object`);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  return fail(path, `${what} is not a JSON object`);
}

function parse(text: string | undefined, path: string, complaint: string): JsonValue {
  try {
    if (text !== undefined) return JSON.parse(text) as JsonValue;
  } catch {
    // The parser's message would quote the payload.
  }
  return fail(path, complaint);
}

function fail(path: string, reason: string): never {
  throw new ExpressionError(path, `${path}: ${reason}`);
}
