import { expect, test } from "vitest";
import type { Store } from "../../../orchestrator/src/store/store.ts";
import { until } from "../../support/until.ts";
import type { StoreHarness } from "./harness.ts";
import {
  cancel,
  commitOf,
  completed,
  headerOf,
  receiveOne,
  reclaimOne,
  startHeld,
  startParked,
  stepDone,
} from "./sagas.ts";

/** By how much a store's estimate of its server's clock may be wrong: half a round trip, on a busy machine. */
const estimateMs = 50;

export function rollbackCases(harness: StoreHarness, snapshot: () => Promise<() => Promise<void>>): void {
  /** Loses what was written since the snapshot. Gives when that was, by the store's clock. */
  const lose = async (store: Store, restore: () => Promise<void>) => {
    const from = store.now();
    await restore();
    // Hears of it: a store asks for due sagas all the time.
    await store.wakeDue(1);
    return { from, to: store.now() };
  };

  test("sagas of a store that lost nothing were not rolled back, from its first use on", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    await startHeld(store, "held");
    expect(await reclaimOne(other)).toMatchObject({ rolledBackAt: undefined });
    await store.append(await startParked(store, "parked", undefined), cancel("r"));
    expect(await receiveOne(other)).toMatchObject({ rolledBackAt: undefined });
  });

  test("a saga that is reclaimed or received after a loss tells when that was, until it is written again", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { lease, header, state } = await startHeld(store, "held");
    const parked = await startParked(store, "parked", undefined);
    const restore = await snapshot();
    expect(await store.commit(lease, commitOf(header, state, stepDone(state, 0)))).toMatchObject({ revision: 2 });
    const { from, to } = await lose(store, restore);

    const reclaimed = await reclaimOne(other);
    expect(reclaimed.record).toMatchObject({ header, revision: 1 });
    expect(reclaimed.rolledBackAt).toBeGreaterThanOrEqual(from - estimateMs);
    expect(reclaimed.rolledBackAt).toBeLessThanOrEqual(to + estimateMs);
    await store.append(parked, cancel("r1"));
    const received = await receiveOne(other);
    expect(received.rolledBackAt).toBeGreaterThanOrEqual(from - estimateMs);
    // Of one loss all sagas tell the same, whenever they are asked; until the first knew of it took a moment.
    expect(received.rolledBackAt).toBeLessThanOrEqual(to + estimateMs);

    const then = { kind: "park", wakeAt: undefined } as const;
    const { state: present } = received.record;
    await other.commit(received.lease, commitOf(parked, present, present, { consumed: 1, then }));
    await store.append(parked, cancel("r2"));
    expect(await receiveOne(other)).toMatchObject({ rolledBackAt: undefined });
  });

  test("an owner that committed what was lost is fenced", async () => {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    const restore = await snapshot();
    const second = stepDone(state, 0);
    await store.commit(lease, commitOf(header, state, second));
    await lose(store, restore);
    expect(await store.commit(lease, commitOf(header, second, stepDone(second, 1)))).toEqual({ kind: "fenced" });
    expect(await store.get(header)).toMatchObject({ revision: 1 });
  });

  test("an owner whose saga lost nothing goes on, and the saga is not taken for rolled back", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { lease, header, state } = await startHeld(store, "a");
    const restore = await snapshot();
    await startHeld(store, "lost");
    await lose(store, restore);
    await store.renew([lease]);
    expect(await store.commit(lease, commitOf(header, state, stepDone(state, 0)))).toMatchObject({ revision: 2 });
    expect(await reclaimOne(other)).toMatchObject({ record: { header, revision: 2 }, rolledBackAt: undefined });
    expect(await store.get(headerOf("lost"))).toBeUndefined();
  });

  test("a saga that was started after a loss was not rolled back", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    await lose(store, await snapshot());
    await startHeld(store, "a");
    expect(await reclaimOne(other)).toMatchObject({ rolledBackAt: undefined });
  });

  test("what is started after a loss is counted, in a namespace too whose first saga was lost", async () => {
    const store = await harness.replica();
    const restore = await snapshot();
    const inNew = (id: string) => startHeld(store, id, { header: headerOf(id, { namespace: "new" }) });
    await inNew("lost");
    await lose(store, restore);
    await inNew("kept");
    await until("it is counted", async () => (await store.stats()).byStatus.RUNNING === 1);
  });

  test("of several losses the last is told", async () => {
    const store = await harness.replica();
    const parked = await startParked(store, "a", undefined);
    await lose(store, await snapshot());
    const { from } = await lose(store, await snapshot());
    await store.append(parked, cancel("r"));
    expect((await receiveOne(store)).rolledBackAt).toBeGreaterThanOrEqual(from - estimateMs);
  });

  test("a cursor of the feed ahead of what the store kept is out of range", async () => {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    const restore = await snapshot();
    await store.commit(lease, commitOf(header, state, completed(state)));
    const stop = new AbortController();
    const query = { namespace: "default", from: "now" } as const;
    const [page] = await Array.fromAsync(firstOf(store.feed(query, stop.signal)));
    stop.abort();
    await lose(store, restore);
    const ahead = store.feed({ namespace: "default", from: { cursor: page!.cursor } }, AbortSignal.timeout(5000));
    await expect(Array.fromAsync(firstOf(ahead))).rejects.toMatchObject({ code: "CURSOR_OUT_OF_RANGE" });
  });
}

async function* firstOf<T>(all: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const one of all) {
    yield one;
    return;
  }
}
