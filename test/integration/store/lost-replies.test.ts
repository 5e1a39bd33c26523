import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { scripts } from "../../../orchestrator/src/store/redis/scripts.ts";
import {
  cancel,
  commitOf,
  completed,
  EPOCH,
  headerOf,
  newSaga,
  receiveOne,
  reclaimOne,
  startHeld,
  startParked,
  stepDone,
} from "../../contract/store/sagas.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { startTcpProxy, type TcpProxy } from "../../support/tcp-proxy.ts";
import { until } from "../../support/until.ts";

let redis: TestRedis;
let proxy: TcpProxy;
let harness: ReturnType<typeof createRedisHarness>;

beforeAll(async () => {
  redis = await startRedis();
  proxy = await startTcpProxy(redis.port);
  harness = createRedisHarness({ url: `redis://127.0.0.1:${proxy.port}` }, { leaseMs: 60_000 });
});
afterEach(async () => {
  proxy.heal();
  await harness.reset();
});
afterAll(async () => {
  await harness.stop();
  await proxy.stop();
  await redis.stop();
});

test("a commit whose reply is lost is written once and answered as written", async () => {
  const store = await harness.replica();
  const { lease, header, state } = await startHeld(store, "a");
  const dropped = proxy.dropped;
  proxy.dropReplyTo(scripts.commit.sha);
  const second = stepDone(state, 0);
  expect(await store.commit(lease, commitOf(header, state, second))).toMatchObject({ kind: "committed", revision: 2 });
  expect(proxy.dropped).toBe(dropped + 1);
  const then = { kind: "finish", retainUntil: EPOCH } as const;
  proxy.dropReplyTo(scripts.commit.sha);
  expect(await store.commit(lease, commitOf(header, second, completed(second), { then }))).toMatchObject({
    revision: 3,
  });
  expect(proxy.dropped).toBe(dropped + 2);
  expect((await store.history(header))?.record.revision).toBe(3);
});

test("a start whose reply is lost gives its lease, not an existing saga", async () => {
  const store = await harness.replica();
  await startHeld(store, "warm");
  for (const then of [{ kind: "hold" }, { kind: "park", wakeAt: undefined }] as const) {
    const dropped = proxy.dropped;
    proxy.dropReplyTo(scripts.start.sha);
    const started = await store.start(newSaga(then.kind, { then }));
    expect(started).toMatchObject({ kind: "started" });
    expect(proxy.dropped).toBe(dropped + 1);
    if (started.kind === "started" && started.lease)
      expect(await store.renew([started.lease])).toMatchObject([{ held: true }]);
  }
});

test("a claim whose reply is lost gives the lease and is counted once", async () => {
  const [store, other] = [await harness.replica(), await harness.replica("other", { leaseMs: 400 })];
  const { header } = await startHeld(store, "a");
  await store.append(header, cancel("r1"));
  const dropped = proxy.dropped;
  proxy.dropReplyTo(scripts.claim.sha);
  expect(await reclaimOne(other)).toMatchObject({ crashes: 1, inbox: [cancel("r1")] });
  expect(proxy.dropped).toBe(dropped + 1);
});

test("an entry whose XREADGROUP reply is lost is received after the reconnect, long before a lease runs out", async () => {
  const store = await harness.replica();
  const header = await startParked(store, "a", undefined);
  const dropped = proxy.dropped;
  proxy.dropReplyTo("xreadgroup");
  const receiving = receiveOne(store);
  await store.append(header, cancel("r1"));
  expect(await receiving).toMatchObject({ record: { header }, inbox: [cancel("r1")] });
  expect(proxy.dropped).toBe(dropped + 1);
});

test("an append whose reply is lost is written once", async () => {
  const store = await harness.replica();
  const { lease, header } = await startHeld(store, "a");
  await store.append(header, cancel("r0"));
  proxy.dropReplyTo(scripts.append.sha);
  expect(await store.append(header, cancel("r1"))).toEqual({ kind: "appended" });
  expect(await store.readInbox(lease)).toEqual([cancel("r0"), cancel("r1")]);
});

test("a saga that is given an owner again by an append whose reply is lost has one, and the item once", async () => {
  const store = await harness.replica();
  const { lease, header, state } = await startHeld(store, "a");
  const then = { kind: "finish", retainUntil: EPOCH } as const;
  await store.commit(lease, commitOf(header, state, completed(state), { then }));
  const command = { kind: "compensate", identity: "p", reason: "", expectedRevision: undefined } as const;
  proxy.dropReplyTo(scripts.append.sha);
  expect(await store.append(header, { requestId: "r1", command })).toEqual({ kind: "appended" });
  expect((await receiveOne(store)).inbox).toMatchObject([{ requestId: "r1" }]);
  expect((await store.stats()).backlog).toBe(0);
});

test("a lock is taken, and the clock moved, once where the reply is lost", async () => {
  const store = await harness.replica("one", { development: true });
  const lock = { name: "listing", key: "12" };
  const [a, b] = [headerOf("a"), headerOf("b")];
  await store.acquireLock({ ...lock, key: "warm" }, a, true);
  await store.releaseLock({ ...lock, key: "warm" }, a);
  proxy.dropReplyTo(scripts.lock.sha);
  expect(await store.acquireLock(lock, a, false)).toEqual({ held: true });
  proxy.dropReplyTo(scripts.lock.sha);
  expect(await store.acquireLock(lock, b, true)).toMatchObject({ held: false, holder: { sagaId: "a" } });
  proxy.dropReplyTo(scripts.unlock.sha);
  expect(await store.releaseLock(lock, a)).toMatchObject({ sagaId: "b" });
  expect(await store.releaseLock(lock, b)).toBeUndefined();

  await store.advance(0);
  const from = store.now();
  proxy.dropReplyTo(scripts.advance.sha);
  await store.advance(3_600_000);
  expect(store.now() - from).toBeLessThan(2 * 3_600_000);
});

test("a blocking reader whose connection falls silent is noticed and replaced within seconds", async () => {
  const store = await harness.replica();
  const header = await startParked(store, "a", undefined);
  const receiving = receiveOne(store);
  proxy.blackHole();
  const direct = createRedisHarness({ url: redis.url }, { leaseMs: 60_000 });
  const other = await direct.replica("direct", { prefix: harness.prefix });
  await other.append(header, cancel("r1"));
  // New connections pass; the one that blocks stays silent until its watchdog ends it.
  proxy.pass();
  const from = performance.now();
  expect(await receiving).toMatchObject({ record: { header } });
  expect(performance.now() - from).toBeLessThan(8000);
  await direct.stop();
});

test("calls reject as unavailable, without arguments, when Redis stays silent, and work again after", async () => {
  const store = await harness.replica();
  const { lease, header, state } = await startHeld(store, "a");
  proxy.blackHole();
  const refused = await store
    .commit(lease, commitOf(header, state, stepDone(state, 0, '{"secret":1}')))
    .catch((error) => error);
  expect(refused).toMatchObject({ code: "STORE_UNAVAILABLE" });
  expect(JSON.stringify(refused) + String(refused.cause?.message) + JSON.stringify(refused.cause)).not.toContain(
    "secret",
  );
  proxy.heal();
  await until("the store works again", async () => {
    const [answer] = await store.renew([lease]).catch(() => [undefined]);
    return answer?.held === true;
  });
}, 40_000);
