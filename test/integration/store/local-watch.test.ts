import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SagaChange, Store, Then } from "../../../orchestrator/src/store/store.ts";
import { commitOf, completed, headerOf, startHeld } from "../../contract/store/sagas.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { until } from "../../support/until.ts";

let redis: TestRedis;
let admin: Redis;
let harness: ReturnType<typeof createRedisHarness>;

beforeAll(async () => {
  redis = await startRedis();
  admin = new Redis(redis.url);
  harness = createRedisHarness({ url: redis.url }, { leaseMs: 5000 });
});
afterAll(async () => {
  await harness?.stop();
  admin?.disconnect();
  await redis?.stop();
});

async function feedReads(): Promise<number> {
  return Number(/cmdstat_xread:calls=(\d+)/.exec(await admin.info("commandstats"))?.[1] ?? 0);
}

/** Watched as by a caller who waits: from when it is started until just after its end was heard. */
async function runWatched(store: Store, sagaId: string): Promise<void> {
  const held = await startHeld(store, sagaId);
  const heard = Promise.withResolvers<SagaChange>();
  const unwatch = store.watch(held.header, heard.resolve);
  const then: Then = { kind: "finish", retainUntil: store.now() + 60_000 };
  await store.commit(held.lease, commitOf(held.header, held.state, completed(held.state), { then }));
  expect((await heard.promise).status).toBe("COMPLETED");
  unwatch();
}

test("sagas that are driven here are watched without reading the feed; one driven elsewhere is not", async () => {
  const store = await harness.replica();
  for (let i = 0; i < 200; i++) await runWatched(store, `here-${i}`);
  expect(await feedReads()).toBe(0);

  const other = await harness.replica();
  await startHeld(other, "there");
  const stop = store.watch(headerOf("there"), () => undefined);
  await until("the feed is read", async () => (await feedReads()) > 0);
  stop();
});
