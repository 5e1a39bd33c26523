import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contains, orderSteps } from "../../../orchestrator/src/definition/order.ts";
import { createPlan } from "../../../orchestrator/src/definition/plan.ts";
import { checkDefinitionText } from "../../../orchestrator/src/definition/validate.ts";

function planOf(text: string) {
  const result = checkDefinitionText(text);
  if ("faults" in result) throw new Error(JSON.stringify(result.faults, null, 1));
  return createPlan(result.definition, 7);
}
const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");

describe("a plan", () => {
  test("of an order's fulfilment knows its order and pivot", () => {
    const plan = planOf(fixture("order-fulfilment.yaml"));
    expect(plan.version).toBe(7);
    expect(plan.pivot).toBe(2);
    expect(plan.steps.map((step) => step.after)).toEqual([[], [0], [1], [2], [2], [2]]);
    expect(plan.steps.map((step) => step.before)).toEqual([[1], [2], [3, 4, 5], [], [], []]);
    expect(plan.steps.map((step) => step.afterPivot)).toEqual([false, false, false, true, true, true]);
    expect(plan.steps.map((step) => step.when !== undefined)).toEqual([false, false, false, false, true, false]);
  });

  test("of a food order evaluates inputs of Do and Undo", () => {
    const plan = planOf(fixture("food-order.yaml"));
    const outputs = ['{"order_id":"o-1"}', undefined];
    const scope = {
      input: JSON.stringify({
        customer_id: "c",
        restaurant_id: "r",
        items: [{ sku: "x" }],
        total: 12.5,
        delivery: { address: "s", latitude: 1, longitude: 2 },
      }),
      output: (step: number) => outputs[step],
    };
    expect(JSON.parse(plan.steps[0]!.input(scope))).toEqual({
      customer_id: "c",
      restaurant_id: "r",
      items: [{ sku: "x" }],
      total: 12.5,
      delivery: { address: "s", latitude: 1, longitude: 2 },
      status: "PENDING_PAYMENT",
    });
    expect(plan.steps[0]!.undoInput).toBeUndefined();
    expect(plan.steps[1]!.input(scope)).toBe('{"order_id":"o-1","amount":12.5,"method":"card"}');
    expect(JSON.parse(plan.steps[1]!.undoInput!(scope))).toEqual({ reason: "order cancelled", charge_id: null });
    outputs[1] = '{"charge_id":"ch-9"}';
    expect(JSON.parse(plan.steps[1]!.undoInput!(scope))).toEqual({ reason: "order cancelled", charge_id: "ch-9" });
  });

  test("passes the saga's input on where a step has no mapping", () => {
    const plan = planOf("{name: d, steps: [{name: a, call: {participant: p, action: x}}]}");
    expect(plan.steps[0]!.input({ input: '{"a": 1.0}', output: () => undefined })).toBe('{"a": 1.0}');
    expect(plan.pivot).toBeUndefined();
  });
});

test("a condition is true, false or an error", () => {
  const call = "call: {participant: p, action: x}";
  const plan = planOf(`{name: d, steps: [{name: a, when: input.go, ${call}}, {name: b, when: input.n > 1, ${call}}]}`);
  const scope = (input: object) => ({ input: JSON.stringify(input), output: () => undefined });
  const [plain, computed] = plan.steps;
  expect(plain?.when?.(scope({ go: true }))).toBe(true);
  expect(plain?.when?.(scope({ go: false }))).toBe(false);
  expect(computed?.when?.(scope({ n: 2 }))).toBe(true);
  expect(() => plain?.when?.(scope({ go: "yes" }))).toThrow("steps[0].when: the condition is neither true nor false");
  expect(() => computed?.when?.(scope({}))).toThrow("there is no field 'n'");
});

test("ancestors are all that can be reached backwards, and descendants their mirror", () => {
  const after = fc
    .integer({ min: 1, max: 12 })
    .chain((n) =>
      fc.tuple(
        ...Array.from({ length: n }, (_, i) =>
          fc.uniqueArray(fc.integer({ min: 0, max: Math.max(0, i - 1) }), { maxLength: Math.min(i, 4) }),
        ),
      ),
    );
  fc.assert(
    fc.property(after, (lists) => {
      const order = orderSteps(lists);
      const reach = (i: number): Set<number> => new Set(lists[i]!.flatMap((p) => [p, ...reach(p)]));
      for (let i = 0; i < lists.length; i++) {
        const reached = reach(i);
        for (let j = 0; j < lists.length; j++) {
          expect(contains(order.ancestors[i]!, j)).toBe(reached.has(j));
          expect(contains(order.ancestors[i]!, j)).toBe(contains(order.descendants[j]!, i));
          expect(order.before[j]!.includes(i)).toBe(lists[i]!.includes(j));
        }
      }
    }),
    { numRuns: 100 },
  );
});
