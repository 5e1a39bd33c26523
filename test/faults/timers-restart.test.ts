import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { participant, pending, saga } from "../../sdk/typescript/src/index.ts";
import { type Ended, type Lab, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";

let lab: Lab;
let desk: { stop(): Promise<void> };
/** A store that was killed may have lost writes: what is done is confirmed once the calls of that past are over. */
const quick = { timeout: "1s" } as const;
/** The tokens of the work that the desk was given, by saga. */
const tokens = new Map<string, string>();

beforeAll(async () => {
  const service = participant({
    desk: {
      approve: {
        do(_input, context) {
          tokens.set(context.sagaId, context.completionToken);
          return pending();
        },
        undo() {},
      },
    },
  });
  const { address } = await service.listen();
  desk = { stop: () => service.stop({ graceMs: 0 }) };
  lab = await startLab(() => ({ desk: address }), { redis: { aof: "always" } });
});
afterAll(async () => {
  await lab?.end();
  await desk?.stop();
});

/** Kills both, the store first or last, and starts them again. */
async function killBoth(): Promise<void> {
  await Promise.all([lab.redis.kill9(), lab.orchestrator.kill9()]);
  await lab.redis.restart();
  await lab.restart();
}

async function waitsFor(sagaId: string, reason: string): Promise<void> {
  await until(`${sagaId} waits for a ${reason}`, async () =>
    (await lab.client.get(sagaId)).steps.some(({ waitReason }) => waitReason === reason),
  );
}

/** ms from when a step began to wait to what happened then to it or another. */
function waited({ history }: Ended, waiting: string, kind: string, step: string): number {
  const at = (what: string, of: string) =>
    history.find((event) => event.kind === what && event.step === of)!.time.getTime();
  return at(kind, step) - at("stepWaiting", waiting);
}

describe("what waits while the orchestrator and Redis are killed", () => {
  test("sleeps as long as it would have slept", async () => {
    const nap = saga("nap").call("a", "lab.a", quick).sleep("nap", "4s").call("b", "lab.b", quick);
    await lab.begin(nap);
    await waitsFor("nap", "TIMER");
    await killBoth();
    const ended = await lab.settled("nap");
    expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b"] });
    const slept = waited(ended, "nap", "stepStarted", "b");
    expect(slept).toBeGreaterThanOrEqual(4_000);
    expect(slept).toBeLessThan(5_000);
  });

  test("goes on at once where its time came while nobody was there", async () => {
    const nap = saga("missed").call("a", "lab.a", quick).sleep("nap", "1s").call("b", "lab.b", quick);
    await lab.begin(nap);
    await waitsFor("missed", "TIMER");
    await lab.orchestrator.kill9();
    const wakeAt = Date.now() + 1_000;
    await until("its time has come", () => Date.now() > wakeAt);
    const restartedAt = performance.now();
    await lab.restart();
    expect((await lab.settled("missed")).effects).toEqual(["do a", "do b"]);
    expect(performance.now() - restartedAt).toBeLessThan(5_000);
  });

  test("wakes at a time of day that an expression gives", async () => {
    const until3 = new Date(Date.now() + 3_000).toISOString();
    const alarm = saga("alarm")
      .call("a", "lab.a", quick)
      .sleep("alarm", { until: "timestamp(input.at)" })
      .call("b", "lab.b", quick);
    await lab.begin(alarm, { input: { at: until3 } });
    await waitsFor("alarm", "TIMER");
    await killBoth();
    const ended = await lab.settled("alarm");
    expect(ended.effects).toEqual(["do a", "do b"]);
    expect(ended.saga.finishedAt!.getTime()).toBeGreaterThanOrEqual(Date.parse(until3));
  });

  test("gives up on a signal in time, and is compensated", async () => {
    const wait = saga("patience")
      .call("a", "lab.a", quick)
      .await("go", "go", { timeout: "4s" })
      .call("b", "lab.b", quick);
    await lab.begin(wait);
    await waitsFor("patience", "SIGNAL");
    await killBoth();
    const ended = await lab.settled("patience");
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
    expect(ended.failure).toMatchObject({ code: "SIGNAL_TIMEOUT", step: "go" });
    expect(waited(ended, "go", "stepFailed", "go")).toBeGreaterThanOrEqual(4_000);
  });

  test("keeps the signals that came before", async () => {
    const wait = saga("early")
      .await("first", "first")
      .await("second", "second", { condition: "signal.n == 2" })
      .call("b", "lab.b", quick);
    await lab.begin(wait);
    for (const n of [1, 2]) await lab.client.signal("early", "second", { n });
    await killBoth();
    await lab.client.signal("early", "first", {});
    const ended = await lab.settled("early");
    expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do b"] });
    expect(ended.saga.signals).toHaveLength(1);
  });

  test("keeps to the saga's deadline", async () => {
    const late = saga("late", { deadline: "4s" })
      .call("a", "lab.a", quick)
      .sleep("nap", "60s")
      .call("b", "lab.b", quick);
    await lab.begin(late);
    await waitsFor("late", "TIMER");
    await killBoth();
    const ended = await lab.settled("late");
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
    expect(ended.failure).toMatchObject({ kind: "DEADLINE" });
  });

  test("takes a completion with the token that it gave before", async () => {
    await lab.begin(
      saga("approval")
        .call("approve", "desk.approve", { ...quick, completionTimeout: "60s" })
        .call("b", "lab.b", quick),
    );
    await waitsFor("approval", "COMPLETION");
    await killBoth();
    await lab.client.complete(tokens.get("approval")!, { by: "ann" });
    const ended = await lab.settled("approval");
    expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do b"] });
    await expect(lab.client.complete(tokens.get("approval")!.replace("/do.", "/undo."))).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
  });

  test("gives up on a completion in time", async () => {
    await lab.begin(
      saga("slow-desk")
        .call("a", "lab.a", quick)
        .call("approve", "desk.approve", { ...quick, completionTimeout: "3s", retry: { maxAttempts: 1 } }),
    );
    await waitsFor("slow-desk", "COMPLETION");
    await killBoth();
    const ended = await lab.settled("slow-desk");
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
    expect(ended.failure).toMatchObject({ code: "COMPLETION_TIMEOUT" });
  });
});
