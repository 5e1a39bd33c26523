import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Claimed, Lease } from "../../../orchestrator/src/store/store.ts";
import {
  cancel,
  commitOf,
  receiveOne,
  reclaimOne,
  startHeld,
  startParked,
  stepDone,
} from "../../contract/store/sagas.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { until } from "../../support/until.ts";

const LEASE_MS = 500;
let redis: TestRedis;
let harness: ReturnType<typeof createRedisHarness>;
let admin: Redis;

beforeAll(async () => {
  // Every write is on disk before it is answered: what was answered survives kill -9.
  redis = await startRedis({ aof: "always", extra: ["--enable-debug-command", "yes"] });
  admin = new Redis(redis.url, { maxRetriesPerRequest: null });
  harness = createRedisHarness({ url: redis.url }, { leaseMs: LEASE_MS });
});
afterEach(() => harness.reset());
afterAll(async () => {
  admin.disconnect();
  await harness.stop();
  await redis.stop();
});

const streams = (kind: string) => [0, 1, 2, 3].map((p) => `{${harness.prefix}:${p}}:${kind}`);

test("SCRIPT FLUSH amid commits loses and doubles nothing", async () => {
  const store = await harness.replica();
  const sagas = await Promise.all(Array.from({ length: 50 }, (_, i) => startHeld(store, `s${i}`)));
  for (let round = 0; round < 5; round++) {
    const commits = sagas.map(({ lease, header, state }) => store.commit(lease, commitOf(header, state, state)));
    await admin.script("FLUSH");
    expect((await Promise.all(commits)).map((answer) => answer.kind === "committed" && answer.revision)).toEqual(
      sagas.map(() => round + 2),
    );
  }
});

test("when the groups are destroyed, owners keep their leases and nothing that waits is lost", async () => {
  const [store, other] = [await harness.replica(), await harness.replica()];
  const held = await startHeld(store, "held");
  const header = await startParked(store, "received", undefined);
  await store.append(header, cancel("r1"));
  const received = await receiveOne(store);
  const waiting = await startParked(store, "waiting", undefined);
  await store.append(waiting, cancel("r1"));
  for (const stream of [...streams("commands"), ...streams("starts")]) await admin.xgroup("DESTROY", stream, "g");

  // The reader finds no group, makes it anew at 0 and is given everything again: only what nobody owns is to be had.
  const claims: Claimed[] = [];
  const seen = performance.now() + LEASE_MS / 2;
  await until("all was given again", async () => {
    claims.push(...(await other.receive(10, AbortSignal.timeout(LEASE_MS / 4))));
    return claims.length > 0 && performance.now() > seen;
  });
  expect(claims.map(({ record }) => record.header.sagaId)).toEqual(["waiting"]);
  const claimed = claims[0]!;
  const leases = [held.lease, received.lease];
  expect(await store.renew(leases)).toMatchObject([{ held: true }, { held: true }]);
  const end = performance.now() + 3 * LEASE_MS;
  await until("three lease times have passed", async () => {
    expect(await other.reclaim(10)).toEqual([]);
    const answers = await Promise.all([store.renew(leases), other.renew([claimed.lease])]);
    expect(answers.flat().every((answer) => answer.held)).toBe(true);
    return performance.now() > end;
  });
  await startHeld(store, "started after it");
});

test("a dead owner's saga is reclaimed after the groups were destroyed", async () => {
  const [store, other] = [await harness.replica(), await harness.replica()];
  const { header } = await startHeld(store, "a");
  for (const stream of streams("starts")) await admin.xgroup("DESTROY", stream, "g");
  await until("the sweeper mends it", async () => (await other.sweep(100)).mended === 1);
  let claims: readonly { readonly record: { readonly header: unknown } }[] = [];
  await until("someone else owns it", async () => {
    claims = [...(await other.receive(10, AbortSignal.timeout(100))), ...(await other.reclaim(10))];
    return claims.length > 0;
  });
  expect(claims[0]?.record.header).toEqual(header);
});

test("after kill -9 and a restart with its append-only file, sagas go on", async () => {
  const store = await harness.replica();
  const { lease, header, state } = await startHeld(store, "a");
  const parked = await startParked(store, "parked", undefined);
  const receiving = receiveOne(store);
  await redis.kill9();
  const committing = store.commit(lease, commitOf(header, state, stepDone(state, 0)));
  await redis.restart();
  expect(await committing).toMatchObject({ kind: "committed", revision: 2 });
  await store.append(parked, cancel("r1"));
  expect(await receiving).toMatchObject({ record: { header: parked }, inbox: [cancel("r1")] });
});

test("a clock of Redis that is set back does not hide a dead owner", async () => {
  const [store, other] = [await harness.replica(), await harness.replica()];
  const { lease } = await startHeld(store, "a");
  // What a clock set back by an hour leaves behind: delivered in an hour. Redis shows it as not idle at all till then.
  for (const stream of streams("starts")) await deliverLater(stream, 3_600_000);
  const claimed = await reclaimOne(other);
  expect(claimed.record.header.sagaId).toBe("a");
  expect(await store.renew([lease])).toEqual([{ held: false, inbox: 0 }]);
});

test("the sweeper mends what is missing, once, and leaves alone what is in order", async () => {
  const store = await harness.replica();
  const wakeAt = store.now() + 60_000;
  const timed = await startParked(store, "timed", wakeAt);
  const gone = await startParked(store, "gone", undefined);
  const lost = await startParked(store, "lost", undefined);
  await store.append(lost, cancel("r1"));
  const leases: Lease[] = [];
  for (let i = 0; i < 5; i++) leases.push((await startHeld(store, `held${i}`)).lease);
  const round = async () => {
    let mended = 0;
    // More slices than a round has indexes.
    for (let i = 0; i < 20; i++) mended += (await store.sweep(1000)).mended;
    return mended;
  };
  expect(await round()).toBe(0);

  for (const p of [0, 1, 2, 3]) {
    await admin.del(`{${harness.prefix}:${p}}:timers`, `{${harness.prefix}:${p}}:saga:default/${gone.sagaId}`);
    await admin.xtrim(`{${harness.prefix}:${p}}:commands`, "MAXLEN", 0);
  }
  expect(await round()).toBe(3);
  expect(await round()).toBe(0);
  expect((await store.wakeDue(10)).nextAt).toBe(wakeAt);
  expect(await store.get(timed)).toMatchObject({ wakeAt });
  expect(await receiveOne(store)).toMatchObject({ record: { header: lost }, inbox: [cancel("r1")] });
  expect(await store.renew(leases)).toEqual(leases.map(() => ({ held: true, inbox: 0 })));
});

/** Moves the delivery times of a stream's pending entries into the future, which no command does: in its dump. */
async function deliverLater(stream: string, ms: number): Promise<void> {
  const dump = await admin.dumpBuffer(stream);
  if (!dump) return;
  const text = JSON.stringify(await admin.xinfo("STREAM", stream, "FULL"));
  for (const [, time] of text.matchAll(/\["\d+-\d+","[^"]+",(\d{13}),\d+\]/g)) {
    const from = Buffer.alloc(8);
    const to = Buffer.alloc(8);
    from.writeBigInt64LE(BigInt(time!));
    to.writeBigInt64LE(BigInt(time!) + BigInt(ms));
    for (let at = dump.indexOf(from); at >= 0; at = dump.indexOf(from, at + 8)) to.copy(dump, at);
  }
  await admin.call("DEBUG", "SET-SKIP-CHECKSUM-VALIDATION", "1");
  await admin.restore(stream, 0, dump, "REPLACE");
}
