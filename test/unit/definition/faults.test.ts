import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { rules } from "../../../orchestrator/src/definition/faults.ts";
import { limits } from "../../../orchestrator/src/definition/limits.ts";
import { checkPayload, checkPayloadText } from "../../../orchestrator/src/definition/payload.ts";
import { checkDefinitionText, validateDefinition } from "../../../orchestrator/src/definition/validate.ts";
import type { Fault } from "../../../orchestrator/src/errors.ts";
import {
  type OnFailure,
  SagaDefinitionSchema,
  type WhenHeld,
} from "../../../orchestrator/src/gen/backstitch/v1/definition_pb.js";

interface Case {
  name: string;
  text?: string;
  definition?: object;
  faults: string[];
  says?: string;
  right?: object;
}
const read = (name: string) =>
  parse(readFileSync(join(import.meta.dirname, "fixtures", name), "utf8")) as { base: object; cases: Case[] };
const { base, cases: common } = read("faults.yaml");
const ofKinds = read("faults-kinds.yaml");
const cases: Case[] = [
  ...common,
  ...ofKinds.cases.map((c) => ({ ...c, definition: { ...ofKinds.base, ...c.definition } })),
];
const participants = ["inventory", "payment"];

function faultsOf(text: string): readonly Fault[] {
  const result = checkDefinitionText(text, { participants });
  return "faults" in result ? result.faults : [];
}
const textOf = (definition: object) =>
  JSON.stringify({ ...base, ...definition }, (_, value) => (value === Infinity ? "\u0000inf" : value)).replace(
    '"\\u0000inf"',
    ".inf",
  );
const call = { participant: "inventory", action: "reserve" };
const nested = (depth: number): object => (depth === 1 ? {} : { a: nested(depth - 1) });

/** Cases that are too long to be written out. */
const large: Case[] = [
  { name: "a text of too many bytes", text: `description: ${"x".repeat(262_144)}`, faults: ["text max_size"] },
  { name: "a text of too many brackets", text: "[".repeat(2_000), faults: ["text max_depth"] },
  {
    name: "a description of too many characters",
    definition: { description: "x".repeat(2_001) },
    faults: ["description max_length"],
  },
  {
    name: "an expression of too many characters",
    definition: { steps: [{ name: "a", when: `input.a == '${"x".repeat(2_000)}'`, call }] },
    faults: ["steps[0].when max_length"],
  },
  {
    name: "an expression nested deeper than the parser goes",
    definition: { steps: [{ name: "a", when: `${"(".repeat(990)}true${")".repeat(990)}`, call }] },
    faults: ["steps[0].when invalid_expression"],
    says: "nested too deep",
  },
  {
    name: "too many steps",
    definition: { steps: Array.from({ length: 101 }, (_, i) => ({ name: `s${i}`, call })) },
    faults: ["steps max_items"],
  },
  {
    name: "a schedule of too many delays",
    definition: { steps: [{ name: "a", call: { ...call, retry: { schedule: Array(101).fill("1s") } } }] },
    faults: ["steps[0].call.retry.schedule max_items"],
  },
  {
    name: "going back for too many codes",
    definition: {
      steps: [
        { name: "a", call },
        { name: "b", call, go_back: { to: "a", codes: Array(101).fill("A") } },
      ],
    },
    faults: ["steps[1].go_back.codes max_items"],
  },
  {
    name: "items written out that are too many",
    definition: { steps: [{ name: "a", for_each: { items: `[${"1,".repeat(500)}1]`, call } }] },
    faults: ["steps[0].for_each.items invalid_expression"],
    says: "more than 500 items",
  },
  {
    name: "the key of a lock that is too long",
    definition: { lock: `'${"é".repeat(129)}'` },
    faults: ["lock.key invalid_expression"],
    says: "more than 256 bytes",
  },
  {
    name: "a mapping nested too deep",
    definition: { steps: [{ name: "a", call: { ...call, input: nested(33) } }] },
    faults: [`steps[0].call.input${".a".repeat(32)} max_depth`],
  },
  {
    name: "a mapping of too many bytes",
    definition: { steps: [{ name: "a", call: { ...call, input: { a: Array(700).fill(`'${"x".repeat(100)}'`) } } }] },
    faults: ["steps[0].call.input max_size"],
  },
];

describe("a definition with faults", () => {
  test.each([...cases, ...large])("$name", ({ text, definition, faults, says }) => {
    const found = faultsOf(text ?? textOf(definition!));
    expect(found.map((fault) => `${fault.field} ${fault.rule}`).sort()).toEqual([...faults].sort());
    if (says !== undefined) expect(found.map((fault) => fault.message).join("\n")).toContain(says);
    for (const fault of found) expect(fault.message.length).toBeLessThan(400);
  });

  test.each(ofKinds.cases.filter(({ right }) => right !== undefined))("$name: mended", ({ right }) => {
    expect(faultsOf(textOf({ ...ofKinds.base, ...right }))).toEqual([]);
  });

  test("the faults of form and of meaning are reported together", () => {
    const found = faultsOf("{name: shop, deadlin: 5s, steps: [{name: a, call: {participant: nobody, action: x}}]}");
    expect(found.map((fault) => fault.rule)).toEqual(["unknown_field", "unknown_participant"]);
  });

  test("paths stand behind the caller's prefix", () => {
    const result = checkDefinitionText("{steps: [{nam: a}]}", { prefix: "definition." });
    const fields = "faults" in result ? result.faults.map((fault) => fault.field) : [];
    expect(fields).toEqual([
      "definition.steps[0].nam",
      "definition.name",
      "definition.steps[0].name",
      "definition.steps[0]",
    ]);
  });

  test("a message that no text could give is checked as well", () => {
    const message = create(SagaDefinitionSchema, {
      name: "shop",
      deadline: { seconds: 1n, nanos: 2_000_000_000 },
      lock: { key: "input.a", whenHeld: 99 as WhenHeld },
      output: { kind: { case: "stringValue", value: "1" } },
      steps: [
        {
          name: "a",
          onFailure: 99 as OnFailure,
          kind: { case: "call", value: { ...call, input: { kind: { case: "listValue", value: { values: [{}] } } } } },
        },
      ],
    });
    const result = validateDefinition(message);
    expect("faults" in result && result.faults.map((fault) => `${fault.field} ${fault.rule}`)).toEqual([
      "deadline range",
      "steps[0].on_failure unknown_value",
      "steps[0].call.input[0] not_json",
      "lock.when_held unknown_value",
      "output not_object",
    ]);
  });

  test("no more faults are reported than anyone reads", () => {
    expect(faultsOf(`steps: [${"{},".repeat(500)}]`)).toHaveLength(limits.faults);
  });

  test("every rule has a case", () => {
    const covered = new Set([...cases, ...large].flatMap((c) => c.faults.map((fault) => fault.split(" ").at(-1)!)));
    expect([...covered].sort()).toEqual(Object.keys(rules).sort());
  });
});

describe("a payload", () => {
  test("of 32 objects inside one another passes, of 33 it does not", () => {
    expect(checkPayloadText("input", JSON.stringify(nested(32)))).toEqual([]);
    expect(checkPayloadText("input", JSON.stringify(nested(33)))).toMatchObject([
      { field: `input${".a".repeat(32)}`, rule: "max_depth" },
    ]);
  });

  test("of 256 KiB passes, a byte more does not, and bytes count rather than characters", () => {
    const fits = JSON.stringify({ a: "x".repeat(262_144 - 8) });
    expect(checkPayloadText("input", fits)).toEqual([]);
    expect(checkPayloadText("input", `${fits} `)).toMatchObject([{ field: "input", rule: "max_size" }]);
    expect(checkPayloadText("input", JSON.stringify({ a: "€".repeat(90_000) }))).toMatchObject([{ rule: "max_size" }]);
  });

  test("holds integers up to 2^53 - 1 and any fraction", () => {
    expect(checkPayloadText("input", '{"a":[9007199254740991,-9007199254740991,0.1,1e-300,-0]}')).toEqual([]);
    expect(checkPayloadText("input", '{"a":[0,{"b c":9007199254740992}]}')).toMatchObject([
      { field: 'input.a[1]["b c"]', rule: "unsafe_integer" },
    ]);
    expect(checkPayload("input", { a: Number.NaN }, "{}")).toMatchObject([{ field: "input.a", rule: "not_json" }]);
  });

  test("is an object, and its faults never quote it", () => {
    for (const text of ["[]", "5", "null", '"secret"', '{"secret"', ""]) {
      const faults = checkPayloadText("input", text);
      expect(faults).toHaveLength(1);
      expect(JSON.stringify(faults)).not.toContain("secret");
    }
  });
});
