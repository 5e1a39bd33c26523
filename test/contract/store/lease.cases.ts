import { expect, test } from "vitest";
import type { Claimed, Store } from "../../../orchestrator/src/store/store.ts";
import { until } from "../../support/until.ts";
import { LEASE_MS, type StoreHarness } from "./harness.ts";
import { cancel, commitOf, headerOf, receiveOne, reclaimOne, startHeld, startParked, stepDone } from "./sagas.ts";

export function leaseCases(harness: StoreHarness): void {
  test("a lease that is renewed is not reclaimed, by others or by its owner", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { lease } = await startHeld(store, "a");
    const end = performance.now() + 3 * LEASE_MS;
    await until("three lease times have passed", async () => {
      expect(await store.renew([lease])).toEqual([{ held: true, inbox: 0 }]);
      expect(await other.reclaim(10)).toEqual([]);
      expect(await store.reclaim(10)).toEqual([]);
      return performance.now() > end;
    });
  });

  test("a lease that is not renewed goes to whoever reclaims it, and is lost to its owner", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { lease, header, state } = await startHeld(store, "a");
    const claimed = await reclaimOne(other);
    expect(claimed).toMatchObject({ record: { header, state, revision: 1 }, crashes: 1, inbox: [] });
    expect(await store.renew([lease])).toEqual([{ held: false, inbox: 0 }]);
    expect(await other.renew([claimed.lease])).toEqual([{ held: true, inbox: 0 }]);
  });

  test("of many sagas each is reclaimed by one of two replicas", async () => {
    // More than fit into one look at the leases.
    const count = 300;
    const [store, one, two] = [await harness.replica(), await harness.replica(), await harness.replica()];
    await Promise.all(Array.from({ length: count }, (_, i) => startHeld(store, `s${i}`)));
    const ids: string[] = [];
    await until("all are reclaimed", async () => {
      for (const claims of await Promise.all([one.reclaim(50), two.reclaim(50)])) {
        ids.push(...claims.map(({ record }) => record.header.sagaId));
        await Promise.all([one, two].map((replica) => replica.renew(claims.map(({ lease }) => lease))));
      }
      return ids.length >= count;
    });
    expect(new Set(ids).size).toBe(count);
  });

  test("a lease given back is received at once, by one", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { lease, header, state } = await startHeld(store, "a");
    await store.release(lease);
    expect(await store.commit(lease, commitOf(header, state, state))).toEqual({ kind: "fenced" });
    const claimed = await receiveOne(other);
    expect(claimed).toMatchObject({ record: { header, revision: 1 }, crashes: 0 });
    await store.release(lease);
    expect(await other.renew([claimed.lease])).toEqual([{ held: true, inbox: 0 }]);
  });

  test("lost owners are counted, the one that started it too, until one renews, survives it or gives it back", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    await startHeld(store, "a");
    expect(await reclaimOne(other)).toMatchObject({ crashes: 1 });
    const second = await reclaimOne(store);
    expect(second).toMatchObject({ crashes: 2 });
    await store.renew([second.lease]);
    expect(await reclaimOne(other)).toMatchObject({ crashes: 1 });
    const fourth = await reclaimOne(store);
    expect(fourth).toMatchObject({ crashes: 2 });
    const { header, state } = fourth.record;
    await store.commit(fourth.lease, commitOf(header, state, stepDone(state, 0)));
    expect(await reclaimOne(other)).toMatchObject({ crashes: 1 });
    const sixth = await reclaimOne(store);
    expect(sixth).toMatchObject({ crashes: 2 });
    await store.release(sixth.lease);
    expect(await receiveOne(other)).toMatchObject({ crashes: 0 });
  });

  test("a commit whose owner may yet die of the saga leaves the count as it is; a later one clears it", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { lease, header, state } = await startHeld(store, "a");
    await store.commit(lease, commitOf(header, state, state, { survived: false }));
    const first = await reclaimOne(other);
    expect(first).toMatchObject({ crashes: 1 });
    await other.commit(first.lease, commitOf(header, state, state, { survived: false }));
    const second = await reclaimOne(store);
    expect(second).toMatchObject({ record: { revision: 3 }, crashes: 2 });
    await store.commit(second.lease, commitOf(header, state, state, { survived: false }));
    await store.commit(second.lease, commitOf(header, state, stepDone(state, 0)));
    expect(await reclaimOne(other)).toMatchObject({ record: { revision: 5 }, crashes: 1 });
  });

  test("a renewal after such a commit clears the count", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { header, state } = await startHeld(store, "a");
    const { lease } = await reclaimOne(other);
    await other.commit(lease, commitOf(header, state, state, { survived: false }));
    await other.renew([lease]);
    expect(await reclaimOne(store)).toMatchObject({ crashes: 1 });
  });

  test("a saga that is parked and received again and again counts no crashes", async () => {
    const store = await harness.replica();
    const header = await startParked(store, "a", undefined);
    for (let round = 0; round < 3; round++) {
      await store.append(header, cancel(`r${round}`));
      const { lease, record, crashes } = await receiveOne(store);
      expect(crashes).toBe(0);
      const then = { kind: "park", wakeAt: undefined } as const;
      await store.commit(lease, commitOf(header, record.state, record.state, { consumed: 1, then }));
    }
  });

  test("an owner that received a saga and was lost counts as one that started it does", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    await store.append(await startParked(store, "a", undefined), cancel("r1"));
    await receiveOne(store);
    expect(await reclaimOne(other)).toMatchObject({ crashes: 1 });
    expect(await reclaimOne(store)).toMatchObject({ crashes: 2 });
  });

  test("sagas that lost several owners are had one by one", async () => {
    const stores = [await harness.replica(), await harness.replica(), await harness.replica()];
    const count = 8;
    for (let i = 0; i < count; i++) await startHeld(stores[0]!, `s${i}`);
    const reclaimAll = async (store: Store): Promise<Claimed[][]> => {
      const batches: Claimed[][] = [];
      await until("all are reclaimed", async () => {
        const batch = await store.reclaim(10);
        if (batch.length > 0) batches.push([...batch]);
        return batches.flat().length === count;
      });
      return batches;
    };
    expect((await reclaimAll(stores[1]!)).flat().every(({ crashes }) => crashes === 1)).toBe(true);
    const batches = await reclaimAll(stores[2]!);
    expect(batches.flat().every(({ crashes }) => crashes === 2)).toBe(true);
    expect(batches).toHaveLength(count);
  });

  test("renewals answer lease by lease and tell how much mail there is", async () => {
    const store = await harness.replica();
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((id) => startHeld(store, id)));
    await store.append(b!.header, cancel("r1"));
    await store.append(b!.header, cancel("r2"));
    const then = { kind: "park", wakeAt: undefined } as const;
    await store.commit(c!.lease, commitOf(c!.header, c!.state, c!.state, { then }));
    expect(await store.renew([a!.lease, b!.lease, c!.lease])).toEqual([
      { held: true, inbox: 0 },
      { held: true, inbox: 2 },
      { held: false, inbox: 0 },
    ]);
  });

  test("receive ends with nothing when it is told to, and loses nothing", async () => {
    const store = await harness.replica();
    const abort = new AbortController();
    const receiving = store.receive(10, abort.signal);
    abort.abort();
    expect(await receiving).toEqual([]);
    const header = await startParked(store, "a", undefined);
    await store.append(header, cancel("r1"));
    expect(await receiveOne(store)).toMatchObject({ record: { header }, inbox: [cancel("r1")] });
  });

  test("receive gives no more than it is asked for", async () => {
    const store = await harness.replica();
    const ids = Array.from({ length: 9 }, (_, i) => `s${i}`);
    await Promise.all(ids.map(async (id) => store.append(await startParked(store, id, undefined), cancel("r"))));
    const received: string[] = [];
    await until("all came", async () => {
      const claims = await store.receive(4, AbortSignal.timeout(5000));
      expect(claims.length).toBeLessThanOrEqual(4);
      received.push(...claims.map(({ record }) => record.header.sagaId));
      return received.length === 9;
    });
    expect(received.sort()).toEqual(ids);
  });

  test("what a replica received and had not taken when it closed goes to others at once", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const receiving = store.receive(1, AbortSignal.timeout(10_000));
    const ids = Array.from({ length: 8 }, (_, i) => `s${i}`);
    for (const id of ids) await startParked(store, id, undefined);
    await Promise.all(ids.map((id) => store.append(headerOf(id), cancel("r"))));
    const received = (await receiving).map(({ record }) => record.header.sagaId);
    await store.close();
    await until("the other has the rest", async () => {
      const claims = await other.receive(8, AbortSignal.timeout(LEASE_MS));
      received.push(...claims.map(({ record }) => record.header.sagaId));
      return received.length === ids.length;
    });
    expect(received.sort()).toEqual(ids);
  });

  test("a saga that was received is received by nobody else", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const header = await startParked(store, "a", undefined);
    const both = [store, other].map((replica) => replica.receive(1, AbortSignal.timeout(700)));
    await store.append(header, cancel("r1"));
    expect((await Promise.all(both)).flat()).toHaveLength(1);
  });
}
