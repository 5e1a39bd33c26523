import { expect, test } from "vitest";
import type { StoreHarness } from "./harness.ts";
import { LEASE_MS } from "./harness.ts";

export function replicaCases(harness: StoreHarness): void {
  test("replicas that met know each other, with the time they were seen and their lease", async () => {
    const [anna, bert] = [await harness.replica("anna"), await harness.replica("bert")];
    await bert.meet();
    const met = await anna.meet();
    expect(met.map(({ id }) => id)).toEqual(["anna", "bert"]);
    for (const { seenAt, leaseMs } of met) {
      expect(leaseMs).toBe(LEASE_MS);
      expect(Math.abs(anna.now() - seenAt)).toBeLessThan(10_000);
    }
  });

  test("a store says what it is", async () => {
    expect((await harness.replica()).product).toMatch(/^(memory|redis \d+\.\d+|valkey \d+\.\d+)/);
  });
}
