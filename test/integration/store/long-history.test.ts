import { expect, test } from "vitest";
import { commitOf, doneEvent, startHeld } from "../../contract/store/sagas.ts";
import { startRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";

test("of a long history the first and the last 500 batches are kept", async () => {
  const redis = await startRedis({ aof: "no" });
  const harness = createRedisHarness({ url: redis.url }, { leaseMs: 60_000 });
  try {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    for (let i = 0; i < 1100; i++) await store.commit(lease, commitOf(header, state, state, { history: [doneEvent] }));
    const revisions = (await store.history(header))?.batches.map(({ revision }) => revision);
    expect(revisions).toEqual([
      ...Array.from({ length: 500 }, (_, i) => i + 1),
      ...Array.from({ length: 500 }, (_, i) => i + 602),
    ]);
  } finally {
    await harness.stop();
    await redis.stop();
  }
});
