import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { pending, rejected, type SagaEvent, saga, sqliteBarrier } from "../../../sdk/typescript/src/index.ts";
import { script, startTestOrchestrator, type TestOrchestrator } from "../../../sdk/typescript/src/testing/index.ts";
import { until } from "../../support/until.ts";

const db = new DatabaseSync(":memory:");
const barrier = sqliteBarrier(db);
let bench: TestOrchestrator;

/** What the print works come to: `completed` of each. */
const printed: boolean[] = [];
let mayUndo = false;
let undone = 0;

const once = { retry: { maxAttempts: 1 } } as const;
const definitions = [
  saga("paper").call("print", "office.print", { completionTimeout: "1h", heartbeatTimeout: "10s" }),
  saga("stubborn", { output: { id: "steps.keep.output.id" } })
    .call("keep", "office.keep", { undo: once })
    .call("fail", "office.fail", { ...once, when: "input.fail" }),
  saga("many").forEach("each", "input.names", "office.greet", { input: { name: "item" }, concurrency: 2 }),
  saga("mother").saga("child", "many", { input: { names: "['a']" } }),
  saga("ride")
    .call("match", "office.greet")
    .await("arrival", "arrived", { reject: "has(signal.code)", goBack: { to: "match", times: 1, codes: ["LEFT"] } }),
];

beforeAll(async () => {
  await barrier.install();
  bench = await startTestOrchestrator({
    definitions,
    participants: {
      office: {
        print(input: { forever?: boolean }, { completionToken }) {
          const forever = (signal: AbortSignal) =>
            new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
          const work = (signal: AbortSignal) => (input.forever ? forever(signal) : { pages: 2 });
          void bench.client
            .work(completionToken, work, { heartbeatEvery: 20 })
            .then(({ completed }) => printed.push(completed));
          return pending();
        },
        keep: barrier.action({
          do: () => ({ id: 7 }),
          undo() {
            undone++;
            if (!mayUndo) throw rejected("LOCKED_UP");
          },
        }),
        fail: script.reject("NO"),
        greet: (input, { item }) => ({ greeted: input.name ?? "you", item: item ?? null }),
      },
    },
  });
});

afterEach(() => bench.reset());
afterAll(async () => {
  await bench?.close();
  db.close();
});

test("work that was accepted is completed, and is aborted once the saga does not want it any more", async () => {
  expect((await bench.run("paper")).steps[0]?.output).toEqual({ pages: 2 });
  const { sagaId } = await bench.start("paper", { forever: true });
  await bench.until(sagaId, ({ steps }) => steps[0]?.waitReason === "COMPLETION");
  const cancelled = await bench.client.cancel(sagaId, { reason: "no paper", wait: "5s" });
  expect(cancelled.status).toBe("COMPENSATED");
  await until("the work was aborted", () => printed.length === 2);
  expect(printed).toEqual([true, false]);
  const token = bench.calls().findLast(({ direction }) => direction === "do")!.completionToken;
  await expect(bench.client.complete(token, { pages: 9 })).rejects.toMatchObject({ code: "COMPLETION_REFUSED" });
  await expect(bench.client.complete("forged", {})).rejects.toMatchObject({ code: "INVALID_REQUEST" });
});

test("an Undo that was refused runs again when a person has it tried again", async () => {
  const { sagaId } = await bench.start("stubborn", { fail: true });
  const stuck = await bench.until(sagaId, "SUSPENDED");
  expect([stuck.suspension?.failure?.code, undone]).toEqual(["LOCKED_UP", 1]);
  await bench.client.retryStep(sagaId, "keep");
  await until("it was tried again", () => undone === 2);
  mayUndo = true;
  await bench.until(sagaId, ({ steps, status }) => status === "SUSPENDED" && steps[0]?.status === "SUSPENDED");
  await bench.client.retryStep(sagaId, "keep", { identity: "ann", reason: "unlocked", expectedRevision: 0 });
  expect((await bench.until(sagaId, "COMPENSATED")).steps[0]?.status).toBe("UNDONE");
  expect(undone).toBe(3);
  const acts = (await Array.fromAsync(bench.client.history(sagaId))).filter(({ kind }) => kind === "operatorActed");
  expect(acts.map(({ verb, identity }) => [verb, identity])).toEqual([
    ["RetryStep", ""],
    ["RetryStep", "ann"],
  ]);
});

test("a history reads in both directions, page by page", async () => {
  const { sagaId, output } = await bench.run("stubborn", { fail: false });
  expect(output).toEqual({ id: 7 });
  const forward = await Array.fromAsync(bench.client.history(sagaId, { pageSize: 2 }));
  const backward = await Array.fromAsync(bench.client.history(sagaId, { pageSize: 3, descending: true }));
  expect(forward.map(({ sequence }) => sequence)).toEqual(forward.map((_, i) => i + 1));
  expect(backward).toEqual(forward.toReversed());
});

test("items, children and going back show in sagas and calls", async () => {
  const many = await bench.run("many", { names: ["ann", "bob"] });
  expect(many.steps[0]?.output).toEqual({
    items: [
      { greeted: "ann", item: 0 },
      { greeted: "bob", item: 1 },
    ],
  });
  expect(many.steps[0]?.items?.map(({ status }) => status)).toEqual(["DONE", "DONE"]);
  expect(bench.calls("office", "greet").map(({ item }) => item)).toEqual([0, 1]);

  const mother = await bench.run("mother");
  const childId = mother.steps[0]?.childSagaId ?? "";
  expect([mother.status, (await bench.client.get(childId)).parent]).toEqual([
    "COMPLETED",
    { sagaId: mother.sagaId, step: "child" },
  ]);

  const ride = await bench.start("ride");
  await bench.signal(ride, "arrived", { code: "LEFT" });
  await bench.until(ride, ({ steps }) => steps[1]?.round === 1 && steps[1].waitReason === "SIGNAL");
  await bench.signal(ride, "arrived", { at: "door" });
  const { steps } = await bench.until(ride, "COMPLETED");
  expect(steps.map(({ round, returns }) => [round, returns])).toEqual([
    [1, 0],
    [1, 1],
  ]);
});

test("people suspend, resume, skip, resolve and abandon, one saga or many", async () => {
  const { client } = bench;
  const start = async () => {
    const { sagaId } = await bench.start("ride", {}, { labels: { for: "people" } });
    await bench.until(sagaId, ({ steps }) => steps[1]?.waitReason === "SIGNAL");
    return sagaId;
  };
  const one = await start();
  expect(await client.suspend(one, { reason: "look" })).toMatchObject({ suspension: { failure: { message: "look" } } });
  await expect(client.suspend(one)).rejects.toMatchObject({ code: "WRONG_STATE" });
  await client.resume(one);
  await expect(client.resolveStep(one, "arrival", "DO_APPLIED")).rejects.toMatchObject({ code: "WRONG_STATE" });
  await client.skipStep(one, "arrival", { output: { skipped: true } });
  expect((await bench.until(one, "COMPLETED")).steps[1]).toMatchObject({
    status: "SKIPPED",
    output: { skipped: true },
  });
  await expect(client.abandon(one)).rejects.toMatchObject({ code: "SAGA_FINAL" });

  const several = [await start(), await start()].sort();
  const filter = { labels: { for: "people" }, statuses: ["RUNNING"] } as const;
  const wouldBe = await Array.fromAsync(client.act({ kind: "abandon" }, { ...filter, dryRun: true }));
  expect(wouldBe.map(({ sagaId }) => sagaId).sort()).toEqual(several);
  const acted = await Array.fromAsync(client.act({ kind: "abandon" }, { ...filter, perSecond: 100, reason: "over" }));
  expect(acted.map(({ sagaId, error }) => [sagaId, error]).sort()).toEqual(several.map((id) => [id, undefined]));
  for (const id of several) expect((await client.get(id)).status).toBe("ABANDONED");
});

test("events resume after any cursor without a gap", async () => {
  const all: SagaEvent[] = [];
  const watch = bench.client.watchEvents({ definition: "many", fromOldest: true });
  const { sagaId } = await bench.start("many", { names: ["x", "y", "z"] });
  for await (const event of watch) {
    if (event.sagaId !== sagaId) continue;
    all.push(event);
    if (event.status === "COMPLETED") break;
  }
  const revisions = all.map(({ revision }) => revision);
  expect(revisions.length).toBeGreaterThan(1);
  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  for (const { cursor, revision } of all.slice(0, -1)) {
    expect(cursor).toBeDefined();
    const rest = new Set<number>();
    for await (const event of bench.client.watchEvents({ cursor, definition: "many" })) {
      if (event.sagaId === sagaId) rest.add(event.revision);
      if (event.sagaId === sagaId && event.status === "COMPLETED") break;
    }
    expect([...rest]).toEqual(expect.arrayContaining(revisions.filter((other) => other > revision)));
  }
  const nowhere = bench.client.watchEvents({ cursor: "nonsense" }).next();
  await expect(nowhere).rejects.toMatchObject({ code: "CURSOR_OUT_OF_RANGE" });
});
