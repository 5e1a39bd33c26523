import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Faults } from "../../participants/src/faults.ts";
import type { CallOptions } from "../../sdk/typescript/src/index.ts";
import { saga } from "../../sdk/typescript/src/index.ts";
import { eventsOf, type Lab, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.end());

const once = { schedule: [], maxAttempts: 1 } as const;
const brisk = { timeout: "500ms", retry: once } satisfies CallOptions<never>;

/** a, then b and c beside each other, then d. */
function diamond(name: string, c: CallOptions<"a" | "b"> = {}) {
  return saga(name)
    .call("a", "lab.a", brisk)
    .call("b", "lab.b", { ...brisk, after: ["a"] })
    .call("c", "lab.c", { ...brisk, after: ["a"], ...c })
    .call("d", "lab.d", { ...brisk, after: ["b", "c"] });
}

/** Asserts that these lines stand in this order, whatever stands between them. */
function expectOrder(lines: readonly string[], ...order: string[]): void {
  expect(lines.filter((line) => order.includes(line))).toEqual(order);
}

describe("parallel branches", () => {
  test("are undone in the reverse of their order, each once", async () => {
    const ended = await lab.run(diamond("reverse"), { faults: { d: { reject: "NO" } } });
    expect(ended.status).toBe("COMPENSATED");
    expect(ended.failure).toMatchObject({ kind: "REJECTED", code: "NO", step: "d" });
    expect([...ended.effects].sort()).toEqual(["do a", "do b", "do c", "undo a", "undo b", "undo c"]);
    expectOrder(ended.effects, "undo b", "undo a");
    expectOrder(ended.effects, "undo c", "undo a");
    expect(ended.effects.at(-1)).toBe("undo a");
  });

  test("run at the same time, forward and backward", async () => {
    const slow = { slow_answer_ms: 200 };
    const faults = { b: slow, c: slow, "b.undo": slow, "c.undo": slow, d: { reject: "NO" } };
    const { history, status } = await lab.run(diamond("beside"), { faults });
    expect(status).toBe("COMPENSATED");
    const kinds = history.map(({ kind, step }) => `${kind} ${step}`);
    for (const [started, done] of [
      ["stepStarted", "stepDone"],
      ["undoStarted", "stepUndone"],
    ]) {
      const firstDone = Math.min(kinds.indexOf(`${done} b`), kinds.indexOf(`${done} c`));
      expect(kinds.indexOf(`${started} b`)).toBeLessThan(firstDone);
      expect(kinds.indexOf(`${started} c`)).toBeLessThan(firstDone);
    }
  });

  test("a sibling in flight when one fails is waited for, then undone", async () => {
    const faults = { b: { reject: "NO" }, c: { slow_answer_ms: 300 } };
    const ended = await lab.run(diamond("sibling"), { faults });
    expect(ended.status).toBe("COMPENSATED");
    expect(ended.effects).toEqual(["do a", "do c", "undo c", "undo a"]);
    expect(ended.steps).toEqual({ a: "UNDONE", b: "REJECTED", c: "UNDONE", d: "PENDING" });
    const [turned, answered] = ["compensationStarted", "stepDone"].map(
      (kind) => ended.history.findLast((event) => event.kind === kind)!.sequence,
    );
    expect(answered).toBeGreaterThan(turned!);
  });

  test("a sibling in flight whose answer never comes is undone after its time, the step before it not sooner", async () => {
    const faults = { b: { reject: "NO" }, c: { hang: 9 } };
    const ended = await lab.run(diamond("lost-sibling", { retry: { schedule: ["10ms"] } }), { faults });
    expect(ended.status).toBe("COMPENSATED");
    expect(ended.effects).toEqual(["do a", "do c", "undo c", "undo a"]);
    // It had an attempt left, but no Do is sent any more.
    expect(eventsOf(ended, "stepStarted", "c")).toHaveLength(1);
  });

  test("a sibling that waits for its next attempt gets none, and is undone", async () => {
    const faults = { b: { delay_ms: 150, reject: "NO" }, c: { fail: 9 } };
    const ended = await lab.run(diamond("backing-off", { retry: { schedule: ["20s"] } }), { faults });
    expect(ended.status).toBe("COMPENSATED");
    expect(ended.effects).toEqual(["do a", "undo a"]);
    expect(ended.steps).toEqual({ a: "UNDONE", b: "REJECTED", c: "UNDONE", d: "PENDING" });
  });

  test("a branch that cannot be undone suspends the saga once the others are undone, and keeps what came before it", async () => {
    const definition = saga("half-undone")
      .call("a", "lab.a", { ...brisk, after: [] })
      .call("b", "lab.b", { ...brisk, after: ["a"] })
      .call("c", "lab.c", { ...brisk, after: [] })
      .call("d", "lab.d", { ...brisk, after: ["c"] })
      .call("e", "lab.e", { ...brisk, after: ["b", "d"] });
    const faults = { e: { reject: "NO" }, "b.undo": { reject: "TOO_LATE" }, "d.undo": { fail: 2 } };
    const ended = await lab.run(definition, { faults });
    expect(ended.status).toBe("SUSPENDED");
    expect(ended.saga.suspension?.failure).toMatchObject({ kind: "REJECTED", code: "TOO_LATE", step: "b" });
    expect(ended.steps).toEqual({ a: "DONE", b: "SUSPENDED", c: "UNDONE", d: "UNDONE", e: "REJECTED" });
    expectOrder(ended.effects, "undo d", "undo c");
    expect(ended.effects.filter((effect) => effect.startsWith("undo"))).toHaveLength(2);
    expect(eventsOf(ended, "undoStarted", "b")).toHaveLength(1);
  });
});

describe("what an Undo is for", () => {
  test("a best-effort step that was done is undone with the others", async () => {
    const definition = saga("best-effort-done")
      .call("a", "lab.a", { ...brisk, onFailure: "CONTINUE" })
      .call("b", "lab.b", brisk)
      .call("c", "lab.c", brisk);
    const ended = await lab.run(definition, { faults: { c: { reject: "NO" } } });
    expect(ended.status).toBe("COMPENSATED");
    expect(ended.effects).toEqual(["do a", "do b", "undo b", "undo a"]);
  });

  test("a best-effort step that failed with an unknown effect is undone too", async () => {
    const definition = saga("best-effort-unknown")
      .call("a", "lab.a", { ...brisk, onFailure: "CONTINUE" })
      .call("b", "lab.b", brisk)
      .call("c", "lab.c", brisk);
    const ended = await lab.run(definition, { faults: { a: { hang: 9 }, c: { reject: "NO" } } });
    expect(ended.status).toBe("COMPENSATED");
    expect(ended.effects).toEqual(["do a", "do b", "undo b", "undo a"]);
  });

  test("a best-effort step that failed does not stop the others", async () => {
    const definition = saga("best-effort")
      .call("a", "lab.a", { ...brisk, onFailure: "CONTINUE" })
      .call("b", "lab.b", brisk);
    const ended = await lab.run(definition, { faults: { a: { fail: 9 } } });
    expect(ended.status).toBe("COMPLETED");
    expect(ended.steps).toEqual({ a: "FAILED", b: "DONE" });
    expect(ended.effects).toEqual(["do b"]);
  });

  test("a step that only reads is not undone", async () => {
    const definition = saga("reads")
      .call("a", "lab.a", brisk)
      .call("b", "lab.b", { ...brisk, undo: "none" })
      .call("c", "lab.c", { ...brisk, undo: "none" });
    const ended = await lab.run(definition, { faults: { c: { hang: 9 } } });
    expect(ended.status).toBe("COMPENSATED");
    expect(ended.steps).toEqual({ a: "UNDONE", b: "DONE", c: "FAILED" });
    expect(ended.effects).toEqual(["do a", "do b", "do c", "undo a"]);
  });
});

describe("conditions", () => {
  test("a step whose condition is false is skipped, and neither done nor undone", async () => {
    const definition = saga("conditional")
      .call("a", "lab.a", brisk)
      .call("b", "lab.b", { ...brisk, when: "input.amount > 100" })
      .call("c", "lab.c", { ...brisk, when: "steps.a.output.of == 'a'" })
      .call("d", "lab.d", { ...brisk, when: "!has(steps.b.output.of)" });
    const low = await lab.run(definition, { sagaId: "when-low", input: { amount: 1 } });
    expect(low).toMatchObject({ status: "COMPLETED", effects: ["do a", "do c", "do d"] });
    expect(low.steps).toEqual({ a: "DONE", b: "SKIPPED", c: "DONE", d: "DONE" });
    const faults = { c: { reject: "NO" } };
    const high = await lab.run(definition, { sagaId: "when-high", input: { amount: 101 }, faults });
    expect(high).toMatchObject({ status: "COMPENSATED", effects: ["do a", "do b", "undo b", "undo a"] });
  });

  test("an input that cannot be computed fails the step without effect, one of an Undo leaves it to a person", async () => {
    const forward = saga("no-input")
      .call("a", "lab.a", brisk)
      .call("b", "lab.b", { ...brisk, input: { x: "input.missing" } });
    const failed = await lab.run(forward);
    expect(failed).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
    expect(failed.failure).toMatchObject({ kind: "EXPRESSION", step: "b" });
    const backward = saga("no-undo-input")
      .call("a", "lab.a", brisk)
      .call("b", "lab.b", { ...brisk, undo: { input: { x: "input.missing" } } })
      .call("c", "lab.c", brisk);
    const stuck = await lab.run(backward, { faults: { c: { reject: "NO" } } });
    expect(stuck).toMatchObject({ status: "SUSPENDED", effects: ["do a", "do b"] });
    expect(stuck.saga.suspension?.failure).toMatchObject({ kind: "EXPRESSION", step: "b" });
  });
});

test("thirty sagas with branches of every kind end with every effect undone", async () => {
  const definition = diamond("many");
  const kinds: Faults[] = [
    { d: { reject: "NO" } },
    { b: { reject: "NO" }, c: { slow_answer_ms: 100 } },
    { c: { fail: 9 }, "b.undo": { fail: 2 } },
  ];
  const sagaIds = Array.from({ length: 30 }, (_, i) => `many-${i}`);
  await Promise.all(sagaIds.map((sagaId, i) => lab.begin(definition, { sagaId, faults: kinds[i % 3] })));
  for (const sagaId of sagaIds) {
    await until(`${sagaId} is compensated`, async () => (await lab.client.get(sagaId)).status === "COMPENSATED");
    const effects = await lab.effects(sagaId);
    const done = effects.filter((effect) => effect.startsWith("do"));
    expect(effects.filter((effect) => effect.startsWith("undo")).sort()).toEqual(done.map((it) => `un${it}`).sort());
    expect(effects.at(-1)).toBe("undo a");
  }
}, 40_000);
