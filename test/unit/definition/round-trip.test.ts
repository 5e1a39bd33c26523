import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalText } from "../../../orchestrator/src/definition/parse.ts";
import { createPlan } from "../../../orchestrator/src/definition/plan.ts";
import { toProto } from "../../../orchestrator/src/definition/proto.ts";
import type { CallRule, Definition, Step } from "../../../orchestrator/src/definition/types.ts";
import { assertDefinition, checkDefinitionText, definitionOf } from "../../../orchestrator/src/definition/validate.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");

/** What is left unset and means the same as an expression, written out. */
function writtenOut(definition: Definition): Definition {
  const call = <C extends CallRule>(rule: C, input: string): C => ({
    ...rule,
    input: rule.input ?? input,
    undo: rule.undo && { ...rule.undo, input: rule.undo.input ?? {} },
  });
  const steps = definition.steps.map((step): Step => {
    switch (step.kind) {
      case "call":
        return call(step, "input");
      case "for_each":
        return { ...step, call: call(step.call, "item") };
      case "saga":
        return { ...step, input: step.input ?? "input" };
      default:
        return step;
    }
  });
  return { ...definition, steps };
}

function expectSameBothWays(definition: Definition): void {
  const message = toProto(definition);
  const again = assertDefinition(message);
  expect(again).toEqual(writtenOut(definition));
  expect(toProto(again)).toEqual(message);
  expect(definitionOf(canonicalText(message))).toEqual(again);
  expect(createPlan(again, 1).steps).toHaveLength(definition.steps.length);
}

describe.each(["food-order.yaml", "order-fulfilment.yaml", "booking.yaml"])("%s", (name) => {
  const checked = checkDefinitionText(fixture(name));
  if ("faults" in checked) throw new Error(JSON.stringify(checked.faults, null, 1));

  test("is the same after a way through the store", () => {
    expect(definitionOf(canonicalText(checked.message))).toEqual(checked.definition);
  });

  test("with its defaults written out is itself", () => {
    expectSameBothWays(checked.definition);
  });
});

describe("whatever is made of the contract's words", () => {
  const anything = fc.constantFrom<unknown>(null, "", "-1ms", "315576000000s", 0, 2.5, true, [], {}, ["a"], "input");
  /** Good values, and now and then one that may be wrong. */
  const mostly = (...values: unknown[]) =>
    fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: anything });
  const some = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
  const having = (needed: Record<string, fc.Arbitrary<unknown>>, more: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record({ ...needed, ...more }, { requiredKeys: Object.keys(needed) });

  const retry = some({
    max_attempts: mostly(1, 7),
    initial: mostly("10s", "5ms"),
    max: mostly("1m"),
    schedule: mostly([], ["0s"]),
  });
  const input = mostly("input", {}, { a: "input.x", b: [1, "'text'"] }, { c: "has(input.y) ? 1 : 2" });
  const undo = fc.oneof(mostly("none", { none: {} }), some({ input, retry, timeout: mostly("1h30m") }));
  const call = (inputs: fc.Arbitrary<unknown>) =>
    having(
      { participant: mostly("p"), action: mostly("x") },
      {
        input: inputs,
        undo,
        retry,
        timeout: mostly("1s"),
        completion_timeout: mostly("2h"),
        heartbeat_timeout: mostly("1m"),
      },
    );
  const kinds: Record<Step["kind"], fc.Arbitrary<unknown>> = {
    call: call(input),
    sleep: mostly("2d", { duration: "1ms" }, { timestamp: "input.at" }, { timestamp: "timestamp(input.at)" }),
    await: fc.oneof(
      mostly("paid"),
      having(
        { signal: mostly("paid", "host_answer") },
        { condition: mostly("signal.ok"), reject: mostly("!signal.ok", "signal.n > 1.0"), timeout: mostly("24h") },
      ),
    ),
    for_each: having(
      { items: mostly("input.l", "[1, 2]"), call: call(mostly("item", { n: "index", i: "item.a" })) },
      { concurrency: mostly(1, 100) },
    ),
    saga: having({ definition: mostly("child", "c.d-e") }, { version: mostly(0, 3), input }),
  };
  const step = fc.tuple(
    fc.oneof(...Object.entries(kinds).map(([kind, value]) => value.map((given): [string, unknown] => [kind, given]))),
    some({
      after: mostly([], undefined, ["s0"]),
      when: mostly("input.a > 1", "true"),
      on_failure: mostly("CONTINUE", "suspend", "ON_FAILURE_RETRY"),
      go_back: mostly("s0", { to: "s0", times: 5, codes: ["A"] }, { to: "s1" }),
      pivot: mostly(false, true, false),
    }),
  );
  const definition = some({
    steps: fc.array(step, { minLength: 1, maxLength: 4 }),
    deadline: mostly("1d"),
    labels: mostly({ a: "b" }),
    lock: mostly("input.id", { key: "input.id", name: "listing", when_held: "WAIT" }, { key: "'one'" }),
    output: mostly({}, "input", { a: "input.a", s: "has(steps.s0.output.a) ? 1 : 2" }),
  }).map((given) => ({
    name: "d",
    ...given,
    steps: (given.steps as [[string, unknown], object][] | undefined)?.map(([[kind, value], fields], n) => {
      const { go_back, ...rest } = fields as { go_back?: unknown };
      // The first one has nothing to go back to, nor to wait for.
      return n === 0 ? { name: "s0", [kind]: value } : { name: `s${n}`, ...rest, go_back, [kind]: value };
    }),
  }));

  test("is either refused or can be kept, read and planned", () => {
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    fc.assert(
      fc.property(definition, (given) => {
        const result = checkDefinitionText(JSON.stringify(given));
        if ("faults" in result) {
          expect(result.faults).not.toEqual([]);
          return;
        }
        expect(definitionOf(canonicalText(result.message))).toEqual(result.definition);
        expectSameBothWays(result.definition);
        for (const { kind, goBack } of result.definition.steps) {
          count(kind);
          if (goBack !== undefined) count("go_back");
        }
        if (result.definition.lock !== undefined) count("lock");
        if (result.definition.output !== undefined) count("output");
      }),
      { numRuns: 1_000 },
    );
    for (const what of [...Object.keys(kinds), "go_back", "lock", "output"]) {
      expect(seen.get(what) ?? 0, what).toBeGreaterThan(10);
    }
  });
});
