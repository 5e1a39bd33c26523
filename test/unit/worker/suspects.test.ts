import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Command, Dispatcher } from "../../../orchestrator/src/dispatch/dispatcher.ts";
import type { Outcome } from "../../../orchestrator/src/machine/event.ts";
import { begin } from "../../../orchestrator/src/machine/transition.ts";
import { createMetrics } from "../../../orchestrator/src/metrics.ts";
import { createMemoryBackend, createMemoryStore } from "../../../orchestrator/src/store/memory-store.ts";
import { createWorker, type Worker } from "../../../orchestrator/src/worker/worker.ts";
import { planOf } from "../machine/plans.ts";
import { done } from "../machine/saga-under-test.ts";

const LEASE_MS = 4000;
const plan = planOf([{ name: "a" }]);
let workers: Worker[] = [];

beforeEach(() => void vi.useFakeTimers());
afterEach(async () => {
  const stopping = Promise.all(workers.map((worker) => worker.stop(0)));
  await vi.runOnlyPendingTimersAsync();
  await stopping;
  workers = [];
  vi.useRealTimers();
});

/** Replicas on one store. Each sends calls to nobody and keeps what answers them. */
function createReplicas() {
  const backend = createMemoryBackend();
  const openStore = (replicaId: string) =>
    createMemoryStore(backend, { replicaId, leaseMs: LEASE_MS, clock: () => Date.now() });

  return {
    async startSagas(ids: readonly string[]): Promise<void> {
      const store = openStore("starter");
      for (const sagaId of ids) {
        const fixed = { definition: "test", version: 1, labels: {}, metadata: {}, contentDigest: "" };
        const alone = { parent: undefined, lock: undefined };
        const at = store.now();
        const { state, history } = begin(plan, { input: "{}", sagaId, deadlineMs: undefined, now: at, blocked: false });
        const header = { namespace: "default", sagaId, ...fixed, ...alone };
        const then = { kind: "hold" } as const;
        await store.start({ header, state, history, at, then });
      }
    },
    /** An owner that takes all over and is never heard of again. */
    async takeOverAndDie(count: number): Promise<void> {
      const store = openStore("dying");
      await vi.advanceTimersByTimeAsync(LEASE_MS);
      for (let taken = 0; taken < count; ) taken += (await store.reclaim(count)).length;
    },
    /** An owner that lives. Gives its calls as they are made, at the moment of the first. */
    async run(): Promise<Map<string, (outcome: Outcome) => void>> {
      const calls = new Map<string, (outcome: Outcome) => void>();
      const send = ({ sagaId }: Command, settle: (outcome: Outcome) => void) => void calls.set(sagaId, settle);
      const worker = createWorker(
        {
          store: openStore("living"),
          dispatcher: { send } as unknown as Dispatcher,
          planOf: () => plan,
          metrics: createMetrics(),
          logger: pino({ level: "silent" }),
        },
        {
          leaseMs: LEASE_MS,
          capacity: 100,
          retentionMs: 60_000,
          maxCrashes: 5,
          limits: { activeSagas: undefined, backlog: undefined },
        },
      );
      workers.push(worker);
      worker.run();
      for (let ms = 0; calls.size === 0 && ms < 3 * LEASE_MS; ms++) await vi.advanceTimersByTimeAsync(1);
      return calls;
    },
  };
}

test("sagas whose first owner died are taken over together", async () => {
  const replicas = createReplicas();
  await replicas.startSagas(["s1", "s2", "s3"]);
  const calls = await replicas.run();
  expect([...calls.keys()]).toEqual(["s1", "s2", "s3"]);
});

test("of sagas that lost two owners the next is tried when the one before has made progress", async () => {
  const replicas = createReplicas();
  await replicas.startSagas(["s1", "s2", "s3"]);
  await replicas.takeOverAndDie(3);
  const calls = await replicas.run();
  for (const known of [["s1"], ["s1", "s2"], ["s1", "s2", "s3"]]) {
    expect([...calls.keys()]).toEqual(known);
    calls.get(known.at(-1)!)!(done());
    await vi.advanceTimersByTimeAsync(LEASE_MS / 8);
  }
});

test("one that hangs keeps the next waiting for a quarter of the lease", async () => {
  const replicas = createReplicas();
  await replicas.startSagas(["s1", "s2"]);
  await replicas.takeOverAndDie(2);
  const calls = await replicas.run();
  expect([...calls.keys()]).toEqual(["s1"]);
  await vi.advanceTimersByTimeAsync(LEASE_MS / 4 - 1);
  expect([...calls.keys()]).toEqual(["s1"]);
  await vi.advanceTimersByTimeAsync(2);
  expect([...calls.keys()]).toEqual(["s1", "s2"]);
});
