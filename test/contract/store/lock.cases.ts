import { expect, test } from "vitest";
import type { SagaKey, Store } from "../../../orchestrator/src/store/store.ts";
import type { StoreHarness } from "./harness.ts";
import { commitOf, completed, EPOCH, headerOf, startHeld } from "./sagas.ts";

const lock = { name: "listing", key: "12" };
const [a, b, c, d] = ["a", "b", "c", "d"].map((sagaId): SagaKey => ({ namespace: "default", sagaId })) as [
  SagaKey,
  SagaKey,
  SagaKey,
  SagaKey,
];

export function lockCases(harness: StoreHarness): void {
  const finish = async (store: Store, sagaId: string) => {
    const { lease, header, state } = await startHeld(store, sagaId);
    const then = { kind: "finish", retainUntil: EPOCH + 1e12 } as const;
    await store.commit(lease, commitOf(header, state, completed(state), { then }));
  };

  test("a lock is taken by one saga, as often as it asks, and others are told by whom", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    for (let i = 0; i < 2; i++) expect(await store.acquireLock(lock, a, false)).toEqual({ held: true });
    expect(await other.acquireLock(lock, b, false)).toEqual({ held: false, holder: a });
    expect(await other.acquireLock(lock, b, true)).toEqual({ held: false, holder: a });
  });

  test("another name, key or namespace is another lock", async () => {
    const store = await harness.replica();
    await store.acquireLock(lock, a, false);
    expect(await store.acquireLock({ ...lock, name: "other" }, b, false)).toEqual({ held: true });
    expect(await store.acquireLock({ ...lock, key: "13" }, b, false)).toEqual({ held: true });
    expect(await store.acquireLock(lock, { ...b, namespace: "other" }, false)).toEqual({ held: true });
  });

  test("those who wait get it in the order in which they first came", async () => {
    const store = await harness.replica();
    await store.acquireLock(lock, a, true);
    for (const saga of [b, c, b, d, c]) {
      expect(await store.acquireLock(lock, saga, true)).toEqual({ held: false, holder: a });
    }
    expect(await store.releaseLock(lock, a)).toEqual(b);
    expect(await store.acquireLock(lock, b, true)).toEqual({ held: true });
    expect(await store.releaseLock(lock, c)).toEqual(b);
    expect(await store.releaseLock(lock, b)).toEqual(d);
    expect(await store.releaseLock(lock, b)).toEqual(d);
    expect(await store.releaseLock(lock, d)).toBeUndefined();
    expect(await store.releaseLock(lock, d)).toBeUndefined();
  });

  test("who does not wait leaves nothing in the line", async () => {
    const store = await harness.replica();
    await store.acquireLock(lock, a, false);
    await store.acquireLock(lock, b, false);
    expect(await store.releaseLock(lock, a)).toBeUndefined();
    expect(await store.acquireLock(lock, c, false)).toEqual({ held: true });
  });

  test("a holder that is final does not count, whether it stood first or in line", async () => {
    const store = await harness.replica();
    await store.acquireLock(lock, a, false);
    await store.acquireLock(lock, b, true);
    await store.acquireLock(lock, c, true);
    for (const id of ["a", "b"]) await finish(store, id);
    expect(await store.acquireLock(lock, d, true)).toEqual({ held: false, holder: c });
    expect(await store.acquireLock(lock, c, true)).toEqual({ held: true });
    await startHeld(store, "c");
    await finish(store, "d");
    expect(await store.releaseLock(lock, c)).toBeUndefined();
  });

  test("a holder that runs counts; one that was not recorded counts for a minute", async () => {
    const store = await harness.replica("tester", { development: true });
    await startHeld(store, "a");
    await store.acquireLock(lock, a, false);
    const other = { ...lock, key: "other" };
    await store.acquireLock(other, headerOf("never"), false);
    await store.advance(59_000);
    expect(await store.acquireLock(other, b, false)).toMatchObject({ held: false });
    await store.advance(2000);
    expect(await store.acquireLock(other, b, false)).toEqual({ held: true });
    expect(await store.acquireLock(lock, b, false)).toEqual({ held: false, holder: a });
  });

  test("of 50 sagas that ask at once one holds the lock, and each of them gets it once", async () => {
    const stores = [await harness.replica(), await harness.replica()];
    const sagas = Array.from({ length: 50 }, (_, i): SagaKey => ({ namespace: "default", sagaId: `s${i}` }));
    const answers = await Promise.all(sagas.map((saga, i) => stores[i % 2]!.acquireLock(lock, saga, true)));
    expect(answers.filter(({ held }) => held)).toHaveLength(1);
    const order: string[] = [];
    let holder: SagaKey | undefined = sagas[answers.findIndex(({ held }) => held)]!;
    while (holder) {
      order.push(holder.sagaId);
      holder = await stores[order.length % 2]!.releaseLock(lock, holder);
    }
    expect(order.sort()).toEqual(sagas.map(({ sagaId }) => sagaId).sort());
  });
}
