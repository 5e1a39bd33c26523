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
    expect(claimed).toMatchObject({ record: { header, state, revision: 1 }, claims: 1, inbox: [] });
    expect(await store.renew([lease])).toEqual([{ held: false, inbox: 0 }]);
    expect(await other.renew([claimed.lease])).toEqual([{ held: true, inbox: 0 }]);
  });

  test("of many sagas each is reclaimed by one of two replicas", async () => {
    const [store, one, two] = [await harness.replica(), await harness.replica(), await harness.replica()];
    await Promise.all(Array.from({ length: 40 }, (_, i) => startHeld(store, `s${i}`)));
    const ids: string[] = [];
    await until("all are reclaimed", async () => {
      for (const claims of await Promise.all([one.reclaim(7), two.reclaim(7)])) {
        ids.push(...claims.map(({ record }) => record.header.sagaId));
        await Promise.all([one, two].map((replica) => replica.renew(claims.map(({ lease }) => lease))));
      }
      return ids.length >= 40;
    });
    expect(new Set(ids).size).toBe(40);
  });

  test("a lease given back is received at once, by one", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { lease, header, state } = await startHeld(store, "a");
    await store.release(lease);
    expect(await store.commit(lease, commitOf(header, state, state))).toEqual({ kind: "fenced" });
    const claimed = await receiveOne(other);
    expect(claimed).toMatchObject({ record: { header, revision: 1 }, claims: 1 });
    await store.release(lease);
    expect(await other.renew([claimed.lease])).toEqual([{ held: true, inbox: 0 }]);
  });

  test("claims are counted until a commit or a renewal", async () => {
    const stores = [await harness.replica(), await harness.replica(), await harness.replica()];
    await startHeld(stores[0]!, "a");
    expect((await reclaimOne(stores[1]!)).claims).toBe(1);
    const second = await reclaimOne(stores[2]!);
    expect(second.claims).toBe(2);
    await stores[2]!.renew([second.lease]);
    const third = await reclaimOne(stores[0]!);
    expect(third.claims).toBe(1);
    const { header, state } = third.record;
    await stores[0]!.commit(third.lease, commitOf(header, state, stepDone(state, 0)));
    expect((await reclaimOne(stores[1]!)).claims).toBe(1);
  });

  test("sagas that were claimed before without a commit are not had all at once", async () => {
    const stores = [await harness.replica(), await harness.replica(), await harness.replica()];
    // More than there are partitions, each of which gives one at a time.
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
    expect((await reclaimAll(stores[1]!)).flat().every(({ claims }) => claims === 1)).toBe(true);
    const batches = await reclaimAll(stores[2]!);
    expect(batches.flat().every(({ claims }) => claims === 2)).toBe(true);
    expect(batches.length).toBeGreaterThan(1);
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
