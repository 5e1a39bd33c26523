import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CallOptions, saga } from "../../sdk/typescript/src/index.ts";
import { eventsOf, type Lab, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.end());

const brisk = { timeout: "400ms", retry: { schedule: ["50ms"] } } satisfies CallOptions<never>;

/** a, then the pivot b, then c. */
function withPivot(name: string, b: CallOptions<"a"> = {}, c: CallOptions<"a" | "b"> = {}) {
  return saga(name)
    .call("a", "lab.a", brisk)
    .call("b", "lab.b", { ...brisk, ...b, pivot: true })
    .call("c", "lab.c", { ...brisk, ...c });
}

async function untilApplied(sagaId: string, effect: string): Promise<void> {
  await until(`"${effect}" stands in the ledger of ${sagaId}`, async () =>
    (await lab.effects(sagaId)).includes(effect),
  );
}

describe("the pivot", () => {
  test("that may have been applied is tried again, and the saga goes on", async () => {
    const ended = await lab.run(withPivot("pivot-unknown"), { faults: { b: { hang: 1 } } });
    expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b", "do c"] });
    expect(eventsOf(ended, "stepStarted", "b")).toHaveLength(2);
  });

  test("that may have been applied leaves no direction once its attempts are used up: a person decides", async () => {
    const ended = await lab.run(withPivot("pivot-exhausted"), { faults: { b: { hang: 9 } } });
    expect(ended).toMatchObject({ status: "SUSPENDED", effects: ["do a", "do b"] });
    expect(ended.steps).toEqual({ a: "DONE", b: "SUSPENDED", c: "PENDING" });
    expect(ended.failure).toMatchObject({ kind: "TIMEOUT", step: "b" });
    await lab.client.cancel("pivot-exhausted", { identity: "ada", reason: "the bank says no" });
    const turned = await lab.settled("pivot-exhausted");
    expect(turned).toMatchObject({ status: "COMPENSATED", effects: ["do a", "do b", "undo b", "undo a"] });
  });

  test("that is refused turns the saga round", async () => {
    const ended = await lab.run(withPivot("pivot-refused"), { faults: { b: { reject: "NO" } } });
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
  });

  test("once it is done, steps are tried for as long as it takes", async () => {
    const definition = withPivot("forward-recovery", {}, { retry: { maxAttempts: 2, initial: "10ms", max: "20ms" } });
    const ended = await lab.run(definition, { faults: { c: { fail: 12 } } });
    expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b", "do c"] });
    expect(eventsOf(ended, "stepStarted", "c")).toHaveLength(13);
  });

  test("once it is done, a refusal waits for a person, and nothing is undone", async () => {
    const ended = await lab.run(withPivot("refused-after"), { faults: { c: { reject: "NO" } } });
    expect(ended).toMatchObject({ status: "SUSPENDED", effects: ["do a", "do b"] });
    expect(ended.failure).toMatchObject({ kind: "REJECTED", code: "NO", step: "c" });
    const cancel = lab.client.cancel("refused-after");
    await expect(cancel).rejects.toMatchObject({ status: "FAILED_PRECONDITION", code: "PAST_PIVOT" });
  });

  test("once it is done, the deadline makes the saga overdue and no more", async () => {
    const definition = withPivot("overdue", {}, { retry: { initial: "100ms", max: "100ms" } });
    const ended = await lab.run(definition, { deadlineMs: 300, faults: { c: { slow_answer_ms: 600 } } });
    expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b", "do c"] });
    expect(ended.saga.overdue).toBe(true);
  });

  test("in flight when the saga is cancelled: the cancel holds if it turns out to be refused", async () => {
    const faults = { b: { delay_ms: 200, reject: "NO" } };
    const saga = await lab.begin(withPivot("cancel-refused-pivot"), { faults });
    await untilApplied(saga.sagaId, "do a");
    await lab.client.cancel(saga.sagaId, { identity: "ada" });
    expect(await lab.settled(saga.sagaId)).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
  });

  test("in flight when the saga is cancelled: the cancel falls if it turns out to be done", async () => {
    const saga = await lab.begin(withPivot("cancel-done-pivot"), { faults: { b: { slow_answer_ms: 300 } } });
    await untilApplied(saga.sagaId, "do b");
    await lab.client.cancel(saga.sagaId, { identity: "ada" });
    const ended = await lab.settled(saga.sagaId);
    expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b", "do c"] });
  });
});

describe("on_failure SUSPEND", () => {
  const definition = saga("suspend")
    .call("a", "lab.a", brisk)
    .call("b", "lab.b", { ...brisk, onFailure: "SUSPEND" });

  test.for([
    ["a refusal", "suspend-refused", { reject: "NO" }, []],
    ["failures that may have been applied", "suspend-unknown", { hang: 9 }, ["do b"]],
  ] as const)("%s: the saga waits for a person, who may turn it round", async ([_, sagaId, fault, applied]) => {
    const ended = await lab.run(definition, { sagaId, faults: { b: fault } });
    expect(ended).toMatchObject({ status: "SUSPENDED", effects: ["do a", ...applied] });
    expect(ended.steps).toEqual({ a: "DONE", b: "SUSPENDED" });
    await lab.client.cancel(sagaId, { identity: "ada" });
    const undone = applied.map((effect) => `un${effect}`);
    const turned = await lab.settled(sagaId);
    expect(turned).toMatchObject({ status: "COMPENSATED", effects: ["do a", ...applied, ...undone, "undo a"] });
  });
});

describe("the deadline of a saga", () => {
  test("compensates it while a call is in flight, once that is answered", async () => {
    const definition = saga("late-in-flight").call("a", "lab.a", brisk).call("b", "lab.b", { timeout: "2s" });
    const ended = await lab.run(definition, { deadlineMs: 200, faults: { b: { slow_answer_ms: 500 } } });
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "do b", "undo b", "undo a"] });
    expect(ended.failure).toMatchObject({ kind: "DEADLINE" });
  });

  test("compensates it while it waits for its next attempt, at once", async () => {
    const definition = saga("late-backing-off")
      .call("a", "lab.a", brisk)
      .call("b", "lab.b", { timeout: "2s", retry: { schedule: ["1h"] } });
    const ended = await lab.run(definition, { deadlineMs: 300, faults: { b: { fail: 9 } } });
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
    const took = ended.saga.finishedAt!.getTime() - ended.saga.createdAt.getTime();
    expect(took).toBeGreaterThanOrEqual(300);
    expect(took).toBeLessThan(3_000);
  });

  test("does not stop an Undo that takes longer", async () => {
    const definition = saga("late-undo")
      .call("a", "lab.a", { ...brisk, undo: { retry: { schedule: ["100ms"], maxAttempts: 20 } } })
      .call("b", "lab.b", brisk);
    const faults = { b: { reject: "NO" }, "a.undo": { fail: 5 } };
    const ended = await lab.run(definition, { deadlineMs: 200, faults });
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
    expect(eventsOf(ended, "undoStarted", "a")).toHaveLength(6);
  });
});

describe("a cancel", () => {
  test("while a call is in flight waits for its answer, then undoes it", async () => {
    const definition = saga("cancel-in-flight").call("a", "lab.a", brisk).call("b", "lab.b", brisk).call("c", "lab.c");
    const { sagaId } = await lab.begin(definition, { faults: { b: { slow_answer_ms: 250 } } });
    await untilApplied(sagaId, "do b");
    await lab.client.cancel(sagaId, { identity: "ada", reason: "enough" });
    const ended = await lab.settled(sagaId);
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "do b", "undo b", "undo a"] });
    expect(ended.failure).toMatchObject({ kind: "CANCELLED", message: "enough" });
  });

  test("while the call never comes back waits for its time, and no longer", async () => {
    const definition = saga("cancel-hung").call("a", "lab.a", brisk).call("b", "lab.b", brisk);
    const { sagaId } = await lab.begin(definition, { faults: { b: { hang: 9 } } });
    await untilApplied(sagaId, "do b");
    await lab.client.cancel(sagaId, { identity: "ada" });
    const ended = await lab.settled(sagaId);
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "do b", "undo b", "undo a"] });
    expect(eventsOf(ended, "stepStarted", "b")).toHaveLength(1);
  });

  test("of a parked saga wakes it", async () => {
    const definition = saga("cancel-parked")
      .call("a", "lab.a", brisk)
      .call("b", "lab.b", { retry: { schedule: ["1h"] } });
    const { sagaId } = await lab.begin(definition, { faults: { b: { fail: 9 } } });
    await until("it is parked", async () => (await lab.client.get(sagaId)).steps[1]?.waitReason === "BACKOFF");
    await lab.client.cancel(sagaId, { identity: "ada" });
    expect(await lab.settled(sagaId)).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
  });

  test("that comes twice, and from many at once, turns the saga round once", async () => {
    const definition = saga("cancel-many").call("a", "lab.a", brisk).call("b", "lab.b", brisk);
    const { sagaId } = await lab.begin(definition, { faults: { b: { slow_answer_ms: 200 } } });
    await untilApplied(sagaId, "do b");
    const cancels = Array.from({ length: 20 }, () => lab.client.cancel(sagaId, { identity: "ada" }));
    await Promise.all(cancels);
    const ended = await lab.settled(sagaId);
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "do b", "undo b", "undo a"] });
    expect(eventsOf(ended, "compensationStarted")).toHaveLength(1);
  });
});

describe("attempts", () => {
  test("follow an explicit schedule exactly, and end with it", async () => {
    const definition = saga("schedule").call("a", "lab.a", { retry: { schedule: ["0s", "100ms", "300ms"] } });
    const ended = await lab.run(definition, { faults: { a: { fail: 9 } } });
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: [] });
    const started = eventsOf(ended, "stepStarted", "a").map(({ time }) => time.getTime());
    const failed = eventsOf(ended, "stepFailed", "a").map(({ time }) => time.getTime());
    expect(started).toHaveLength(4);
    const waits = started.slice(1).map((at, i) => at - failed[i]!);
    for (const [i, delay] of [0, 100, 300].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(delay);
      expect(waits[i]).toBeLessThan(delay + 700);
    }
  });

  test("of an Undo end too: then a person decides, and the steps before it stay", async () => {
    const definition = saga("undo-exhausted")
      .call("a", "lab.a", brisk)
      .call("b", "lab.b", { ...brisk, undo: { retry: { schedule: ["10ms", "10ms"] } } })
      .call("c", "lab.c", brisk);
    const ended = await lab.run(definition, { faults: { c: { reject: "NO" }, "b.undo": { fail: 9 } } });
    expect(ended).toMatchObject({ status: "SUSPENDED", effects: ["do a", "do b"] });
    expect(ended.steps).toEqual({ a: "DONE", b: "SUSPENDED", c: "REJECTED" });
    expect(eventsOf(ended, "undoStarted", "b")).toHaveLength(3);
  });

  test("an Undo that is refused suspends at once", async () => {
    const definition = saga("undo-refused").call("a", "lab.a", brisk).call("b", "lab.b", brisk);
    const ended = await lab.run(definition, { faults: { b: { reject: "NO" }, "a.undo": { reject: "TOO_LATE" } } });
    expect(ended).toMatchObject({ status: "SUSPENDED", effects: ["do a"] });
    expect(ended.saga.suspension?.failure).toMatchObject({ kind: "REJECTED", code: "TOO_LATE", step: "a" });
    expect(eventsOf(ended, "undoStarted", "a")).toHaveLength(1);
  });

  test("one that outlasts its time is joined by the next, and the effect happens once", async () => {
    const definition = saga("joined").call("a", "lab.a", { ...brisk, retry: { schedule: ["0s"] } });
    const ended = await lab.run(definition, { faults: { a: { slow_answer_ms: 600 } } });
    expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a"] });
    expect(eventsOf(ended, "stepStarted", "a")).toHaveLength(2);
  });
});
