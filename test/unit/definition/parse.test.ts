import { readFileSync } from "node:fs";
import { join } from "node:path";
import { toJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { protoDuration } from "../../../orchestrator/src/definition/duration.ts";
import { canonicalText, digestOf, parseDefinition } from "../../../orchestrator/src/definition/parse.ts";
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
    {"name": "c", "after": {}, "call": {"participant": "p", "action": "z", "input": {"camelCase": null}}},
    {"name": "d", "sleep": {"duration": "172800s"}},
    {"name": "e", "await": {"signal": "paid"}, "goBack": {"to": "d"}}],
    "lock": {"key": "input.id"}}`;
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
        call: { participant: p, action: z, input: { camelCase: null } }
      - name: d
        sleep: 2d
      - name: e
        await: paid
        go_back: d
    lock: input.id`;

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
    expect(definition.steps[2]).toMatchObject({
      retry: { kind: "schedule", maxAttempts: 5, delaysMs: [0, 1000, 5000, 30_000] },
    });
    const undone = definition.steps.map((step) => step.kind === "call" && step.undo !== undefined);
    expect(undone).toEqual([true, true, true, false, false, false]);
    expect(definition.steps[4]?.when).toBe("has(input.email) && input.email != ''");
  });

  test("of a booking gets the defaults of every kind of step", () => {
    const { definition } = check(fixture("booking.yaml"));
    expect(definition).toMatchObject({
      lock: { key: "input.listing_id", name: "listing", whenHeld: "wait" },
      output: { booking_id: "steps.create.output.booking_id", guests: "size(input.guests)" },
    });
    expect(definition.steps.map(({ kind, onFailure }) => `${kind} ${onFailure}`)).toEqual([
      "call compensate",
      "for_each compensate",
      "call compensate",
      "await compensate",
      "call compensate",
      "sleep retry",
      "call continue",
      "sleep retry",
      "saga retry",
      "await continue",
    ]);
    const [, invite, authorize, confirms, , remind, , cool, payout, review] = definition.steps;
    expect(invite).toMatchObject({ items: "input.guests", concurrency: 5, call: { timeoutMs: 10_000 } });
    expect(authorize).toMatchObject({
      goBack: { to: 1, times: 2, codes: ["GUEST_DECLINED"] },
      completionTimeoutMs: 7_200_000,
      heartbeatTimeoutMs: 60_000,
    });
    expect(confirms).toMatchObject({
      goBack: { to: 2, times: 3, codes: [] },
      signal: "host_answer",
      reject: "signal.accepted == false",
      timeoutMs: 86_400_000,
    });
    expect(remind).toMatchObject({
      durationMs: undefined,
      timestamp: "timestamp(input.check_in) - duration('24h')",
      goBack: undefined,
    });
    expect(cool).toMatchObject({ durationMs: 172_800_000, timestamp: undefined, when: "input.total > 1000" });
    expect(payout).toMatchObject({ definition: "payout", version: 3, input: { amount: "input.total" } });
    expect(review).toMatchObject({ condition: undefined, reject: undefined, timeoutMs: 1_209_600_000 });
  });

  test("says nothing of locks, outputs, child versions and concurrency and gets what the contract says", () => {
    const text = `{name: shop, lock: input.id, steps: [
      {name: a, for_each: {items: input.l, call: {participant: p, action: x}}}, {name: b, saga: {definition: c}}]}`;
    const { definition } = check(text);
    expect(definition.lock).toEqual({ key: "input.id", name: "shop", whenHeld: "refuse" });
    expect(definition.output).toBeUndefined();
    expect(definition.steps).toMatchObject([{ concurrency: 1 }, { version: undefined, input: undefined }]);
    expect(check("{name: shop, steps: [{name: a, await: b}]}").definition.lock).toBeUndefined();
  });

  test("one retry duration alone never contradicts the default of the other", () => {
    const step = (retry: string) =>
      check(`{name: a, steps: [{name: a, call: {participant: p, action: x, retry: ${retry}}}]}`).definition.steps[0];
    expect(step("{initial: 60s}")).toMatchObject({ retry: { initialMs: 60_000, maxMs: 60_000 } });
    expect(step("{max: 100ms}")).toMatchObject({ retry: { initialMs: 100, maxMs: 100 } });
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
