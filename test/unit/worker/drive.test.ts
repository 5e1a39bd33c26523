import { expect, test } from "vitest";
import type { Store } from "../../../orchestrator/src/store/store.ts";
import { createDrive, type Driven } from "../../../orchestrator/src/worker/drive.ts";
import { everyMs, planOf } from "../machine/plans.ts";
import { createSagaUnderTest, failed } from "../machine/saga-under-test.ts";

test("a saga that is woken a moment before its time waits for the rest in memory", async () => {
  const plan = planOf([{ name: "a", retry: everyMs(100, 3) }]);
  const saga = createSagaUnderTest(plan);
  saga.answer("a", failed("none"));
  const dueAt = 1_000_100;
  const slept: (number | undefined)[] = [];
  const drive = createDrive({
    // The clock of this process is behind the one that woke the saga.
    store: { now: () => dueAt - 5 } as Store,
    dispatcher: undefined as never,
    children: undefined as never,
    leaseMs: 1000,
    retentionMs: 1000,
    draining: () => false,
    onAnswer: () => {},
    onCommit: () => {},
    onGone: (_, why) => expect.unreachable(why),
    onSleep: ({ wakeAt }) => slept.push(wakeAt),
  });
  const driven: Driven = {
    lease: { key: { namespace: "default", sagaId: "s-1" }, token: "t" },
    header: {
      namespace: "default",
      sagaId: "s-1",
      definition: "test",
      version: 1,
      labels: {},
      metadata: {},
      contentDigest: "",
      parent: undefined,
      lock: undefined,
    },
    plan,
    state: saga.state,
    revision: 1,
    events: [{ kind: "woken" }],
    inbox: [],
    committing: false,
    survived: Promise.withResolvers(),
    leasedAt: 0,
    wakeAt: undefined,
    gone: false,
  };
  drive.advance(driven);
  expect(slept).toEqual([dueAt]);
  expect(driven.committing).toBe(false);
});
