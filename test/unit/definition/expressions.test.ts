import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { analyseExpression } from "../../../orchestrator/src/definition/expressions.ts";
import { compileMapping } from "../../../orchestrator/src/definition/mapping.ts";
import {
  ExpressionError,
  type JsonObject,
  type Mapping,
  type Scope,
} from "../../../orchestrator/src/definition/types.ts";

const steps = ["a", "b"];
const indexOf = (name: string) => steps.indexOf(name);

function evaluate(mapping: Mapping, input: JsonObject = {}, outputs: readonly (JsonObject | undefined)[] = []) {
  const scope = {
    input: JSON.stringify(input),
    output: (step: number) => (outputs[step] === undefined ? undefined : JSON.stringify(outputs[step])),
  };
  return JSON.parse(compileMapping(mapping, "at", indexOf)(scope));
}
const resultOf = (expression: string, input: JsonObject = {}, outputs: readonly (JsonObject | undefined)[] = []) =>
  evaluate({ v: expression }, input, outputs).v;
function failureOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ExpressionError);
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

describe("a mapping", () => {
  test("keeps literals and evaluates strings", () => {
    const mapping = {
      n: 1,
      t: true,
      z: null,
      list: [1, "input.a", []],
      text: "'card'",
      deep: { "b c": "steps.a.output.x" },
    };
    expect(evaluate(mapping, { a: { b: [1] } }, [{ x: "y" }])).toEqual({
      n: 1,
      t: true,
      z: null,
      list: [1, { b: [1] }, []],
      text: "card",
      deep: { "b c": "y" },
    });
  });

  test("without expressions that read is one constant text", () => {
    const mapping = compileMapping({ a: "1 + 2", b: [{}], __proto__: null } as Mapping, "at", indexOf);
    const scope = { input: "not JSON", output: () => "not JSON" };
    expect(mapping(scope)).toBe('{"a":3,"b":[{}]}');
    expect(mapping(scope)).toBe(mapping(scope));
  });

  test("that is a whole payload passes its text on unparsed", () => {
    const scope = { input: '{"a": 1.0}', output: () => undefined };
    expect(compileMapping("input", "at", indexOf)(scope)).toBe(scope.input);
    expect(compileMapping("steps.a.output", "at", indexOf)(scope)).toBe("{}");
  });

  test("that is one expression must give an object", () => {
    expect(evaluate("input.a", { a: { b: 1 } })).toEqual({ b: 1 });
    expect(evaluate("{'x': input.a}", { a: 1 })).toEqual({ x: 1 });
    expect(failureOf(() => evaluate("input.a", { a: [1] }))).toBe("at: the result is not an object (in input.a)");
  });

  test("reads a payload only where an expression does", () => {
    const scope = { input: '{"x":1}', output: () => expect.unreachable() };
    expect(compileMapping({ v: "input.x > 0 ? input.x : steps.a.output.y" }, "at", indexOf)).toBeTypeOf("function");
    expect(compileMapping({ v: "input.x", w: "input.x * 2" }, "at", indexOf)(scope)).toBe('{"v":1,"w":2}');
  });
});

describe("an expression", () => {
  test.each<[string, JsonObject, unknown]>([
    ["input.qty * 2", { qty: 3 }, 6],
    ["2 * input.qty", { qty: 3 }, 6],
    ["input.qty * 1.5", { qty: 3 }, 4.5],
    ["input.price * 1.5", { price: 0.5 }, 0.75],
    ["input.a + 1", { a: 1 }, 2],
    ["input.a - 1", { a: 1 }, 0],
    ["1 - input.a", { a: 0.5 }, 0.5],
    ["input.a / 2", { a: 5 }, 2.5],
    ["5 / 2", {}, 2],
    ["int(input.a) / 2", { a: 5 }, 2],
    ["input.a % 3", { a: 5 }, 2],
    ["7 % input.a", { a: 4 }, 3],
    ["input.a == 2", { a: 2 }, true],
    ["input.a != 2.0", { a: 2 }, false],
    ["input.a > 100", { a: 100.5 }, true],
    ["100 <= input.a", { a: 100 }, true],
    ["input.list[1]", { list: [1, 2] }, 2],
    ["input.list[input.i]", { list: [1, 2], i: 1 }, 2],
    ["input['b c']['d']", { "b c": { d: 1 } }, 1],
    ["size(input.list) * input.n", { list: [1, 2], n: 3 }, 6],
    ["input.a in ['x', 'y']", { a: "y" }, true],
    ["'x' in input.a", { a: { x: 1 } }, true],
    ["string(input.n) + '-' + input.s", { n: 7, s: "x" }, "7-x"],
    ["has(input.a.b) ? input.a.b : 'none'", { a: {} }, "none"],
    ["has(input.a)", { a: null }, false],
    ["input.l.map(x, x.p * x.q)", { l: [{ p: 2, q: 1.5 }] }, [3]],
    [
      "input.l.filter(x, x > 1).map(x, [x, x + 1])",
      { l: [1, 2, 3] },
      [
        [2, 3],
        [3, 4],
      ],
    ],
    [
      "input.l.map(x, input.l.map(y, x * y))",
      { l: [1, 2] },
      [
        [1, 2],
        [2, 4],
      ],
    ],
    ["input.l.map(x, x > 1, x * 2)", { l: [1, 2] }, [4]],
    ["input.l.exists_one(x, x == 1)", { l: [1, 2] }, true],
    ["input.o.map(k, k + '!')", { o: { x: 1 } }, ["x!"]],
    ["[1, 2] + input.l", { l: [3] }, [1, 2, 3]],
    ["{'a': input.a, 'constructor': 1}", { a: [] }, { a: [], constructor: 1 }],
    ["input.s.matches('^[a-z]+$')", { s: "abc" }, true],
    ["timestamp(input.t) + duration('1h')", { t: "2024-01-01T00:00:00Z" }, "2024-01-01T01:00:00Z"],
    ["duration('90s')", {}, "90s"],
    ["b'hello'", {}, "aGVsbG8="],
    ["3u", {}, 3],
    ["type(input.a) == double", { a: 1 }, true],
    ["9007199254740991", {}, 9007199254740991],
    ["input.a.all(input, input > 0)", { a: [1] }, true],
  ])("%s of %j is %j", (expression, input, expected) => {
    expect(resultOf(expression, input)).toEqual(expected);
    expect(analyseExpression(expression, ["input"]).problems).toEqual([]);
  });

  test("reads an output that is not known as an empty object", () => {
    expect(resultOf("steps.a.output", {}, [])).toEqual({});
    expect(resultOf("has(steps.a.output.x) || has(steps.b.output.y)", {}, [undefined, { y: 1 }])).toBe(true);
    expect(failureOf(() => resultOf("steps.a.output.x"))).toBe("at.v: there is no field 'x' (in steps.a.output.x)");
    expect(failureOf(() => resultOf("steps.a.output.x + 1"))).toBe(
      "at.v: there is no field 'x' (in steps.a.output.x + 1)",
    );
  });

  test.each([
    ["input.n / 0", "division by zero"],
    ["1 % input.zero", "division by zero"],
    ["input.big * input.big", "not a finite number"],
    ["9007199254740991 + 1", "beyond 2^53"],
    ["input.n * 9007199254740991 * 2", "beyond 2^53"],
    ["int(input.s)", "a value cannot be converted"],
    ["bool(input.s)", "a value cannot be converted"],
    ["timestamp(input.s)", "a value cannot be converted"],
    ["input.o[input.s]", "there is no such field"],
    ["input.o.missing.x", "there is no field 'missing'"],
    ["input.list[5]", "an index is out of range"],
    ["input.list[input.n]", "an index is out of range"],
    ["input.s * 2", "no matching overload"],
    ["input.n.all(x, x > 0)", "need a list or a map"],
    ["{input.s: 1, input.s: 2}", "cannot have such keys"],
    ["{1: input.s}", "keys are not strings"],
    ["type(input.s)", "a type"],
    ["input.s && true", "type mismatch"],
  ])("%s fails and never tells a value", (expression, reason) => {
    const input = { s: "SECRET", n: 77_777, zero: 0, big: 1.5e300, list: [1], o: { x: 1 } };
    const message = failureOf(() => resultOf(expression, input));
    expect(message).toContain(`at.v: `);
    expect(message.replace(expression, "")).toContain(reason);
    expect(message.replace(expression, "")).not.toMatch(/SECRET|77777|7{5}/);
  });

  test("cannot be misled by keys that mean something to JavaScript or to the library", () => {
    const odd = JSON.parse(
      '{"__proto__": 1, "constructor": null, "toString": "s", "$typeName": "google.protobuf.Struct"}',
    );
    const input = { odd, list: [odd] };
    expect(resultOf("input.odd", input)).toEqual(odd);
    expect(resultOf("[input.odd][0]", input)).toEqual(odd);
    expect(resultOf("input.list.filter(x, x.toString == 's')[0].__proto__", input)).toBe(1);
    expect(resultOf("has(input.valueOf) || has(input.odd.hasOwnProperty)", input)).toBe(false);
    expect(failureOf(() => resultOf("input.hasOwnProperty", input))).toContain("there is no field");
  });

  test("gives at most 32 levels and 256 KiB", () => {
    const nested = (depth: number): JsonObject => (depth === 1 ? {} : { a: nested(depth - 1) });
    expect(failureOf(() => resultOf("input.a", { a: nested(32) }))).toContain("nested more than 32 deep");
    expect(failureOf(() => resultOf("[input.a][0]", { a: nested(32) }))).toContain("nested more than 32 deep");
    expect(resultOf("[input.a][0]", { a: nested(31) })).toEqual(nested(31));
    const s = "x".repeat(150_000);
    expect(failureOf(() => evaluate({ a: "input.s", b: "input.s" }, { s }))).toContain("more than 262144 bytes");
    expect(failureOf(() => resultOf("input.l.map(x, input.s)", { s, l: [1, 2] }))).toContain("more than 262144 bytes");
  });

  test("takes a payload that is no JSON object for an error that does not quote it", () => {
    for (const expression of ["input.x", "input.x + 1", "has(input.x) && input.x"])
      for (const input of ["SECRET", "[]", "null", '{"SECRET"']) {
        const mapping = compileMapping({ v: expression }, "at", indexOf);
        const message = failureOf(() => mapping({ input, output: () => undefined }));
        expect(message).toBe("at: the saga's input is not a JSON object");
      }
  });
});

describe("an expression's work is bounded", () => {
  const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);
  const large = { l: numbers(40_000), s: "x".repeat(200_000) };

  test.each([
    "input.l.all(x, input.l.all(y, x + y >= 0))",
    "input.l.all(x, input.l.exists(y, true))",
    "input.l.all(x, x in input.l)",
    "input.l.map(x, input.l == input.l)",
    "input.l.all(x, input.s.contains('y') || true)",
    "input.l.all(x, !input.s.matches('y+$'))",
    "input.l.all(x, size(input.s + input.s) > 0)",
    "input.l.exists(x, input.l.exists(y, false)) || true",
  ])("%s", (expression) => {
    const started = performance.now();
    expect(failureOf(() => resultOf(expression, large))).toContain("too much work");
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test("a pass over a long list is fine, and lists grow in linear time", () => {
    const started = performance.now();
    expect(resultOf("input.l.filter(x, x % 2 == 0).map(x, x / 2)", large)).toEqual(numbers(20_000));
    expect(resultOf("input.l.all(x, input.l.exists(y, y == x))", { l: numbers(300) })).toBe(true);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

test("a plain path gives what CEL gives, value or error", () => {
  const keys = ["a", "b", "size", "constructor", "toString", "__proto__"];
  const key = fc.constantFrom(...keys);
  // Among its numbers are many that JSON readers round: on their own they would leave few results that are values.
  const json = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(0, 1.5, true, null, "x", [1, {}], {}));
  const objectOf = (value: fc.Arbitrary<unknown>) =>
    fc.tuple(...keys.map(() => fc.option(value, { nil: undefined, freq: 6 }))).map((values) => {
      const fields = keys.flatMap((name, i) => (values[i] === undefined ? [] : [[name, values[i]]]));
      return Object.fromEntries(fields) as JsonObject;
    });
  const object = objectOf(fc.oneof(json, objectOf(json)));
  const outcome = (action: () => unknown) => {
    try {
      return { value: action() };
    } catch (error) {
      return { error: (error as Error).message.replace(/ \(in .*/, "") };
    }
  };
  let values = 0;
  fc.assert(
    fc.property(object, object, fc.boolean(), fc.array(key, { maxLength: 2 }), (input, output, fromInput, fields) => {
      const text = [fromInput ? "input" : "steps.a.output", ...fields].join(".");
      const payloads = [input, [output]] as const;
      const fast = outcome(() => resultOf(text, ...payloads));
      const slow = outcome(() => resultOf(`true ? ${text} : null`, ...payloads));
      expect(fast).toEqual(slow);
      if ("value" in fast) values++;
    }),
    { numRuns: 500 },
  );
  expect(values).toBeGreaterThan(100);
});

describe("the item, its place and the signal", () => {
  const outcome = (text: string, scope: Scope) => {
    try {
      return { value: JSON.parse(compileMapping({ v: text }, "at", indexOf)(scope)).v };
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
      return { error: (error as Error).message.replace(/ \(in .*/, "") };
    }
  };
  const scope = (item: unknown, signal: unknown): Scope => ({
    input: "{}",
    output: () => undefined,
    item: { value: JSON.stringify(item), index: 3 },
    signal: JSON.stringify(signal),
  });

  test("are read like payloads, by themselves and in CEL", () => {
    const given = scope({ sku: "x", l: [1, 2, 3, 4] }, { ok: true, n: 2 });
    expect(outcome("item.sku + string(index)", given)).toEqual({ value: "x3" });
    expect(outcome("item.l[index] * signal.n", given)).toEqual({ value: 8 });
    expect(outcome("index / 2", given)).toEqual({ value: 1.5 });
    expect(outcome("signal.ok && has(item.sku) && !has(signal.sku)", given)).toEqual({ value: true });
    expect(outcome("item == 'a'", scope("a", {}))).toEqual({ value: true });
  });

  test.each([
    [{ a: 1 }, {}],
    [{}, { a: { b: [null] } }],
    ["text", { a: "" }],
    [null, { a: null }],
    [[1], { a: [] }],
    [false, { b: 1 }],
  ])("item %j and signal %j give by themselves what CEL gives, value or error", (item, signal) => {
    for (const text of ["item", "item.a", "index", "signal", "signal.a", "signal.a.b"]) {
      const given = scope(item, signal);
      expect(outcome(text, given)).toEqual(outcome(`true ? ${text} : null`, given));
    }
  });

  test("that are not there are an error, not a crash", () => {
    const none: Scope = { input: "{}", output: () => undefined };
    for (const text of ["item", "index", "signal", "item.a", "signal.a"]) {
      expect(outcome(text, none)).toEqual(outcome(`true ? ${text} : null`, none));
      expect(outcome(text, none)).toHaveProperty("error");
    }
  });
});
