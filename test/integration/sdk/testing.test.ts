import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { participant, rejected, saga } from "../../../sdk/typescript/src/index.ts";
import { script, startTestOrchestrator, type TestOrchestrator } from "../../../sdk/typescript/src/testing/index.ts";
import { shows } from "../../support/features.ts";
import { startRedis } from "../../support/redis.ts";

const order = saga("order")
  .call("reserve", "stock.reserve", { input: { sku: "input.sku" } })
  .call("charge", "payment.charge", {
    input: { amount: "input.amount", stock: "steps.reserve.output.id" },
    retry: { maxAttempts: 3, initial: "1ms" },
  });

const patient = `
name: patient
steps:
  - name: pack
    call: { participant: stock, action: pack, completion_timeout: 1h }
  - name: cool
    sleep: { duration: 2d }
  - name: paid
    await: { signal: paid, timeout: 1d }
`;

const participants = {
  stock: { reserve: script.done({ id: 7 }), pack: script.pending() },
  payment: {
    charge: (input: { amount: number }) => {
      if (input.amount > 100) throw rejected("TOO_MUCH", "over the limit", { limit: 100 });
      return { charge: input.amount };
    },
  },
};

describe.each(["in-process", "process"] as const)("an orchestrator for tests, %s", (orchestrator) => {
  let bench: TestOrchestrator;
  beforeAll(async () => {
    bench = await startTestOrchestrator({ orchestrator, definitions: [order, patient], participants });
  });
  afterEach(() => bench.reset());
  afterAll(() => bench?.close());

  const answers = () => bench.calls().map(({ direction, step, answer }) => `${direction} ${step} ${answer}`);

  test("runs a saga to its end, and the calls are on record with what they were given", async () => {
    const { status, steps, sagaId } = await bench.run("order", { sku: "A", amount: 5 });
    expect([status, steps.map(({ output }) => output)]).toEqual(["COMPLETED", [{ id: 7 }, { charge: 5 }]]);
    expect(bench.calls("payment", "charge")).toEqual([
      {
        participant: "payment",
        action: "charge",
        direction: "do",
        sagaId,
        step: "charge",
        item: undefined,
        effectId: `${sagaId}/charge`,
        attempt: 1,
        input: { amount: 5, stock: 7 },
        doInput: undefined,
        doOutput: undefined,
        completionToken: expect.any(String),
        answer: "done",
      },
    ]);
    expect(bench.calls("stock")).toHaveLength(1);
  });

  test("a handler may refuse, and what was done is undone", async () => {
    const { status, failure } = await bench.run("order", { sku: "A", amount: 500 });
    expect([status, failure?.code, failure?.details]).toEqual(["COMPENSATED", "TOO_MUCH", { limit: 100 }]);
    expect(answers()).toEqual(["do reserve done", "do charge rejected", "undo reserve done"]);
    expect(bench.calls("stock").at(-1)).toMatchObject({ doInput: { sku: "A" }, doOutput: { id: 7 } });
  });

  test("other scripts hold until they are reset", async () => {
    bench.script({
      stock: { reserve: { undo: [script.fail("INTERNAL"), script.reject("LOST")] } },
      payment: { charge: [script.fail("UNAVAILABLE", 2), script.reject("NO")] },
    });
    const { status, sagaId } = await bench.run("order", { sku: "A", amount: 1 });
    expect(status).toBe("SUSPENDED");
    expect(answers().slice(0, 4)).toEqual([
      "do reserve done",
      "do charge failed",
      "do charge failed",
      "do charge rejected",
    ]);
    expect(answers().slice(-2)).toEqual(["undo reserve failed", "undo reserve rejected"]);
    bench.reset();
    expect(bench.calls()).toEqual([]);
    expect((await bench.run("order", { sku: "A", amount: 1 })).status).toBe("COMPLETED");
    expect((await bench.client.get(sagaId)).status).toBe("SUSPENDED");
  });

  test("days pass in milliseconds", shows("testing.kit"), async () => {
    const started = performance.now();
    const { sagaId } = await bench.start("patient");
    await bench.until(sagaId, ({ steps }) => steps[0]?.waitReason === "COMPLETION");
    await bench.client.complete(bench.calls("stock", "pack")[0]!.completionToken, { parcel: 1 });
    await bench.until(sagaId, ({ steps }) => steps[1]?.waitReason === "TIMER");
    const before = await bench.advance(0);
    const { now, timers } = await bench.advance("2d");
    expect(timers).toBeGreaterThanOrEqual(1);
    expect(now.getTime() - before.now.getTime()).toBeGreaterThanOrEqual(2 * 86_400_000);
    const waiting = await bench.client.get(sagaId);
    expect(waiting.steps.map(({ status, waitReason }) => waitReason ?? status)).toEqual(["DONE", "DONE", "SIGNAL"]);
    await bench.signal(waiting, "paid", { amount: 3 });
    const { steps } = await bench.until(sagaId, "COMPLETED");
    expect(steps.map(({ output }) => output)).toEqual([{ parcel: 1 }, {}, { amount: 3 }]);
    // Far from days, and far enough from what it takes on a busy machine.
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  test("time-outs on the way go off in their order", async () => {
    const { sagaId } = await bench.start("patient");
    await bench.until(sagaId, ({ steps }) => steps[0]?.waitReason === "COMPLETION");
    await bench.client.complete(bench.calls("stock", "pack")[0]!.completionToken);
    await bench.until(sagaId, ({ steps }) => steps[1]?.waitReason === "TIMER");
    await bench.advance(new Date((await bench.advance(0)).now.getTime() + 4 * 86_400_000));
    const { failure, status } = await bench.until(sagaId, "COMPENSATED");
    expect([status, failure?.code]).toEqual(["COMPENSATED", "SIGNAL_TIMEOUT"]);
    expect(answers()).toEqual(["do pack pending", "undo pack done"]);
  });

  test("waiting in vain tells where the saga stands", async () => {
    const { sagaId } = await bench.run("order", { sku: "A", amount: 500 });
    const ended = `the saga ${sagaId} did not reach COMPLETED and is final; it is COMPENSATED (TOO_MUCH: over the limit)`;
    await expect(bench.until(sagaId, "COMPLETED")).rejects.toThrow(`${ended}, its steps: reserve UNDONE`);
    const still = await bench.start("patient");
    const late = bench.until(still, "COMPLETED", { within: 100 });
    await expect(late).rejects.toThrow("in 100 ms; it is RUNNING, its steps: pack WAITING COMPLETION");
  });
});

describe("starting and ending", () => {
  test("on a Redis that is shared, no key is left behind", async () => {
    const redis = await startRedis();
    const admin = new Redis(redis.url);
    try {
      await admin.set("mine", "1");
      const options = { definitions: [order], participants, redisUrl: redis.url };
      const two = await Promise.all([startTestOrchestrator(options), startTestOrchestrator(options)]);
      for (const bench of two) expect((await bench.run("order", { sku: "A", amount: 1 })).status).toBe("COMPLETED");
      expect(two.map((bench) => bench.calls("stock").length)).toEqual([1, 1]);
      expect(await admin.dbsize()).toBeGreaterThan(1);
      await Promise.all(two.map((bench) => bench.close()));
      expect(await admin.keys("*")).toEqual(["mine"]);
    } finally {
      admin.disconnect();
      await redis.stop();
    }
  });

  test("a real participant may stand beside scripted ones", async () => {
    const server = participant({ payment: { charge: { do: () => ({ real: true }) } } });
    const { address } = await server.listen();
    await using bench = await startTestOrchestrator({
      definitions: [order],
      participants: { ...participants, payment: address },
    });
    const { steps } = await bench.run("order", { sku: "A", amount: 1 });
    expect(steps[1]?.output).toEqual({ real: true });
    await server.stop({ graceMs: 0 });
  });

  test("a definition with faults fails the start, and nothing is left running", async () => {
    const faulty = startTestOrchestrator({ definitions: ["name: F\nsteps: [{ name: a }]"] });
    await expect(faulty).rejects.toMatchObject({ code: "INVALID_DEFINITION" });
    await expect(faulty).rejects.toThrow(/definition\.name.*\n.*definition\.steps\[0\]/);
  });

  test("settings that are wrong fail the start in either place", async () => {
    for (const orchestrator of ["in-process", "process"] as const) {
      const wrong = startTestOrchestrator({ orchestrator, settings: { lease: "soon" } });
      await expect(wrong).rejects.toThrow(/lease/);
    }
  });

  test("where there is no Redis, the error says what to do", async () => {
    const { PATH } = process.env;
    process.env.PATH = "/nowhere";
    try {
      await expect(startTestOrchestrator()).rejects.toThrow("install one (7.0 or later), or give a redisUrl");
    } finally {
      process.env.PATH = PATH;
    }
  });

  test("only actions that were there at the start can get another script", async () => {
    await using bench = await startTestOrchestrator({ definitions: [order], participants });
    expect(() => bench.script({ payment: { refund: script.done() } })).toThrow(/"payment.refund"/);
  });
});
