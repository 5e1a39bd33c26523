import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cancel, commitOf, receiveOne, startHeld, startParked, stepDone } from "../../contract/store/sagas.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { startSentinel, type TestSentinel } from "../../support/redis-sentinel.ts";
import { until } from "../../support/until.ts";

let sentinel: TestSentinel;
let harness: ReturnType<typeof createRedisHarness>;

beforeAll(async () => {
  sentinel = await startSentinel();
  const sentinels = sentinel.sentinels.map(({ host, port }) => `${host}:${port}`);
  harness = createRedisHarness({ sentinels, name: sentinel.name }, { leaseMs: 60_000 });
});
afterAll(async () => {
  await harness.stop();
  await sentinel.stop();
});

test("after the master died the store goes on with the replica that took its place, and tells that it may have lost writes", async () => {
  const store = await harness.replica();
  const { lease, header, state } = await startHeld(store, "a");
  const parked = await startParked(store, "parked", undefined);
  const second = stepDone(state, 0);
  expect(await store.commit(lease, commitOf(header, state, second))).toMatchObject({ revision: 2 });
  const master = new Redis(sentinel.master.url);
  await until("the replica has everything", async () => (await master.wait(1, 1000)) === 1);
  master.disconnect();
  await sentinel.master.kill9();
  let answer: unknown;
  const commit = commitOf(header, second, stepDone(second, 1));
  await until("the commit is answered", async () => {
    answer = await store.commit(lease, commit).catch(() => undefined);
    return answer !== undefined;
  });
  expect(answer).toMatchObject({ kind: "committed", revision: 3 });
  await startHeld(store, "b");
  await store.append(parked, cancel("r"));
  const claimed = await receiveOne(store);
  expect(claimed.record.header).toEqual(parked);
  expect(Math.abs(store.now() - claimed.rolledBackAt!)).toBeLessThan(60_000);
});
