import { expect, test } from "vitest";
import type { Claimed, Store } from "../../../orchestrator/src/store/store.ts";
import { cancel, commitOf, completed, headerOf, newParked } from "../../contract/store/sagas.ts";
import { startRedis } from "../../support/redis.ts";
import { createRedisHarness } from "../../support/redis-harness.ts";
import { until } from "../../support/until.ts";

const SAGAS = 200;
const LEASE_MS = 500;

test("with four replicas that drop, park, release and steal sagas, every item is applied once and every saga finishes", async () => {
  const redis = await startRedis({ aof: "no" });
  const harness = createRedisHarness({ url: redis.url }, { leaseMs: LEASE_MS });
  try {
    const stores = await Promise.all([0, 1, 2, 3].map(() => harness.replica()));
    const applied = new Map<string, string[]>();
    const stop = new AbortController();
    let turn = 0;

    /** Applies what is in the inbox, and then one of: drops the lease as a crash would, gives it back, parks, finishes. */
    const drive = async (store: Store, { lease, record, inbox }: Claimed) => {
      const choice = turn++ % 5;
      if (choice === 0) return;
      if (choice === 1) return store.release(lease);
      let mail = inbox;
      for (;;) {
        const { header, state } = record;
        const requests = mail.map(({ requestId }) => requestId);
        const all = [...(applied.get(header.sagaId) ?? []), ...requests];
        const isLast = all.includes("last");
        const then = isLast
          ? ({ kind: "finish", retainUntil: store.now() + 60_000 } as const)
          : ({ kind: "park", wakeAt: store.now() + 20 } as const);
        const results = requests.map((requestId) => ({ requestId, refusal: undefined }));
        const after = isLast ? completed(state) : state;
        const answer = await store.commit(
          lease,
          commitOf(header, state, after, { consumed: mail.length, results, then }),
        );
        if (answer.kind === "committed") applied.set(header.sagaId, all);
        if (answer.kind !== "mail") return;
        mail = answer.inbox;
      }
    };
    const loops = stores.flatMap((store) => [
      (async () => {
        while (!stop.signal.aborted) for (const claim of await store.receive(8, stop.signal)) await drive(store, claim);
      })(),
      (async () => {
        while (!stop.signal.aborted) {
          await store.wakeDue(20);
          for (const claim of await store.reclaim(20)) await drive(store, claim);
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      })(),
    ]);
    const ids = Array.from({ length: SAGAS }, (_, i) => `s${i}`);
    await Promise.all(ids.map((id, i) => stores[i % 4]!.start(newParked(id, undefined))));
    for (const requestId of ["one", "two", "three"]) {
      await Promise.all(ids.map((id, i) => stores[(i + 1) % 4]!.append(headerOf(id), cancel(requestId))));
    }
    await until("three items are applied to each", () => ids.every((id) => applied.get(id)?.length === 3), 60_000);
    await Promise.all(ids.map((id, i) => stores[i % 4]!.append(headerOf(id), cancel("last"))));
    const { byStatus } = await stores[0]!.stats();
    expect(Object.values(byStatus).reduce((a, b) => a + b, 0)).toBe(SAGAS);
    await until("all have finished", async () => (await stores[0]!.stats()).byStatus.COMPLETED === SAGAS, 60_000);
    stop.abort();
    await Promise.all(loops);
    for (const id of ids) expect(applied.get(id)?.sort()).toEqual(["last", "one", "three", "two"]);
    const { timers, backlog, oldestPendingMs } = await stores[0]!.stats();
    expect({ timers, backlog, oldestPendingMs }).toEqual({ timers: 0, backlog: 0, oldestPendingMs: 0 });
  } finally {
    await harness.stop();
    await redis.stop();
  }
}, 150_000);
