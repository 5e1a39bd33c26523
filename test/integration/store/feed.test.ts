import { setTimeout as pass } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { FeedPage, Store } from "../../../orchestrator/src/store/store.ts";
import { commitOf, startHeld } from "../../contract/store/sagas.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { until } from "../../support/until.ts";

let redis: TestRedis;
let admin: Redis;
let harness: ReturnType<typeof createRedisHarness>;

beforeAll(async () => {
  redis = await startRedis();
  admin = new Redis(redis.url, { maxRetriesPerRequest: null });
  harness = createRedisHarness({ url: redis.url }, { leaseMs: 60_000 });
});
afterEach(() => harness.reset());
afterAll(async () => {
  await harness?.stop();
  admin?.disconnect();
  await redis?.stop();
});

async function calls(command: string): Promise<number> {
  const stats = await admin.info("commandstats");
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
}

/** Follows from now on; resolves when it is told what comes. */
async function follow(store: Store, signal: AbortSignal) {
  const iterator = store.feed({ namespace: "default", from: "now" }, signal)[Symbol.asyncIterator]();
  await iterator.next();
  return { next: async () => (await iterator.next()).value as FeedPage | undefined };
}

test("a thousand watchers who wait cost Redis one blocking read, and none once they have gone", async () => {
  const store = await harness.replica();
  const stop = new AbortController();
  const watchers = await Promise.all(Array.from({ length: 1000 }, () => follow(store, stop.signal)));
  const pages = watchers.map((watcher) => watcher.next());
  await pass(100);
  const [reads, scripts] = [await calls("xread"), await calls("evalsha")];
  const cpu = process.cpuUsage();
  await pass(3000);
  const { user, system } = process.cpuUsage(cpu);
  // A read blocks for two seconds.
  expect((await calls("xread")) - reads).toBeLessThanOrEqual(2);
  expect((await calls("evalsha")) - scripts).toBe(0);
  expect((user + system) / 3_000_000).toBeLessThan(0.05);

  await startHeld(store, "a");
  for (const page of await Promise.all(pages)) expect(page?.entries).toMatchObject([{ sagaId: "a", revision: 1 }]);
  stop.abort();
  await Promise.all(watchers.map(async (watcher) => expect(await watcher.next()).toBeUndefined()));
  await until("nobody reads the feed any more", async () => {
    const before = await calls("xread");
    await pass(2500);
    return (await calls("xread")) === before;
  });
});

test("what comes for a slow watcher is not kept in memory: it reads for itself, once it asks again", async () => {
  const store = await harness.replica();
  const stop = new AbortController();
  const [slow, quick] = [await follow(store, stop.signal), await follow(store, stop.signal)];
  const { lease, header, state } = await startHeld(store, "a");
  const count = 3000;
  const seen = (async () => {
    for (let found = 0; found < count; ) found += (await quick.next())!.entries.length;
  })();
  for (let i = 1; i < count; i++) await store.commit(lease, commitOf(header, state, state));
  await seen;
  const before = await calls("xrange");
  const revisions: number[] = [];
  while (revisions.length < count) {
    const page = await slow.next();
    expect(page!.entries.length).toBeLessThanOrEqual(1024);
    revisions.push(...page!.entries.map(({ revision }) => revision));
  }
  expect(revisions).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  expect((await calls("xrange")) - before).toBeGreaterThan(10);
  stop.abort();
});

test.skipIf(process.env.BACKSTITCH_TEST_REDIS_URL !== undefined)(
  "watchers go on after Redis was away, and hear that they are out of range where it lost what they were told",
  async () => {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    const restore = await redis.snapshot();
    const stop = new AbortController();
    const watcher = await follow(store, stop.signal);
    await redis.restart();
    await store.commit(lease, commitOf(header, state, state));
    expect(await watcher.next()).toMatchObject({ entries: [{ sagaId: "a", revision: 2 }] });
    const next = watcher.next();
    next.catch(() => undefined);
    await restore();
    await expect(next).rejects.toMatchObject({ code: "CURSOR_OUT_OF_RANGE" });
    stop.abort();
  },
);
