import { create, toBinary } from "@bufbuild/protobuf";
import { Metadata, status } from "@grpc/grpc-js";
import { afterEach, describe, expect, test } from "vitest";
import {
  type DoRequest,
  DoResponseSchema,
  type UndoRequest,
  UndoResponseSchema,
} from "../../../orchestrator/src/gen/backstitch/v1/participant_service_pb.js";
import { cleanUp, configOf, createHarness, type DoHandler, doneWith, startParticipant } from "./support.ts";

afterEach(cleanUp);

/** A participant without Serve, whose Do is this. */
async function withDo(handler: DoHandler, more: Record<string, unknown> = {}) {
  const participant = await startParticipant({ do: handler });
  return { participant, ...createHarness([configOf(participant.address, { serve: "off", ...more })]) };
}

describe("unary calls", () => {
  test("a Do carries the whole command and brings the output", async () => {
    let seen: DoRequest | undefined;
    const { call, dispatcher } = await withDo((request, reply) => {
      seen = request.request;
      reply(null, doneWith({ receipt: "r-1", amount: 12.5 }));
    });
    const before = Date.now();
    const outcome = await call({ attempt: 2 });
    expect(outcome.kind).toBe("done");
    expect(JSON.parse((outcome as { output: string }).output)).toEqual({ receipt: "r-1", amount: 12.5 });
    expect(seen?.input).toEqual({ amount: 12.5 });
    const deadline = Number(seen?.context?.deadline?.seconds) * 1000;
    expect(deadline).toBeGreaterThan(before + 3000);
    expect(deadline).toBeLessThan(Date.now() + 6000);
    expect(seen?.context).toMatchObject({
      namespace: "default",
      sagaId: "order-1",
      definition: "order",
      version: 3,
      step: "charge",
      action: "charge",
      effectId: "order-1/charge",
      idempotencyKey: "order-1/charge/do",
      completionToken: "order-1/charge/do.mac",
      attempt: 2,
      timeout: { seconds: 5n, nanos: 0 },
      metadata: { traceparent: "00-1" },
    });
    expect(dispatcher.participants()[0]).toMatchObject({ name: "payment", transport: "unary", inFlight: 0 });
  });

  test("an Undo carries what the Do was given and answered", async () => {
    let seen: UndoRequest | undefined;
    const participant = await startParticipant({
      undo: (request, reply) => {
        seen = request.request;
        reply(null, create(UndoResponseSchema, { outcome: { case: "done", value: {} } }));
      },
    });
    const { call } = createHarness([configOf(participant.address)]);
    const command = { direction: "backward", input: undefined, doInput: '{"a":1}', doOutput: '{"b":2}' } as const;
    expect(await call(command)).toEqual({ kind: "done", output: "{}" });
    expect(seen).toMatchObject({ doInput: { a: 1 }, doOutput: { b: 2 } });
    expect(seen?.input).toBeUndefined();
    expect(seen?.context?.idempotencyKey).toBe("order-1/charge/undo");
  });

  test("a rejection and a pending answer are outcomes of their own", async () => {
    let answer = create(DoResponseSchema, {
      outcome: { case: "rejected", value: { code: "CARD_DECLINED", message: "no funds", details: { left: 3 } } },
    });
    const { call } = await withDo((_, reply) => reply(null, answer));
    expect(await call()).toEqual({
      kind: "rejected",
      failure: { kind: "REJECTED", code: "CARD_DECLINED", message: "no funds", details: '{"left":3}' },
    });
    answer = create(DoResponseSchema, { outcome: { case: "pending", value: {} } });
    expect(await call()).toEqual({ kind: "pending" });
  });

  test("a RetryInfo becomes the delay of the next attempt", async () => {
    // google.rpc.Status{code: 8, details: [Any{RetryInfo{retry_delay: 1.5 s}}]}, by hand.
    const duration = Buffer.from([0x08, 1, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01]);
    const retryInfo = Buffer.concat([Buffer.from([0x0a, duration.length]), duration]);
    const url = Buffer.from("type.googleapis.com/google.rpc.RetryInfo");
    const any = Buffer.concat([Buffer.from([0x0a, url.length]), url, Buffer.from([0x12, retryInfo.length]), retryInfo]);
    const details = Buffer.concat([Buffer.from([0x08, 8, 0x1a, any.length]), any]);
    const { call } = await withDo((_, reply) => {
      const metadata = new Metadata();
      metadata.set("grpc-status-details-bin", details);
      reply({ code: status.RESOURCE_EXHAUSTED, details: "slow down", metadata });
    });
    expect(await call()).toEqual({
      kind: "failed",
      effect: "unknown",
      retry: true,
      failure: { kind: "TECHNICAL", code: "RESOURCE_EXHAUSTED", message: "slow down" },
      retryAfterMs: 1500,
    });
  });

  test("an answer that never comes is a time-out with unknown effect, and cancels the call", async () => {
    let cancelled = false;
    const { call } = await withDo((request) => request.on("cancelled", () => (cancelled = true)));
    const before = performance.now();
    expect(await call({ timeoutMs: 200 })).toMatchObject({
      kind: "failed",
      effect: "unknown",
      retry: true,
      failure: { kind: "TIMEOUT", code: "DEADLINE_EXCEEDED" },
    });
    expect(performance.now() - before).toBeGreaterThanOrEqual(195);
    await expect.poll(() => cancelled).toBe(true);
  });

  test.each([
    ["garbage", Buffer.from([0xff, 0xff, 0xff])],
    ["an answer without an outcome", Buffer.alloc(0)],
    ["an output above 256 KiB", Buffer.from(encodeBig(300))],
    ["a message above the limit", Buffer.from(encodeBig(9000))],
  ])("%s fails for good with unknown effect", async (_, bytes) => {
    const { call } = await withDo((_request, reply) => reply(null, bytes as never));
    expect(await call()).toMatchObject({ kind: "failed", effect: "unknown", retry: false });
  });

  test("a Do that the participant does not have certainly has no effect", async () => {
    const participant = await startParticipant({ undo: () => undefined });
    const { call } = createHarness([configOf(participant.address)]);
    expect(await call()).toMatchObject({
      kind: "failed",
      effect: "none",
      retry: false,
      failure: { code: "UNIMPLEMENTED" },
    });
  });

  test("an address where nobody listens has no effect", async () => {
    const { address, kill } = await startParticipant({ do: () => undefined });
    kill();
    const { call } = createHarness([configOf(address)]);
    const unreachable = { kind: "failed", effect: "none", retry: true, failure: { code: "UNAVAILABLE" } };
    expect(await call()).toMatchObject(unreachable);
    expect(await call()).toMatchObject(unreachable);
  });

  test("a name that does not resolve has no effect", async () => {
    const resolve = () => Promise.reject(new Error("ENOTFOUND"));
    const { call } = createHarness([configOf("payment.internal:7002")], { resolve });
    expect(await call()).toMatchObject({ kind: "failed", effect: "none", retry: true });
  });

  test("a participant killed mid-call leaves an unknown effect, and is used again once it is back", async () => {
    let calls = 0;
    const handler: DoHandler = (_, reply) => {
      if (++calls > 1) reply(null, doneWith({ n: calls }));
    };
    const { participant, call } = await withDo(handler);
    const first = call();
    await expect.poll(() => calls).toBe(1);
    participant.kill();
    expect(await first).toMatchObject({ kind: "failed", effect: "unknown", retry: true });
    await startParticipant({ do: handler }, participant.port);
    await expect.poll(async () => (await call()).kind, { timeout: 5000 }).toBe("done");
  });

  test("a participant that is not configured is not called", async () => {
    const { call } = createHarness([]);
    expect(await call()).toMatchObject({ kind: "failed", effect: "none" });
  });
});

function encodeBig(kib: number): Uint8Array {
  return toBinary(DoResponseSchema, doneWith({ text: "x".repeat(kib * 1024) }));
}
