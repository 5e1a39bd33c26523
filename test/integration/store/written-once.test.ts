import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pendingStep } from "../../../orchestrator/src/machine/initial.ts";
import type { CallState, SagaState } from "../../../orchestrator/src/machine/state.ts";
import type { SagaHeader } from "../../../orchestrator/src/store/store.ts";
import { commitOf, EPOCH, startHeld } from "../../contract/store/sagas.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";

const ITEMS = 500;
let redis: TestRedis;
let admin: Redis;
let harness: ReturnType<typeof createRedisHarness>;

beforeAll(async () => {
  redis = await startRedis({ aof: "no" });
  admin = new Redis(redis.url);
  harness = createRedisHarness({ url: redis.url }, { leaseMs: 60_000 });
});
afterAll(async () => {
  await harness?.stop();
  admin?.disconnect();
  await redis?.stop();
});

async function recordOf({ namespace, sagaId }: SagaHeader): Promise<string> {
  const [key] = await admin.keys(`{${harness.prefix}:*}:saga:${namespace}/${sagaId}`);
  return JSON.stringify(await admin.hgetall(key!));
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

async function bytesSent(during: () => Promise<void>): Promise<number> {
  const total = async () => Number(/total_net_input_bytes:(\d+)/.exec(await admin.info("stats"))?.[1]);
  const from = await total();
  await during();
  return (await total()) - from;
}

function withItems(state: SagaState, items: readonly CallState[], output?: string): SagaState {
  return { ...state, steps: state.steps.map((step, i) => (i === 1 ? { ...step, items, output } : step)) };
}

test("the payload of a signal is written once, however often it is told", async () => {
  const store = await harness.replica();
  const { lease, header, state } = await startHeld(store, "a");
  const payload = `{"text":"${"x".repeat(2000)}"}`;
  const kept = { ...state, signals: [{ name: "pickup", payload, at: EPOCH + 1 }] };
  const received = { kind: "signalReceived", name: "pickup", payload, identity: "anna" } as const;
  await store.commit(lease, commitOf(header, state, kept, { history: [received] }));
  const steps = state.steps.map((step, i) => (i === 1 ? { ...step, status: "DONE" as const, output: payload } : step));
  const history = [
    { kind: "signalTaken", step: 1, place: 0 },
    { kind: "stepDone", step: 1, output: payload },
  ] as const;
  await store.commit(lease, commitOf(header, kept, { ...state, steps }, { history }));
  expect(occurrences(await recordOf(header), "xxxx".repeat(500))).toBe(1);
  expect((await store.get(header))?.state.steps[1]?.output).toBe(payload);
});

test("of a step of 500 items a commit writes what changed, and no payload twice", async () => {
  const store = await harness.replica();
  const { lease, header, state } = await startHeld(store, "b");
  const inputs = Array.from({ length: ITEMS }, (_, i) => `{"input":"${i}-${"x".repeat(100)}"}`);
  const { items: _, returns: __, reverting: ___, ...pending } = pendingStep;
  let items: readonly CallState[] = inputs.map((input) => ({ ...pending, input }));
  let before = withItems(state, items);
  await store.commit(lease, commitOf(header, state, before, { history: [{ kind: "itemsListed", step: 1, inputs }] }));

  const end = async (index: number) => {
    const output = `{"output":"${index}-"}`;
    items = items.map((item, i) => (i === index ? { ...item, status: "DONE", attempt: 1, output } : item));
    const after = withItems(state, items);
    const history = [{ kind: "stepDone", step: 1, item: index, output }] as const;
    await store.commit(lease, commitOf(header, before, after, { history }));
    before = after;
  };
  // The first tells Redis the script.
  await end(0);
  const sent = await bytesSent(async () => {
    for (let i = 1; i < ITEMS; i++) await end(i);
  });
  expect(sent / (ITEMS - 1)).toBeLessThan(700);

  const output = `{"items":[${items.map((item) => item.output).join(",")}]}`;
  const after = withItems(state, items, output);
  const history = [{ kind: "stepDone", step: 1, output }] as const;
  expect(
    await bytesSent(async () => {
      await store.commit(lease, commitOf(header, before, after, { history }));
    }),
  ).toBeLessThan(700);
  const text = await recordOf(header);
  expect(occurrences(text, 'input\\\\\\":\\\\\\"77-') + occurrences(text, 'input\\":\\"77-')).toBe(1);
  expect(occurrences(text, 'output\\\\\\":\\\\\\"77-') + occurrences(text, 'output\\":\\"77-')).toBe(1);
  expect((await store.get(header))?.state.steps[1]).toMatchObject({ output, items: { length: ITEMS } });
});
