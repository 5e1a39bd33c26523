import { expect, test } from "vitest";
import type { StoreHarness } from "./harness.ts";
import { cancel, commitOf, receiveOne, startParked } from "./sagas.ts";

export function timerCases(harness: StoreHarness): void {
  test("a parked saga wakes when its time has come, once, and not before", async () => {
    const store = await harness.replica();
    const due = await startParked(store, "due", store.now() - 1);
    const later = store.now() + 60_000;
    await startParked(store, "later", later);
    expect(await store.wakeDue(10)).toEqual({ woken: 1, nextAt: later });
    expect(await store.wakeDue(10)).toEqual({ woken: 0, nextAt: later });
    const claimed = await receiveOne(store);
    expect(claimed.record.header).toEqual(due);
    expect(claimed.record.wakeAt).toBeUndefined();
  });

  test("no more are woken than asked for, and the next is told as due", async () => {
    const store = await harness.replica();
    const at = store.now() - 10;
    for (let i = 0; i < 5; i++) await startParked(store, `s${i}`, at + i);
    const first = await store.wakeDue(3);
    expect(first.woken).toBe(3);
    expect(first.nextAt).toBeLessThanOrEqual(store.now());
    expect(await store.wakeDue(3)).toEqual({ woken: 2, nextAt: undefined });
  });

  test("a saga that mail woke does not wake again by its old time", async () => {
    const store = await harness.replica();
    const header = await startParked(store, "a", store.now() + 50);
    await store.append(header, cancel("r1"));
    const { lease, record } = await receiveOne(store);
    const later = store.now() + 60_000;
    const then = { kind: "park", wakeAt: later } as const;
    await store.commit(lease, commitOf(header, record.state, record.state, { then, consumed: 1 }));
    expect((await store.get(header))?.wakeAt).toBe(later);
    expect(await store.wakeDue(10)).toEqual({ woken: 0, nextAt: later });
    expect((await store.stats()).timers).toBe(1);
  });
}
