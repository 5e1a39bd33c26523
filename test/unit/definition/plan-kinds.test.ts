import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createPlan } from "../../../orchestrator/src/definition/plan.ts";
import { ExpressionError, type Scope } from "../../../orchestrator/src/definition/types.ts";
import { checkDefinitionText } from "../../../orchestrator/src/definition/validate.ts";

function planOf(text: string) {
  const result = checkDefinitionText(text);
  if ("faults" in result) throw new Error(JSON.stringify(result.faults, null, 1));
  return createPlan(result.definition, 1);
}
function scopeOf(input: object, more: Partial<Scope> = {}): Scope {
  return { input: JSON.stringify(input), output: () => undefined, ...more };
}
const itemOf = (value: unknown, index: number) => ({ item: { value: JSON.stringify(value), index } });
const call = "call: {participant: p, action: x}";
const booking = planOf(readFileSync(join(import.meta.dirname, "fixtures/booking.yaml"), "utf8"));
const step = (name: string) => booking.steps.find((planned) => planned.step.name === name)!;

describe("the plan of a step", () => {
  test("has the policies of what it sends", () => {
    const retry = { kind: "exponential", maxAttempts: 5, initialMs: 200, multiplier: 2, maxMs: 30_000 };
    const undo = {
      input: undefined,
      timeoutMs: 10_000,
      retry: { kind: "exponential", maxAttempts: 20, initialMs: 500, multiplier: 2, maxMs: 300_000 },
    };
    const never = { completionTimeoutMs: undefined, heartbeatTimeoutMs: undefined };
    expect(step("create").sends).toEqual({ retry, undo, ...never });
    expect(step("authorize").sends).toMatchObject({ completionTimeoutMs: 7_200_000, heartbeatTimeoutMs: 60_000 });
    expect(step("invite_guests").sends).toMatchObject({ retry, undo: { timeoutMs: 10_000 } });
    expect(step("payout").sends).toEqual({ retry, undo, ...never });
    expect(step("remind").sends).toMatchObject({ undo: undefined });
    expect(step("host_confirms").sends).toBeUndefined();
    expect(step("cool_down").sends).toBeUndefined();
  });

  test("of a child saga makes its input from the saga's", () => {
    expect(step("payout").input(scopeOf({ total: 5 }))).toBe('{"amount":5}');
    const bare = planOf("{name: d, steps: [{name: a, saga: {definition: c}}]}").steps[0]!;
    expect(bare.input(scopeOf({ b: 1 }))).toBe('{"b":1}');
  });

  test("of every kind may have a condition", () => {
    const kinds = [call, "sleep: 1s", "await: a", `for_each: {items: input.l, ${call}}`, "saga: {definition: c}"];
    const { steps } = planOf(`{name: d, steps: [${kinds.map((kind, i) => `{name: s${i}, when: input.go, ${kind}}`)}]}`);
    expect(steps.map(({ when }) => when?.(scopeOf({ go: true })))).toEqual([true, true, true, true, true]);
    expect(steps.map(({ when }) => when?.(scopeOf({ go: false })))).toEqual([false, false, false, false, false]);
  });
});

describe("a for_each step", () => {
  test("lists its items, and makes the input of each from the item and its place", () => {
    const { items, input } = step("invite_guests");
    const scope = scopeOf({ guests: [{ email: "a" }, { email: "b" }] }, { output: () => '{"booking_id":"b-1"}' });
    expect(items?.(scope)).toEqual(['{"email":"a"}', '{"email":"b"}']);
    expect(JSON.parse(input({ ...scope, ...itemOf({ email: "b" }, 1) }))).toEqual({
      to: "b",
      place: 1,
      first: false,
      booking_id: "b-1",
    });
  });

  test("reads in undo.input the output of the item, where there is one", () => {
    const { undoInput } = step("invite_guests");
    const scope = scopeOf({}, itemOf({ email: "b" }, 1));
    expect(JSON.parse(undoInput!(scope))).toEqual({ to: "b", id: null });
    expect(JSON.parse(undoInput!({ ...scope, output: () => '{"id":7}' }))).toEqual({ to: "b", id: 7 });
  });

  test("without an input sends the item, which must be an object", () => {
    const { input } = planOf(`{name: d, steps: [{name: a, for_each: {items: input.l, ${call}}}]}`).steps[0]!;
    expect(input(scopeOf({}, { item: { value: '{"a": 1.0}', index: 0 } }))).toBe('{"a": 1.0}');
    for (const value of [5, "{x", null, ["{"]]) {
      expect(() => input(scopeOf({}, itemOf(value, 0)))).toThrowError(
        expect.objectContaining({ path: "steps[0].for_each.call.input", name: "ExpressionError" }),
      );
    }
  });

  test("takes any list of up to 500 items, and nothing else", () => {
    const plan = planOf(`{name: d, steps: [{name: a, for_each: {items: input.l, ${call}}},
      {name: b, for_each: {items: "input.l.filter(x, x != null)", ${call}}}]}`);
    const [plain, computed] = plan.steps.map(({ items }) => items!);
    expect(plain!(scopeOf({ l: [1, null, "x", [2], { a: 1 }] }))).toEqual(["1", "null", '"x"', "[2]", '{"a":1}']);
    expect(computed!(scopeOf({ l: [1, null] }))).toEqual(["1"]);
    expect(plain!(scopeOf({ l: [] }))).toEqual([]);
    expect(plain!(scopeOf({ l: Array(500).fill(0) }))).toHaveLength(500);
    expect(() => plain!(scopeOf({ l: Array(501).fill(0) }))).toThrow("the list has more than 500 items");
    for (const l of [{}, "x", 5, null]) expect(() => plain!(scopeOf({ l }))).toThrow("the result is not a list");
    expect(() => plain!(scopeOf({}))).toThrow("steps[0].for_each.items: there is no field 'l'");
  });
});

describe("a sleep step", () => {
  test("for a duration ends so long after it starts", () => {
    expect(step("cool_down").until?.(scopeOf({}), 1_000)).toBe(172_801_000);
    expect(step("create").until).toBeUndefined();
  });

  test("until a timestamp ends then, whenever it starts", () => {
    const { until } = step("remind_at");
    const scope = scopeOf({ check_in: "2026-07-01T15:00:00+02:00" });
    expect(new Date(until!(scope, 0))).toEqual(new Date("2026-06-30T13:00:00Z"));
    expect(until!(scope, Date.now())).toBe(until!(scope, 0));
  });

  test.each([
    ["input.at", "2026-07-01T15:00:00.250Z"],
    ["has(input.at) ? input.at : '2026-01-01T00:00:00Z'", "2026-07-01T15:00:00.250Z"],
    ["timestamp(input.at) + duration(input.days * 86400)", "2026-07-03T15:00:00.250Z"],
    ["timestamp(input.at) + duration('1h30m')", "2026-07-01T16:30:00.250Z"],
    ["duration('1h') + timestamp(input.at)", "2026-07-01T16:00:00.250Z"],
    ["timestamp(input.seconds)", "2023-11-14T22:13:20Z"],
    ["timestamp(string(input.day) + 'T00:00:00Z')", "2026-07-01T00:00:00Z"],
    ["timestamp(1700000000)", "2023-11-14T22:13:20Z"],
  ])("until %s ends at %s", (timestamp, expected) => {
    const plan = planOf(JSON.stringify({ name: "d", steps: [{ name: "a", sleep: { timestamp } }] }));
    const input = { at: "2026-07-01T15:00:00.25Z", days: 2, seconds: 1_700_000_000, day: "2026-07-01" };
    expect(new Date(plan.steps[0]!.until!(scopeOf(input), 0))).toEqual(new Date(expected));
  });

  test.each([
    ["input.a", "2026-07-01", "the result is not a timestamp"],
    ["input.a", 1_700_000_000, "the result is not a timestamp"],
    ["input.a", null, "the result is not a timestamp"],
    ["input.a", "secret", "the result is not a timestamp"],
    ["timestamp(input.a)", "secret", "cannot be converted to a timestamp: it looks like '2026-07-01T15:00:00Z'"],
    ["timestamp(0) + duration(input.a)", "secret", "cannot be converted to a duration: it looks like '24h'"],
    ["input.a - duration('24h')", "2026-07-01T15:00:00Z", "a text becomes a time with timestamp(...)"],
    ["timestamp(input.a)", 1e15, "a time is out of range"],
    ["timestamp(0) + duration(input.a)", -1e15, "a time is out of range"],
    ["timestamp('9999-12-31T00:00:00Z') + duration(input.a)", 9e9, "a time is out of range"],
  ])("until %s of %j fails, saying what would be right", (timestamp, a, says) => {
    const plan = planOf(JSON.stringify({ name: "d", steps: [{ name: "a", sleep: { timestamp } }] }));
    const until = () => plan.steps[0]!.until!(scopeOf({ a }), 0);
    expect(until).toThrow(ExpressionError);
    expect(until).toThrow(says);
    expect(until).toThrow(/^steps\[0\]\.sleep\.timestamp: (?!.*secret)/);
  });
});

describe("an await step", () => {
  const signalOf = (payload: unknown, input = {}) =>
    scopeOf(input, { signal: JSON.stringify(payload), output: () => '{"booking_id":"b"}' });

  test("takes the signals that meet its condition", () => {
    const { takes } = step("host_confirms");
    expect(takes?.(signalOf({ booking_id: "b" }))).toBe(true);
    expect(takes?.(signalOf({ booking_id: "c" }))).toBe(false);
  });

  test("takes every signal where it has no condition, and other steps none", () => {
    expect(step("review").takes?.(signalOf({}))).toBe(true);
    expect(step("create").takes).toBeUndefined();
  });

  test.each([
    "signal.ok",
    "signal.ok == true",
    "signal.a.b > 1",
    "has(signal.ok) && signal.ok",
    "signal.ok && input.x.y",
  ])("whose condition %s cannot be evaluated for a signal leaves it, and never throws", (condition) => {
    const plan = planOf(JSON.stringify({ name: "d", steps: [{ name: "a", await: { signal: "s", condition } }] }));
    const { takes } = plan.steps[0]!;
    for (const payload of [{}, { ok: "yes" }, { ok: null }, { a: 5 }, { a: { b: "x" } }, []]) {
      expect(takes!(signalOf(payload))).toBe(false);
    }
    expect(takes!({ ...signalOf({}), signal: "{" })).toBe(false);
    expect(takes!(scopeOf({}))).toBe(false);
  });

  test("rejects a signal that meets `reject`; one that it cannot be evaluated for is an error", () => {
    const { rejects } = step("host_confirms");
    expect(rejects?.(signalOf({ accepted: false }))).toBe(true);
    expect(rejects?.(signalOf({ accepted: true }))).toBe(false);
    expect(() => rejects?.(signalOf({}))).toThrow("steps[3].await.reject: there is no field 'accepted'");
    expect(step("review").rejects).toBeUndefined();
  });

  test("makes its signal one that the definition awaits", () => {
    expect([...booking.signals].sort()).toEqual(["host_answer", "review"]);
  });
});

test("going back spans the step and all that depend on it, in order", () => {
  const plan = planOf(`{name: d, steps: [{name: a, ${call}}, {name: b, ${call}}, {name: beside, after: a, ${call}},
    {name: c, after: b, ${call}}, {name: d, after: [beside, c], go_back: b, ${call}}, {name: e, ${call}}]}`);
  expect(plan.steps[4]!.goBack).toEqual({ to: 1, times: 3, codes: [], span: [1, 3, 4, 5] });
  expect(plan.steps.map(({ goBack }) => goBack !== undefined)).toEqual([false, false, false, false, true, false]);
});

describe("the key of a lock", () => {
  const keyOf = (input: object) =>
    planOf("{name: d, lock: input.id, steps: [{name: a, sleep: 1s}]}").lockKey!(scopeOf(input));

  test("is a string as it stands, or a number as JSON writes it", () => {
    expect(keyOf({ id: "listing-7" })).toBe("listing-7");
    expect(keyOf({ id: 7 })).toBe("7");
    expect(keyOf({ id: 1e21 / 1e19 })).toBe("100");
    expect(keyOf({ id: 0.5 })).toBe("0.5");
    expect(keyOf({ id: "é".repeat(128) })).toHaveLength(128);
    expect(
      planOf(`{name: d, lock: "input.a + '/' + string(input.b)", steps: [{name: a, sleep: 1s}]}`).lockKey!(
        scopeOf({ a: "x", b: 2 }),
      ),
    ).toBe("x/2");
  });

  test.each([
    [{}, "there is no field 'id'"],
    [{ id: "" }, "the key is empty"],
    [{ id: `${"é".repeat(128)}x` }, "the key has more than 256 bytes"],
    [{ id: true }, "the key is neither a string nor a number"],
    [{ id: null }, "the key is neither a string nor a number"],
    [{ id: ["a"] }, "the key is neither a string nor a number"],
  ])("of %j is refused", (input, says) => {
    expect(() => keyOf(input)).toThrowError(expect.objectContaining({ path: "lock.key" }));
    expect(() => keyOf(input)).toThrow(says);
  });

  test("is there only where the definition has a lock", () => {
    expect(planOf("{name: d, steps: [{name: a, sleep: 1s}]}").lockKey).toBeUndefined();
  });
});

describe("the output of a saga", () => {
  test("is made of the input and the outputs of all steps", () => {
    const scope = scopeOf({ guests: [1, 2] }, { output: (i) => (i === 0 ? '{"booking_id":"b"}' : undefined) });
    expect(booking.output?.(scope)).toBe('{"booking_id":"b","guests":2}');
  });

  test("fails where a step gave nothing that it reads, and is empty where none is defined", () => {
    expect(() => booking.output?.(scopeOf({ guests: [] }))).toThrowError(
      expect.objectContaining({ path: "output.booking_id", message: expect.stringContaining("no field 'booking_id'") }),
    );
    expect(planOf("{name: d, steps: [{name: a, sleep: 1s}]}").output).toBeUndefined();
  });
});
