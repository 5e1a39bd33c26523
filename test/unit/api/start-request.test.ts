import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { checkStart } from "../../../orchestrator/src/api/start-request.ts";
import { BackstitchError } from "../../../orchestrator/src/errors.ts";
import { StartSagaRequestSchema } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { createTestDeps } from "../../support/test-api.ts";

type Init = MessageInitShape<typeof StartSagaRequestSchema>;

const { catalog } = await createTestDeps();
const check = (init: Init) =>
  checkStart(create(StartSagaRequestSchema, { definition: "order", ...init }), catalog, 1_700_000_000_000);

async function faultsOf(init: Init): Promise<string[]> {
  try {
    await check(init);
  } catch (thrown) {
    if (!(thrown instanceof BackstitchError)) throw thrown;
    return [thrown.code, ...thrown.faults.map(({ field, rule }) => `${field} ${rule}`)];
  }
  return [];
}

const nested = (depth: number): Record<string, never> =>
  depth === 1 ? {} : ({ a: nested(depth - 1) } as unknown as Record<string, never>);
const many = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, "v"]));

describe("a start is refused with field and rule", () => {
  test.each<[string, Init, string[]]>([
    ["no definition", { definition: "" }, ["INVALID_REQUEST", "definition required"]],
    ["a definition's name out of pattern", { definition: "No!" }, ["INVALID_REQUEST", "definition pattern"]],
    ["an unknown definition", { definition: "ghost" }, ["DEFINITION_NOT_FOUND", "definition unknown_definition"]],
    ["an unknown version", { version: 9 }, ["DEFINITION_NOT_FOUND", "definition unknown_definition"]],
    ["a namespace out of pattern", { namespace: "A b" }, ["INVALID_REQUEST", "namespace pattern"]],
    ["a saga id out of pattern", { sagaId: "a/b" }, ["INVALID_REQUEST", "saga_id pattern"]],
    ["a saga id that is too long", { sagaId: "a".repeat(129) }, ["INVALID_REQUEST", "saga_id pattern"]],
    ["a request id that is too long", { requestId: "a".repeat(129) }, ["INVALID_REQUEST", "request_id max_length"]],
    ["an oversize payload", { input: { a: "x".repeat(262_144) } }, ["TOO_LARGE", "input max_size"]],
    ["a payload nested too deep", { input: nested(33) }, ["INVALID_REQUEST", `input${".a".repeat(32)} max_depth`]],
    ["an integer that was rounded", { input: { n: 2 ** 53 } }, ["INVALID_REQUEST", "input.n unsafe_integer"]],
    ["a number that JSON has not", { input: { n: Number.NaN } }, ["INVALID_REQUEST", "input not_json"]],
    ["half a surrogate pair", { input: { s: "\ud800" } }, ["INVALID_REQUEST", "input not_json"]],
    ["a label out of pattern", { labels: { "1": "v" } }, ["INVALID_REQUEST", 'labels["1"] pattern']],
    ["too many labels", { labels: many(17) }, ["INVALID_REQUEST", "labels max_items"]],
    ["too many with those of the definition", { labels: many(16) }, ["INVALID_REQUEST", "labels max_items"]],
    ["too much metadata", { metadata: many(17) }, ["INVALID_REQUEST", "metadata max_items"]],
    ["metadata with a line break", { metadata: { a: "b\nc" } }, ["INVALID_REQUEST", "metadata.a pattern"]],
    ["a deadline of nothing", { deadline: { seconds: 0n } }, ["INVALID_REQUEST", "deadline range"]],
    ["a negative deadline", { deadline: { seconds: -1n } }, ["INVALID_REQUEST", "deadline range"]],
    ["a deadline of mixed signs", { deadline: { seconds: 2n, nanos: -1 } }, ["INVALID_REQUEST", "deadline range"]],
    ["a huge deadline", { deadline: { seconds: 2n ** 62n } }, ["INVALID_REQUEST", "deadline range"]],
    ["one beyond the definition's", { deadline: { seconds: 61n } }, ["INVALID_REQUEST", "deadline range"]],
    ["a wait that is too long", { wait: { seconds: 61n } }, ["INVALID_REQUEST", "wait range"]],
  ])("%s", async (_, init, faults) => {
    expect(await faultsOf(init)).toEqual(faults);
  });

  test("all faults at once", async () => {
    const faults = await faultsOf({ namespace: "?", sagaId: "?", wait: { seconds: 99n }, input: { n: 2 ** 60 } });
    expect(faults).toEqual([
      "INVALID_REQUEST",
      "namespace pattern",
      "saga_id pattern",
      "input.n unsafe_integer",
      "wait range",
    ]);
  });
});

describe("a start", () => {
  test("may be at every limit", async () => {
    const wide = { a: "x".repeat(262_144 - 8) };
    expect(JSON.stringify(wide)).toHaveLength(262_144);
    expect(await faultsOf({ input: wide })).toEqual([]);
    expect(await faultsOf({ input: nested(32) })).toEqual([]);
    expect(await faultsOf({ input: { n: 2 ** 53 - 1, f: 0.1 } })).toEqual([]);
    expect(await faultsOf({ deadline: { seconds: 60n }, wait: { seconds: 60n }, labels: many(15) })).toEqual([]);
  });

  test("takes what it leaves out from the definition", async () => {
    const { header, deadlineMs, input, waitMs } = await check({ labels: { team: "own", b: "c" } });
    expect(header).toMatchObject({ namespace: "default", definition: "order", version: 1 });
    expect(header.labels).toEqual({ team: "own", b: "c" });
    expect([deadlineMs, input, waitMs]).toEqual([60_000, "{}", 0]);
  });

  test("without a saga id gets one from its request id, the same each time and another in another namespace", async () => {
    const first = await check({ requestId: "r-1" });
    const again = await check({ requestId: "r-1" });
    const other = await check({ requestId: "r-2" });
    expect(first.header.sagaId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(again.header.sagaId).toBe(first.header.sagaId);
    expect(other.header.sagaId).not.toBe(first.header.sagaId);
  });

  test("without either gets a random id that sorts by time", async () => {
    const ids = await Promise.all([check({}), check({})]);
    expect(ids[0]!.header.sagaId).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(ids[0]!.header.sagaId).not.toBe(ids[1]!.header.sagaId);
  });

  test("has the same content however its input and labels are written", async () => {
    const digest = async (init: Init) => (await check({ sagaId: "s", ...init })).header.contentDigest;
    const one = await digest({ input: { a: 1, b: { c: 2, d: 3 } }, labels: { x: "1", y: "2" } });
    expect(await digest({ input: { b: { d: 3, c: 2 }, a: 1 }, labels: { y: "2", x: "1" } })).toBe(one);
    expect(await digest({ input: { a: 1, b: { c: 2, d: 3 } }, labels: { x: "1" } })).not.toBe(one);
    expect(await digest({})).not.toBe(await digest({ version: 1 }));
    expect(await digest({})).not.toBe(await digest({ deadline: { seconds: 60n } }));
    expect(await digest({ metadata: { traceparent: "00-1" }, wait: { seconds: 1n } })).toBe(await digest({}));
  });
});
