import { expect, test } from "vitest";
import { LEASE_MS, type StoreHarness } from "./harness.ts";
import { receiveOne, startHeld, startParked } from "./sagas.ts";

const HOUR_MS = 3_600_000;

export function developmentCases(harness: StoreHarness): void {
  test("in development mode the clock of all replicas moves forward, and what is due by it wakes", async () => {
    const store = await harness.replica("one", { development: true });
    const other = await harness.replica("two", { development: true });
    const from = store.now();
    const header = await startParked(store, "a", from + 2 * HOUR_MS);
    await store.advance(HOUR_MS);
    expect(await other.wakeDue(10)).toMatchObject({ woken: 0 });
    for (const replica of [store, other]) {
      const moved = replica.now() - from;
      expect(moved).toBeGreaterThanOrEqual(HOUR_MS);
      expect(moved).toBeLessThan(HOUR_MS + 20_000);
    }
    await other.advance(HOUR_MS);
    expect(await store.wakeDue(10)).toMatchObject({ woken: 1 });
    expect(await receiveOne(other)).toMatchObject({ record: { header }, rolledBackAt: undefined });
  });

  test("moving the clock takes no saga from its owner", async () => {
    const store = await harness.replica("one", { development: true });
    const { lease } = await startHeld(store, "a");
    await store.advance(100 * LEASE_MS);
    expect(await store.reclaim(10)).toEqual([]);
    expect(await store.renew([lease])).toMatchObject([{ held: true }]);
  });

  test("else the clock cannot be moved", async () => {
    const store = await harness.replica();
    await expect(store.advance(1000)).rejects.toMatchObject({ code: "NOT_IMPLEMENTED" });
  });

  test("all processes of a store have the same secret, and another store another", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    expect(store.secret).toMatch(/^[\w-]{43}$/);
    expect(other.secret).toBe(store.secret);
    const { secret } = store;
    await harness.reset();
    expect((await harness.replica()).secret).not.toBe(secret);
  });
}
