import { afterEach, beforeEach, expect, test } from "vitest";
import { createCompletionTokens } from "../../../orchestrator/src/completion-token.ts";
import type { Outcome } from "../../../orchestrator/src/machine/event.ts";
import { type Answers, createWorld, never } from "./world.ts";

const single = `
name: single
steps: [{ name: a, call: { participant: shop, action: a } }]
`;
const parent = `
name: parent
steps: [{ name: child, saga: { definition: single } }]
`;
const each = `
name: each
steps:
  - { name: all, for_each: { items: input.items, concurrency: 2, call: { participant: shop, action: a } } }
  - { name: last, call: { participant: shop, action: last } }
`;

let answers: Answers;
let world: ReturnType<typeof createWorld>;
beforeEach(async () => {
  answers = {};
  world = createWorld(answers);
  for (const text of [single, parent, each]) await world.register(text);
});
afterEach(() => world.end());

test("above the limit of active sagas none is started from outside, and those that run go on with their children", async () => {
  let answer: ((outcome: Outcome) => void) | undefined;
  answers.a = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  const replica = world.launch({ limits: { activeSagas: 1, backlog: undefined } });
  await world.start(replica, "parent", { id: "p" });
  await expect(world.start(replica, "single", { id: "s" })).rejects.toMatchObject({
    code: "OVERLOADED",
    retryAfterMs: 1_000,
  });
  await expect.poll(() => world.called).toEqual(["do p.child/a"]);
  answer!({ kind: "done", output: "{}" });
  expect((await world.settled("p")).status).toBe("COMPLETED");
  expect((await world.start(replica, "single", { id: "s" })).kind).toBe("started");
  const refused = await replica.metrics.startsRefused.get();
  expect(refused.values).toMatchObject([{ labels: { code: "OVERLOADED" }, value: 1 }]);
});

test("a replica that drives as many sagas as it may still starts the children of those", async () => {
  const replica = world.launch({ capacity: 1 });
  await world.start(replica, "parent", { id: "p" });
  expect((await world.settled("p")).status).toBe("COMPLETED");
});

test("every call carries a token for its own effect and direction, items of a list too", async () => {
  answers.last = () => ({ kind: "rejected", failure: { kind: "REJECTED", code: "NO", message: "no" } });
  await world.start(world.launch(), "each", { id: "e", input: { items: [{ n: 1 }, { n: 2 }] } });
  await world.settled("e");
  expect(world.called).toEqual(["do e/all#0", "do e/all#1", "do e/last", "undo e/all#1", "undo e/all#0"]);
  const tokens = createCompletionTokens(world.store.secret);
  for (const { effectId, direction, completionToken } of world.commands) {
    expect(completionToken).toBe(tokens.make(effectId, direction));
  }
});

test("items are called with their own inputs and undone with their own outputs", async () => {
  answers.a = ({ input }) => ({ kind: "done", output: `{"got":${input}}` });
  answers.last = () => ({ kind: "rejected", failure: { kind: "REJECTED", code: "NO", message: "no" } });
  await world.start(world.launch(), "each", { id: "e", input: { items: [{ n: 1 }, { n: 2 }] } });
  await world.settled("e");
  const undo = world.commands.filter(({ direction }) => direction === "backward");
  expect(undo.map(({ doInput, doOutput }) => [doInput, doOutput])).toEqual([
    ['{"n":2}', '{"got":{"n":2}}'],
    ['{"n":1}', '{"got":{"n":1}}'],
  ]);
});

test("a saga whose record the store lost is checked anew before anything else happens to it", async () => {
  answers.a = never;
  const replica = world.launch();
  await world.start(replica, "single", { id: "s" });
  await expect.poll(() => world.called).toEqual(["do s/a"]);
  const rollBack = world.backend.snapshot();
  replica.die();
  await world.store.append(
    { namespace: "default", sagaId: "s" },
    { requestId: "c", command: { kind: "suspend", identity: "ann", reason: "wait", expectedRevision: undefined } },
  );
  rollBack(Date.now());
  const { metrics } = world.launch();
  await world.stateWhere("s", "waits", ({ steps }) => steps[0]!.status === "WAITING");
  const history = await world.store.history({ namespace: "default", sagaId: "s" });
  expect(history!.batches[1]!.events[0]!.kind).toBe("storeRolledBack");
  expect((await metrics.sagasRolledBack.get()).values[0]!.value).toBe(1);
});
