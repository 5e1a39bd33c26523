import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { replyToCommand, replyToDo, replyToUndo } from "../../../orchestrator/src/dispatch/answers.ts";
import { done, failedWith, held, neverSent, rejected, timedOut } from "../../../orchestrator/src/dispatch/outcome.ts";
import {
  CommandResultSchema,
  DoResponseSchema,
  UndoResponseSchema,
} from "../../../orchestrator/src/gen/backstitch/v1/participant_service_pb.js";

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

describe("outputs", () => {
  test("are kept as the text they came as", () => {
    const text = '{ "b": 1.50, "a": [true, null, "é"] }';
    expect(done(text).outcome).toEqual({ kind: "done", output: text });
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "[1]"],
    ["null", "null"],
    ["an integer that would be rounded", '{"n":9007199254740993}'],
    ["a negative one, deep inside", '{"a":[{"n":-9007199254740993}]}'],
    ["33 levels", nested(33)],
    ["33 levels of lists", `{"a":${"[".repeat(32)}${"]".repeat(32)}}`],
    ["more than 256 KiB", `{"t":"${"x".repeat(256 * 1024)}"}`],
    ["more than 256 KiB in UTF-8, less in characters", `{"t":"${"é".repeat(130 * 1024)}"}`],
  ])("%s is an unreadable answer: fails, unknown, counts as a fault", (_, text) => {
    const { outcome, fault } = done(text);
    expect(outcome).toMatchObject({ kind: "failed", effect: "unknown", retry: false, failure: { code: "INTERNAL" } });
    expect(fault).toBe(true);
  });

  test.each([
    ["32 levels", nested(32)],
    ["the largest exact integer", '{"n":9007199254740991}'],
    ["braces in a text", `{"t":"${"{".repeat(100)}"}`],
    ["almost 256 KiB", `{"t":"${"x".repeat(256 * 1024 - 8)}"}`],
  ])("%s is acceptable", (_, text) => {
    expect(done(text).outcome.kind).toBe("done");
  });

  test("a failure says nothing of the content", () => {
    expect(JSON.stringify(done('{"secret":"s3cr3t",')).includes("s3cr3t")).toBe(false);
  });
});

describe("failures", () => {
  test("messages are cut to 1,000 characters, codes to 100, neither within a character", () => {
    const { outcome } = failedWith("INTERNAL", `${"x".repeat(999)}😀`, undefined);
    expect((outcome as { failure: { message: string } }).failure.message).toBe("x".repeat(999));
    const refusal = rejected("C".repeat(200), "m".repeat(2000), undefined).outcome;
    expect(refusal).toMatchObject({ failure: { code: "C".repeat(100), message: "m".repeat(1000) } });
  });

  test("a time-out is unknown and a fault; never sent is none and a fault; held is neither", () => {
    expect(timedOut(100)).toMatchObject({ outcome: { effect: "unknown", failure: { kind: "TIMEOUT" } }, fault: true });
    expect(neverSent("x")).toMatchObject({
      outcome: { effect: "none", retry: true, failure: { code: "UNAVAILABLE" } },
      fault: true,
    });
    expect(held(12.3)).toEqual({ kind: "held", retryAfterMs: 13 });
  });

  test("a rejection stands where its details or its code are not acceptable", () => {
    expect(rejected("", "no", "[1]").outcome).toEqual({
      kind: "rejected",
      failure: { kind: "REJECTED", code: "REJECTED", message: "no" },
    });
  });
});

describe("answers", () => {
  test("a unary Do", () => {
    expect(replyToDo(create(DoResponseSchema, { outcome: { case: "done", value: {} } })).outcome).toEqual({
      kind: "done",
      output: "{}",
    });
    const output = { n: 1, list: [1, "a", null] };
    expect(replyToDo(create(DoResponseSchema, { outcome: { case: "done", value: { output } } })).outcome).toEqual({
      kind: "done",
      output: '{"n":1,"list":[1,"a",null]}',
    });
    const rounded = { n: 2 ** 60 };
    const unreadable = { kind: "failed", retry: false, effect: "unknown" };
    for (const bad of [
      create(DoResponseSchema, { outcome: { case: "done", value: { output: rounded } } }),
      create(DoResponseSchema),
    ]) {
      expect(replyToDo(bad).outcome).toMatchObject(unreadable);
    }
  });

  test("a unary Undo", () => {
    const answers = { done: {}, pending: {}, rejected: { code: "SHIPPED", message: "too late" } } as const;
    for (const [kind, value] of Object.entries(answers)) {
      const outcome = { case: kind, value } as MessageInitShape<typeof UndoResponseSchema>["outcome"];
      expect(replyToUndo(create(UndoResponseSchema, { outcome })).outcome.kind).toBe(kind);
    }
    expect(replyToUndo(create(UndoResponseSchema)).outcome.kind).toBe("failed");
  });

  test.each<[string, MessageInitShape<typeof CommandResultSchema>["outcome"], object]>([
    ["done", { case: "done", value: Buffer.from('{"a":1}') }, { kind: "done", output: '{"a":1}' }],
    ["done without output", { case: "done", value: Buffer.alloc(0) }, { kind: "done", output: "{}" }],
    ["pending", { case: "pending", value: {} }, { kind: "pending" }],
    [
      "rejected",
      { case: "rejected", value: { code: "OUT_OF_STOCK", message: "none", details: Buffer.from('{"left":0}') } },
      { kind: "rejected", failure: { kind: "REJECTED", code: "OUT_OF_STOCK", message: "none", details: '{"left":0}' } },
    ],
    [
      "error",
      { case: "error", value: { status: 14, message: "away", retryAfterMs: 40n } },
      { kind: "failed", effect: "unknown", retry: true, retryAfterMs: 40, failure: { code: "UNAVAILABLE" } },
    ],
    [
      "error without a delay",
      { case: "error", value: { status: 12, message: "no such action" } },
      { kind: "failed", effect: "none", retry: false, retryAfterMs: undefined },
    ],
    ["bad UTF-8", { case: "done", value: Buffer.from([0x7b, 0xff, 0x7d]) }, { kind: "failed", retry: false }],
    ["nothing", { case: undefined }, { kind: "failed", retry: false, effect: "unknown" }],
  ])("on a stream: %s", (_, outcome, expected) => {
    const result = create(CommandResultSchema, { correlationId: 1n, outcome });
    expect(replyToCommand(result, "forward").outcome).toMatchObject(expected);
  });

  test("what an Undo on a stream brings along is not looked at", () => {
    const result = create(CommandResultSchema, { outcome: { case: "done", value: Buffer.from("[") } });
    expect(replyToCommand(result, "backward").outcome).toEqual({ kind: "done", output: "{}" });
  });
});
