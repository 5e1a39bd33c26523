import { expect, test } from "vitest";
import type { InboxItem, SagaHeader, Store } from "../../../orchestrator/src/store/store.ts";
import type { StoreHarness } from "./harness.ts";
import { cancel, commitOf, completed, headerOf, receiveOne, startHeld } from "./sagas.ts";

function compensate(requestId: string): InboxItem {
  const command = { kind: "compensate", identity: "parent", reason: "undone", expectedRevision: undefined } as const;
  return { requestId, command };
}

export function reopenCases(harness: StoreHarness): void {
  const finish = async (store: Store, id: string, retainUntil: number, header: Partial<SagaHeader> = {}) => {
    const held = await startHeld(store, id, { header: headerOf(id, header) });
    const then = { kind: "finish", retainUntil } as const;
    await store.commit(held.lease, commitOf(held.header, held.state, completed(held.state), { then }));
    return held.header;
  };

  test("a completed saga that is to be compensated comes to an owner, once, and is not deleted meanwhile", async () => {
    const store = await harness.replica();
    const header = await finish(store, "a", store.now() - 1);
    expect(await store.append(header, cancel("r1"))).toEqual({ kind: "final" });
    for (let i = 0; i < 2; i++) expect(await store.append(header, compensate("r2"))).toEqual({ kind: "appended" });
    const { lease, record, inbox } = await receiveOne(store);
    expect(inbox).toMatchObject([{ requestId: "r2", command: { kind: "compensate" } }]);
    expect(record).toMatchObject({ header, revision: 2, state: { status: "COMPLETED" } });
    expect(await store.retire(10)).toBe(0);

    const turned = { ...record.state, status: "COMPENSATING", direction: "backward", finishedAt: undefined } as const;
    const results = [{ requestId: "r2", refusal: undefined }];
    const commit = commitOf(header, record.state, turned, { consumed: 1, results });
    expect(await store.commit(lease, commit)).toMatchObject({ kind: "committed", revision: 3 });
    expect((await store.stats()).byStatus).toMatchObject({ COMPLETED: 0, COMPENSATING: 1 });
    expect(await store.retire(10)).toBe(0);
    const undone = { ...turned, status: "COMPENSATED", finishedAt: record.state.finishedAt } as const;
    const then = { kind: "finish", retainUntil: store.now() - 1 } as const;
    await store.commit(lease, commitOf(header, turned, undone, { then }));
    expect(await store.append(header, compensate("r3"))).toEqual({ kind: "final" });
    expect(await store.retire(10)).toBe(1);
    expect(await store.get(header)).toBeUndefined();
  });

  test("a completed saga that refuses to be compensated ends as before", async () => {
    const store = await harness.replica();
    const header = await finish(store, "a", store.now() + 60_000);
    await store.append(header, compensate("r1"));
    const { lease, record } = await receiveOne(store);
    const results = [{ requestId: "r1", refusal: "PAST_PIVOT" }] as const;
    const then = { kind: "finish", retainUntil: store.now() - 1 } as const;
    const again = commitOf(header, record.state, record.state, { consumed: 1, results, then });
    expect(await store.commit(lease, again)).toMatchObject({ kind: "committed" });
    expect(await store.append(header, compensate("r1"))).toEqual({ kind: "answered", refusal: "PAST_PIVOT" });
    expect(await store.retire(10)).toBe(1);
    expect((await store.stats()).byStatus).toMatchObject({ COMPLETED: 0, RUNNING: 0 });
  });

  test("a child is kept while its parent, or a parent of that, is not final", async () => {
    const store = await harness.replica("one", { development: true });
    const over = store.now() - 1;
    const root = await startHeld(store, "root");
    await finish(store, "middle", over, { parent: { sagaId: "root", step: 0, stepName: "run", round: 0, depth: 1 } });
    const child = await finish(store, "child", over, {
      parent: { sagaId: "middle", step: 1, stepName: "run", round: 2, depth: 2 },
    });
    await finish(store, "orphan", over, { parent: { sagaId: "gone", step: 0, stepName: "run", round: 0, depth: 1 } });
    expect(await store.retire(10)).toBe(1);
    expect(await store.get(child)).toMatchObject({
      header: { parent: { sagaId: "middle", step: 1, stepName: "run", round: 2 } },
    });

    const then = { kind: "finish", retainUntil: store.now() + 10 * 3_600_000 } as const;
    await store.commit(root.lease, commitOf(root.header, root.state, completed(root.state), { then }));
    expect(await store.retire(10)).toBe(0);
    await store.advance(3_601_000);
    await store.wakeDue(1);
    expect(await store.retire(10)).toBe(2);
    expect(await store.get(root.header)).toBeDefined();
  });
}
