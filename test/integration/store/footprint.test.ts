import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { commitOf, completed, headerOf, runningState, startHeld, stepDone } from "../../contract/store/sagas.ts";
import { startRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";

const SAGAS = 10_000;
const LIMIT_BYTES = 1000;

test("a finished saga of three steps takes at most 1,000 bytes, payloads included, without the feed", async () => {
  const redis = await startRedis({ aof: "no" });
  const admin = new Redis(redis.url);
  const harness = createRedisHarness({ url: redis.url }, { leaseMs: 60_000 });
  const used = async () => Number(/used_memory:(\d+)/.exec(await admin.info("memory"))?.[1]);
  try {
    const store = await harness.replica();
    const retainUntil = store.now() + 60_000;
    const run = async (id: string) => {
      const header = headerOf(id, { contentDigest: "x".repeat(43), labels: {} });
      const held = await startHeld(store, id, { header, state: runningState({ deadlineAt: retainUntil }) });
      let before = held.state;
      for (let step = 0; step < 3; step++) {
        let after = stepDone(before, step);
        const then = step < 2 ? ({ kind: "hold" } as const) : ({ kind: "finish", retainUntil } as const);
        if (step === 2) after = completed(after);
        const history = [{ kind: "stepDone", step, output: after.steps[step]!.output! } as const];
        await store.commit(held.lease, commitOf(header, before, after, { history, then }));
        before = after;
      }
    };
    const runMany = async (prefix: string) => {
      for (let i = 0; i < SAGAS; i += 500) {
        await Promise.all(Array.from({ length: 500 }, (_, j) => run(`${prefix}${String(i + j).padStart(8, "0")}`)));
      }
      for (const p of [0, 1, 2, 3]) await admin.del(`{${harness.prefix}:${p}}:feed`);
    };
    await runMany("warm-up-");
    const before = await used();
    await runMany("measured-");
    const perSaga = ((await used()) - before) / SAGAS;
    expect(perSaga).toBeLessThan(LIMIT_BYTES);
    expect(perSaga).toBeGreaterThan(200);
  } finally {
    await harness.stop();
    admin.disconnect();
    await redis.stop();
  }
}, 60_000);
