import { readFileSync } from "node:fs";
import { join } from "node:path";
import { toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { protoDuration } from "../../../orchestrator/src/definition/duration.ts";
import { canonicalText, digestOf, parseDefinition } from "../../../orchestrator/src/definition/parse.ts";
import { createPlan } from "../../../orchestrator/src/definition/plan.ts";
import { toProto } from "../../../orchestrator/src/definition/proto.ts";
import {
  assertDefinition,
  checkDefinitionText,
  definitionOf,
  validateDefinition,
} from "../../../orchestrator/src/definition/validate.ts";
import { BackstitchError } from "../../../orchestrator/src/errors.ts";
import { SagaDefinitionSchema } from "../../../orchestrator/src/gen/backstitch/v1/definition_pb.js";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");

function read(text: string) {
  const { faults, message } = parseDefinition(text);
  expect(faults).toEqual([]);
  return message!;
}
function check(text: string) {
  const result = checkDefinitionText(text);
  if ("faults" in result) throw new Error(JSON.stringify(result.faults, null, 1));
  return result;
}

describe("a definition's text", () => {
  const long = `{"name": "shop", "deadline": "5400s", "steps": [
    {"name": "a", "call": {"participant": "p", "action": "x", "timeout": "0.5s",
      "undo": {"with": {"retry": {"maxAttempts": 3, "schedule": ["0s", "60s", "604800s"]}}}}},
    {"name": "b", "after": {"steps": ["a"]}, "onFailure": "ON_FAILURE_CONTINUE",
      "call": {"participant": "p", "action": "y", "undo": {"none": {}}}},
    {"name": "c", "after": {}, "call": {"participant": "p", "action": "z", "input": {"camelCase": null}}}]}`;
  const short = `
    name: shop
    deadline: 1h30m
    steps:
      - name: a
        call:
          participant: p
          action: x
          timeout: 500ms
          undo: { retry: { max_attempts: 3, schedule: [0s, 1m, 7d] } }
      - name: b
        after: a
        on_failure: continue
        call: { participant: p, action: y, undo: none }
      - name: c
        after: []
        call: { participant: p, action: z, input: { camelCase: null } }`;

  test("in short forms says the same as in the contract's own", () => {
    expect(toJson(SagaDefinitionSchema, read(short))).toEqual(toJson(SagaDefinitionSchema, read(long)));
    expect(canonicalText(read(short))).toBe(canonicalText(read(long)));
  });

  test("may share parts with anchors, and write `none:` without a value", () => {
    const message = read(`
      name: shop
      steps:
        - { name: a, call: { participant: p, action: x, retry: &r { max_attempts: 3 } } }
        - { name: b, call: { participant: p, action: x, retry: *r, undo: { none: } } }`);
    expect(message.steps[1]?.kind.value).toMatchObject({ retry: { maxAttempts: 3 }, undo: { way: { case: "none" } } });
  });

  test.each([
    ["10s", "10s"],
    ["0.5s", "0.5s"],
    ["500ms", "0.5s"],
    ["1500ms", "1.5s"],
    ["5m", "300s"],
    ["2h", "7200s"],
    ["7d", "604800s"],
    ["1h30m", "5400s"],
    ["1.5h", "5400s"],
    ["0ms", "0s"],
    ["100ms", "0.1s"],
    ["100s", "100s"],
    ["-5m", "-300s"],
    ["", undefined],
    ["10", undefined],
    ["10 s", undefined],
    ["1y", undefined],
    ["s", undefined],
    ["1e3s", undefined],
    ["315576000000s", "315576000000s"],
    ["315576000001s", undefined],
    ["999999999999d", undefined],
  ])("takes the duration %j as %j", (text, expected) => {
    expect(protoDuration(text)).toBe(expected);
  });

  test("has one canonical text and digest, whatever the order of its fields", () => {
    const one = canonicalText(read("{name: shop, labels: {b: x, a: y}, steps: []}"));
    const other = canonicalText(read("{steps: [], labels: {a: y, b: x}, name: shop}"));
    expect(one).toBe('{"labels":{"a":"y","b":"x"},"name":"shop"}');
    expect(other).toBe(one);
    expect(digestOf(one)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  test("is never an exception, whatever it holds", () => {
    const texts = ["\u0000", "{", "]", "a: [", "? {a: b}\n: c", "- - - -", "&a *a", "%YAML 9.9", "{{}: {}}", "<<: *x"];
    texts.push("- ".repeat(100_000), "{a: ".repeat(900) + "}".repeat(900), '{"__proto__": {"name": "x"}}');
    for (const text of texts) {
      const result = checkDefinitionText(text);
      expect("faults" in result && result.faults.length, text.slice(0, 40)).toBeGreaterThan(0);
    }
  });
});

test("whatever is made of the contract's words is either refused or can be kept, read and planned", () => {
  const anything = fc.constantFrom<unknown>(null, "", "-1ms", "315576000000s", 0, 2.5, true, [], {}, ["a"], "input");
  const mostly = (...values: unknown[]) =>
    fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: anything });
  const some = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
  const retry = some({
    max_attempts: mostly(1, 7),
    initial: mostly("10s", "5ms"),
    max: mostly("1m"),
    schedule: mostly([], ["0s"]),
  });
  const input = mostly("input", {}, { a: "input.x", b: [1, "'text'"] }, { c: "has(input.y) ? 1 : 2" });
  const undo = fc.oneof(mostly("none", { none: {} }), some({ input, retry, timeout: mostly("1h30m") }));
  const step = some({
    after: mostly([], undefined),
    when: mostly("input.a > 1", "true"),
    on_failure: mostly("CONTINUE", "suspend", "ON_FAILURE_RETRY"),
    call: fc.record({ participant: mostly("p"), action: mostly("x"), input, undo, retry, timeout: mostly("1s") }),
  });
  const definition = some({
    steps: fc.array(step, { maxLength: 3 }),
    deadline: mostly("1d"),
    labels: mostly({ a: "b" }),
  }).map((given) => ({
    name: "d",
    ...given,
    steps: (given.steps as object[] | undefined)?.map((fields, n) => ({ name: `s${n}`, ...fields })),
  }));
  let valid = 0;
  fc.assert(
    fc.property(definition, (given) => {
      const result = checkDefinitionText(JSON.stringify(given));
      if ("faults" in result) {
        expect(result.faults).not.toEqual([]);
        return;
      }
      valid++;
      expect(definitionOf(canonicalText(result.message))).toEqual(result.definition);
      expect(createPlan(assertDefinition(toProto(result.definition)), 1).steps).toHaveLength(
        result.message.steps.length,
      );
    }),
    { numRuns: 1_000 },
  );
  expect(valid).toBeGreaterThan(20);
});

describe("a valid definition", () => {
  test("of a food order gets its defaults", () => {
    const { definition } = check(fixture("food-order.yaml"));
    expect(definition).toMatchObject({ name: "food-order", deadlineMs: 300_000, labels: { team: "orders" } });
    expect(definition.retentionMs).toBeUndefined();
    expect(definition.steps.map((step) => step.after)).toEqual([[], [0], [1]]);
    const [create, pay, confirm] = definition.steps;
    expect(create).toMatchObject({
      kind: "call",
      onFailure: "compensate",
      pivot: false,
      timeoutMs: 10_000,
      retry: { kind: "exponential", maxAttempts: 5, initialMs: 200, multiplier: 2, maxMs: 30_000 },
      undo: {
        input: undefined,
        timeoutMs: 10_000,
        retry: { kind: "exponential", maxAttempts: 20, initialMs: 500, multiplier: 2, maxMs: 300_000 },
      },
    });
    expect(pay).toMatchObject({
      timeoutMs: 5_000,
      retry: { maxAttempts: 3, initialMs: 500, maxMs: 30_000 },
      undo: { timeoutMs: 5_000, retry: { maxAttempts: 50, initialMs: 1_000, maxMs: 600_000 } },
    });
    expect(confirm).toMatchObject({ pivot: true, onFailure: "compensate" });
  });

  test("of an order's fulfilment runs forward after its pivot", () => {
    const { definition } = check(fixture("order-fulfilment.yaml"));
    expect(definition.steps.map((step) => step.onFailure)).toEqual([
      "compensate",
      "compensate",
      "compensate",
      "retry",
      "continue",
      "continue",
    ]);
    expect(definition.steps[2]?.retry).toEqual({ kind: "schedule", maxAttempts: 5, delaysMs: [0, 1000, 5000, 30_000] });
    expect(definition.steps.map((step) => step.undo === undefined)).toEqual([false, false, false, true, true, true]);
    expect(definition.steps[4]?.when).toBe("has(input.email) && input.email != ''");
  });

  test("one retry duration alone never contradicts the default of the other", () => {
    const step = (retry: string) =>
      check(`{name: a, steps: [{name: a, call: {participant: p, action: x, retry: ${retry}}}]}`).definition.steps[0];
    expect(step("{initial: 60s}")?.retry).toMatchObject({ initialMs: 60_000, maxMs: 60_000 });
    expect(step("{max: 100ms}")?.retry).toMatchObject({ initialMs: 100, maxMs: 100 });
  });

  test.each(["food-order.yaml", "order-fulfilment.yaml"])("%s is the same after a way through the store", (name) => {
    const { definition, message } = check(fixture(name));
    expect(definitionOf(canonicalText(message))).toEqual(definition);
  });

  test.each(["food-order.yaml", "order-fulfilment.yaml"])("%s with its defaults written out is itself", (name) => {
    const { definition } = check(fixture(name));
    const again = assertDefinition(toProto(definition));
    const steps = definition.steps.map((step) => ({
      ...step,
      input: step.input ?? "input",
      undo: step.undo && { ...step.undo, input: step.undo.input ?? {} },
    }));
    expect(again).toEqual({ ...definition, steps });
    expect(toProto(again)).toEqual(toProto(definition));
  });
});

test("assertDefinition and definitionOf throw INVALID_DEFINITION with all faults", () => {
  const message = read("{name: '', steps: [{name: a}]}");
  const result = validateDefinition(message);
  const faults = "faults" in result ? result.faults : [];
  expect(faults).toHaveLength(2);
  for (const action of [() => assertDefinition(message), () => definitionOf(canonicalText(message))]) {
    expect(action).toThrowError(BackstitchError);
    expect(action).toThrowError(expect.objectContaining({ code: "INVALID_DEFINITION", faults }));
  }
  expect(() => definitionOf("{")).toThrowError(expect.objectContaining({ code: "INVALID_DEFINITION" }));
});
