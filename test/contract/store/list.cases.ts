import { expect, test } from "vitest";
import type { ListQuery, Store } from "../../../orchestrator/src/store/store.ts";
import type { StoreHarness } from "./harness.ts";
import { commitOf, completed, EPOCH, headerOf, newSaga, runningState, startHeld } from "./sagas.ts";

const all: ListQuery = {
  namespace: "default",
  statuses: [],
  definition: undefined,
  labels: {},
  createdFrom: undefined,
  createdBefore: undefined,
  pageSize: 100,
  after: undefined,
};

/** Sagas s00 to s29, one per 10 ms but for s10 to s19, which are of one moment; every third with a label, every second a ride. */
async function fill(store: Store): Promise<string[]> {
  const ids = Array.from({ length: 30 }, (_, i) => `s${String(i).padStart(2, "0")}`);
  await Promise.all(
    ids.map((id, i) => {
      const createdAt = EPOCH + (i >= 10 && i < 20 ? 100 : i * 10);
      const labels: Record<string, string> = i % 3 === 0 ? { city: "oslo" } : {};
      const header = headerOf(id, { definition: i % 2 === 0 ? "ride" : "order", labels });
      return store.start(newSaga(id, { header, state: runningState({ createdAt }) }));
    }),
  );
  await store.start(newSaga("x", { header: headerOf("x", { namespace: "other" }) }));
  return ids.reverse();
}

export function listCases(harness: StoreHarness): void {
  test("lists are newest first and stay inside their namespace", async () => {
    const store = await harness.replica();
    const ids = await fill(store);
    expect(idsOf(await store.list(all))).toEqual(ids);
    expect(idsOf(await store.list({ ...all, namespace: "other" }))).toEqual(["x"]);
    expect(await store.list({ ...all, namespace: "none" })).toEqual([]);
  });

  test("pages go through a list without gap or repeat, also where many sagas are of one moment", async () => {
    const store = await harness.replica();
    const ids = await fill(store);
    for (const pageSize of [1, 4, 7]) {
      const seen: string[] = [];
      let after: ListQuery["after"];
      for (;;) {
        const page = await store.list({ ...all, pageSize, after });
        seen.push(...idsOf(page));
        const last = page.at(-1);
        if (!last) break;
        after = { createdAt: last.state.createdAt, sagaId: last.header.sagaId };
      }
      expect(seen).toEqual(ids);
    }
  });

  test("filters are met all at once", async () => {
    const store = await harness.replica();
    const ids = await fill(store);
    const number = (id: string) => Number(id.slice(1));
    const query = { ...all, definition: "ride", labels: { city: "oslo" } };
    expect(idsOf(await store.list(query))).toEqual(ids.filter((id) => number(id) % 6 === 0));
    expect(idsOf(await store.list({ ...query, pageSize: 2 }))).toEqual(["s24", "s18"]);
    const range = { ...all, createdFrom: EPOCH + 30, createdBefore: EPOCH + 60 };
    expect(idsOf(await store.list(range))).toEqual(["s05", "s04", "s03"]);
    expect(await store.list({ ...all, labels: { city: "rome" } })).toEqual([]);
    expect(await store.list({ ...all, statuses: ["COMPLETED"] })).toEqual([]);
  });

  test("a saga is listed by its present status and counted by it", async () => {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    await startHeld(store, "b");
    await store.commit(lease, commitOf(header, state, { ...state, status: "COMPENSATING", direction: "backward" }));
    expect(idsOf(await store.list({ ...all, statuses: ["COMPENSATING"] }))).toEqual(["a"]);
    expect(idsOf(await store.list({ ...all, statuses: ["RUNNING"] }))).toEqual(["b"]);
    expect(idsOf(await store.list({ ...all, statuses: ["RUNNING", "COMPENSATING"] }))).toEqual(["b", "a"]);
    const { byStatus } = await store.stats();
    expect(byStatus).toMatchObject({ RUNNING: 1, COMPENSATING: 1, COMPLETED: 0 });
  });

  test("finished sagas go when their retention is over, and nothing else does", async () => {
    const store = await harness.replica();
    const finish = async (id: string, retainUntil: number) => {
      const header = headerOf(id, { labels: { city: "oslo" } });
      const { lease, state } = await startHeld(store, id, { header });
      const then = { kind: "finish", retainUntil } as const;
      await store.commit(lease, commitOf(header, state, completed(state), { then }));
    };
    await Promise.all(["a", "b", "c"].map((id) => finish(id, store.now() - 1)));
    await finish("kept", store.now() + 60_000);
    await startHeld(store, "running");
    expect((await store.retire(2)) + (await store.retire(2))).toBe(3);
    expect(await store.retire(2)).toBe(0);
    expect(await store.get(headerOf("a"))).toBeUndefined();
    expect(idsOf(await store.list(all))).toEqual(["running", "kept"]);
    expect(idsOf(await store.list({ ...all, labels: { city: "oslo" } }))).toEqual(["kept"]);
    expect((await store.stats()).byStatus).toMatchObject({ COMPLETED: 1, RUNNING: 1 });
    expect(await store.start(newSaga("a"))).toMatchObject({ kind: "started" });
  });
}

function idsOf(records: Awaited<ReturnType<Store["list"]>>): string[] {
  return records.map(({ header }) => header.sagaId);
}
