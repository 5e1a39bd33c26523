import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { commitOf, headerOf, newSaga, startHeld } from "../../contract/store/sagas.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { until } from "../../support/until.ts";

let redis: TestRedis;
let harness: ReturnType<typeof createRedisHarness>;
let admin: Redis;

beforeAll(async () => {
  redis = await startRedis({ aof: "no", extra: ["--maxmemory-policy", "allkeys-lru"] });
  admin = new Redis(redis.url);
  harness = createRedisHarness({ url: redis.url }, { leaseMs: 5000 });
});
afterEach(() => harness.reset());
afterAll(async () => {
  admin.disconnect();
  await harness.stop();
  await redis.stop();
});

test("a Redis that may lose sagas is warned of, and refused in strict mode", async () => {
  const store = await harness.replica();
  const warnings = await store.open();
  expect(warnings).toHaveLength(2);
  expect(warnings.join("\n")).toMatch(/append-only file[\s\S]*maxmemory-policy is allkeys-lru/);
  await expect(harness.replica("strict", { strict: true })).rejects.toThrow(/not safe/);
  expect(await admin.config("GET", "hash-max-listpack-value")).toEqual(["hash-max-listpack-value", "1024"]);
});

test("another number of partitions is refused", async () => {
  await harness.replica();
  await expect(harness.replica("other", { partitions: 8 })).rejects.toThrow(
    /4 partitions and the configuration says 8/,
  );
});

test("above the memory watermark nothing is started, and what runs goes on", async () => {
  const store = await harness.replica();
  const { lease, header, state } = await startHeld(store, "a");
  await admin.config("SET", "maxmemory-policy", "noeviction");
  await admin.config("SET", "maxmemory", 1_000_000);
  await until("the store is full", async () => (await store.start(newSaga(`s${Math.random()}`))).kind === "full");
  expect(await store.commit(lease, commitOf(header, state, state))).toMatchObject({ kind: "committed" });
  await admin.config("SET", "maxmemory", 0);
  await until("there is room again", async () => (await store.start(newSaga(`s${Math.random()}`))).kind === "started");
});

test("no more than 10,000 sagas wait for one lock", async () => {
  const store = await harness.replica();
  const lock = { name: "listing", key: "12" };
  await startHeld(store, "holder");
  await store.acquireLock(lock, headerOf("holder"), true);
  const [line] = await admin.keys(`{${harness.prefix}:*}:lock:default/listing/12`);
  const waiting = Array.from({ length: 9998 }, (_, i) => [Date.now() + i, `default/w${i}`]).flat();
  await admin.zadd(line!, ...waiting);
  expect(await store.acquireLock(lock, headerOf("last"), true)).toMatchObject({ held: false });
  await expect(store.acquireLock(lock, headerOf("late"), true)).rejects.toMatchObject({ code: "OVERLOADED" });
  expect(await store.acquireLock(lock, headerOf("last"), true)).toMatchObject({ held: false });
  expect(await store.acquireLock(lock, headerOf("late"), false)).toMatchObject({ held: false });
});

test("a Redis that cannot be reached rejects as unavailable", async () => {
  const nowhere = createRedisHarness({ url: "redis://127.0.0.1:1" }, { leaseMs: 5000 });
  await expect(nowhere.replica()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  await nowhere.stop();
});
