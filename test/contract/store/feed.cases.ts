import { expect, test } from "vitest";
import type { FeedEntry, FeedPage, FeedQuery, Store } from "../../../orchestrator/src/store/store.ts";
import { until } from "../../support/until.ts";
import type { StoreHarness } from "./harness.ts";
import { commitOf, completed, EPOCH, headerOf, newSaga, startHeld } from "./sagas.ts";

type From = FeedQuery["from"];

/** Someone who follows the feed and keeps what comes. */
function follow(store: Store, from: From, namespace = "default") {
  const stop = new AbortController();
  const pages: FeedPage[] = [];
  const ended = (async () => {
    for await (const page of store.feed({ namespace, from }, stop.signal)) pages.push(page);
  })();
  ended.catch(() => undefined);
  const entries = () => pages.flatMap((page) => page.entries);
  return {
    pages,
    entries,
    told: () => entries().map(({ sagaId, revision }) => `${sagaId}${revision}`),
    cursor: () => ({ cursor: pages.at(-1)!.cursor }),
    begun: () => until("the first page came", () => pages.length > 0),
    has: (count: number) => until(`${count} changes are told`, () => entries().length >= count),
    ended,
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

export function feedCases(harness: StoreHarness): void {
  test("whoever follows from now on hears of what comes, from every replica, and of nothing else", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    await startHeld(store, "before");
    const all = follow(other, "now");
    await all.begun();
    const header = headerOf("a", { labels: { city: "oslo" }, version: 3 });
    const { lease, state } = await startHeld(store, "a", { header });
    await startHeld(other, "b");
    await startHeld(store, "x", { header: headerOf("x", { namespace: "other" }) });
    await store.commit(lease, commitOf(header, state, completed(state), { at: EPOCH + 20 }));
    await all.has(3);
    const { definition, version, labels } = header;
    const change: FeedEntry = {
      namespace: "default",
      sagaId: "a",
      definition,
      version,
      labels,
      status: "COMPLETED",
      direction: "forward",
      revision: 2,
      at: EPOCH + 20,
    };
    expect(all.entries().at(-1)).toEqual(change);
    expect(all.told().sort()).toEqual(["a1", "a2", "b1"]);
    await all.stop();
  });

  test("a cursor goes on where it was, whichever replica is asked", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const first = follow(store, "now");
    await first.begun();
    await startHeld(store, "a");
    await first.has(1);
    await first.stop();
    await startHeld(store, "b");
    const second = follow(other, first.cursor());
    await second.has(1);
    await startHeld(store, "c");
    await second.has(2);
    expect(second.told()).toEqual(["b1", "c1"]);
    await second.stop();
    const third = follow(store, second.cursor());
    await third.begun();
    expect(third.told()).toEqual([]);
    await third.stop();
  });

  test("from the oldest on, everything that is kept is told", async () => {
    const store = await harness.replica();
    for (const id of ["a", "b", "c"]) await startHeld(store, id);
    const all = follow(store, "oldest");
    await all.has(3);
    expect(all.told().sort()).toEqual(["a1", "b1", "c1"]);
    await all.stop();
  });

  test("the changes of each saga come in order and none is missing, live and while catching up", async () => {
    const stores = [await harness.replica(), await harness.replica()];
    const early = follow(stores[1]!, "now");
    await early.begun();
    const late: ReturnType<typeof follow>[] = [];
    const sagas = await Promise.all(Array.from({ length: 20 }, (_, i) => startHeld(stores[i % 2]!, `s${i}-`)));
    for (let round = 0; round < 10; round++) {
      const commits = sagas.map(({ lease, header, state }, i) =>
        stores[i % 2]!.commit(lease, commitOf(header, state, state)),
      );
      if (round % 3 === 0) late.push(follow(stores[round % 2]!, "oldest"));
      await Promise.all(commits);
    }
    for (const one of [early, ...late]) {
      await one.has(220);
      const bySaga = Map.groupBy(one.entries(), ({ sagaId }) => sagaId);
      for (const changes of bySaga.values()) {
        expect(changes.map(({ revision }) => revision)).toEqual(Array.from({ length: 11 }, (_, i) => i + 1));
      }
      await one.stop();
    }
  });

  test("who is slow misses nothing", async () => {
    const store = await harness.replica();
    const stop = new AbortController();
    const iterator = store.feed({ namespace: "default", from: "now" }, stop.signal)[Symbol.asyncIterator]();
    await iterator.next();
    const { lease, header, state } = await startHeld(store, "a");
    const count = 3000;
    for (let i = 1; i < count; i++) await store.commit(lease, commitOf(header, state, state));
    const revisions: number[] = [];
    while (revisions.length < count) {
      const { value } = (await iterator.next()) as { value: FeedPage };
      revisions.push(...value.entries.map(({ revision }) => revision));
    }
    expect(revisions).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    stop.abort();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test("what is no cursor, or one of another namespace, is out of range", async () => {
    const store = await harness.replica();
    await startHeld(store, "a");
    const other = follow(store, "oldest", "other");
    await other.begun();
    await other.stop();
    for (const from of [{ cursor: "" }, { cursor: "rubbish" }, other.cursor()]) {
      await expect(follow(store, from).ended).rejects.toMatchObject({ code: "CURSOR_OUT_OF_RANGE" });
    }
  });

  test("a cursor behind what is kept is out of range; one at the end of it goes on", async () => {
    const store = await harness.replica();
    await startHeld(store, "a");
    const behind = follow(store, "now");
    await behind.begun();
    await behind.stop();
    const sagas = await Promise.all(Array.from({ length: 12 }, (_, i) => startHeld(store, `s${i}`)));
    const atTheEnd = follow(store, "now");
    await atTheEnd.begun();
    await atTheEnd.stop();
    await harness.trimFeed();
    const { lease, header, state } = sagas[0]!;
    await store.commit(lease, commitOf(header, state, state));
    await expect(follow(store, behind.cursor()).ended).rejects.toMatchObject({ code: "CURSOR_OUT_OF_RANGE" });
    const going = follow(store, atTheEnd.cursor());
    await going.has(1);
    expect(going.told()).toEqual(["s02"]);
    await going.stop();
    const oldest = follow(store, "oldest");
    await oldest.has(1);
    expect(oldest.told()).toEqual(["s02"]);
    await oldest.stop();
  });

  test("a hundred follow at once, and end with the store", async () => {
    const store = await harness.replica();
    const all = Array.from({ length: 100 }, () => follow(store, "now"));
    await Promise.all(all.map((one) => one.begun()));
    await store.start(newSaga("a"));
    await Promise.all(all.map((one) => one.has(1)));
    await store.close();
    await Promise.all(all.map((one) => one.ended));
  });
}
