import { expect, test } from "vitest";
import { until } from "../../support/until.ts";
import type { StoreHarness } from "./harness.ts";
import { LEASE_MS } from "./harness.ts";

export function replicaCases(harness: StoreHarness): void {
  test("replicas know each other once they are open, with the time they were seen and their lease", async () => {
    const bert = await harness.replica("bert");
    const anna = await harness.replica("anna");
    for (const store of [anna, bert]) {
      const replicas = await store.replicas();
      expect(replicas.map(({ id }) => id)).toEqual(["anna", "bert"]);
      for (const { seenAt, leaseMs } of replicas) {
        expect(leaseMs).toBe(LEASE_MS);
        expect(Math.abs(anna.now() - seenAt)).toBeLessThan(10_000);
      }
    }
  });

  test("a replica is seen when it says that it lives, and not when someone looks", async () => {
    const [anna, bert] = [await harness.replica("anna"), await harness.replica("bert")];
    const [, before] = await anna.replicas();
    await until("the clock has moved on", () => bert.now() > before!.seenAt);
    await bert.replicas();
    expect((await anna.replicas())[1]).toEqual(before);
    await bert.heartbeat();
    expect((await anna.replicas())[1]!.seenAt).toBeGreaterThan(before!.seenAt);
  });

  test("a store says what it is", async () => {
    expect((await harness.replica()).product).toMatch(/^(memory|redis \d+\.\d+|valkey \d+\.\d+)/);
  });
}
