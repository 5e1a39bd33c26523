import { expect, test } from "vitest";
import { until } from "../../support/until.ts";
import type { StoreHarness } from "./harness.ts";
import {
  cancel,
  commitOf,
  completed,
  doneEvent,
  EPOCH,
  headerOf,
  receiveOne,
  reclaimOne,
  startHeld,
  stepDone,
} from "./sagas.ts";

/** What ends a lease, each for a saga of its own. */
const endings = [
  ["p", { kind: "park", wakeAt: undefined }],
  ["f", { kind: "finish", retainUntil: EPOCH }],
] as const;

export function commitCases(harness: StoreHarness): void {
  test("commits count revisions and read back as they were written", async () => {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    const second = stepDone(state, 0);
    expect(await store.commit(lease, commitOf(header, state, second))).toEqual({
      kind: "committed",
      revision: 2,
      inbox: [],
    });
    const third = stepDone(second, 1);
    expect(await store.commit(lease, commitOf(header, second, third))).toMatchObject({ revision: 3 });
    expect(await store.get(header)).toEqual({
      header,
      state: third,
      revision: 3,
      updatedAt: EPOCH + 10,
      wakeAt: undefined,
    });
  });

  test("every commit's history is kept in order, with the payloads of its time", async () => {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    const second = stepDone(state, 0);
    const failure = { kind: "REJECTED", code: "NO", message: "no" } as const;
    await store.commit(lease, commitOf(header, state, second, { history: [doneEvent] }));
    const steps = second.steps.map((step, i) => (i === 0 ? { ...step, output: '{"again":1}', failure } : step));
    const third = { ...second, steps };
    const history = [
      { kind: "stepDone", step: 0, output: '{"again":1}' },
      { kind: "stepRejected", step: 1, failure },
      { kind: "compensationStarted", failure },
      { kind: "stepFailed", step: 1, failure, effect: "none", nextAttemptAt: undefined },
    ] as const;
    await store.commit(lease, commitOf(header, second, third, { history, at: EPOCH + 20 }));
    const kept = await store.history(header);
    expect(kept?.record.revision).toBe(3);
    expect(kept?.batches).toEqual([
      {
        revision: 1,
        at: EPOCH,
        events: [{ kind: "sagaStarted" }, { kind: "stepStarted", step: 0, attempt: 1, input: '{"n":1}' }],
      },
      { revision: 2, at: EPOCH + 10, events: [doneEvent] },
      { revision: 3, at: EPOCH + 20, events: history },
    ]);
  });

  test("a payload that is taken away is gone", async () => {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    const after = { ...state, steps: state.steps.map((step) => ({ ...step, input: undefined })) };
    await store.commit(lease, commitOf(header, state, after));
    expect((await store.get(header))?.state).toEqual(after);
  });

  test("an owner that lost its lease commits nothing", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { lease, header, state } = await startHeld(store, "a");
    const { lease: newLease, record } = await reclaimOne(other);
    expect(await store.commit(lease, commitOf(header, state, completed(state)))).toEqual({ kind: "fenced" });
    expect(await other.commit(newLease, commitOf(header, record.state, stepDone(record.state, 0)))).toMatchObject({
      revision: 2,
    });
  });

  test("after park and finish the lease is over", async () => {
    const store = await harness.replica();
    for (const [id, then] of endings) {
      const { lease, header, state } = await startHeld(store, id);
      expect(await store.commit(lease, commitOf(header, state, completed(state), { then }))).toMatchObject({
        kind: "committed",
      });
      expect(await store.commit(lease, commitOf(header, state, state))).toEqual({ kind: "fenced" });
    }
  });

  test("park and finish are refused while there is mail, and write nothing", async () => {
    const store = await harness.replica();
    for (const [id, then] of endings) {
      const { lease, header, state } = await startHeld(store, id);
      await store.append(header, cancel("r1"));
      const refused = await store.commit(lease, commitOf(header, state, completed(state), { then }));
      expect(refused).toEqual({ kind: "mail", inbox: [cancel("r1")] });
      expect((await store.get(header))?.revision).toBe(1);
      const results = [{ requestId: "r1", refusal: undefined }];
      const again = commitOf(header, state, completed(state), { then, consumed: 1, results });
      expect(await store.commit(lease, again)).toEqual({ kind: "committed", revision: 2, inbox: [] });
    }
  });

  test("a commit tells of new mail and keeps what it did not apply", async () => {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    await store.append(header, cancel("r1"));
    expect(await store.commit(lease, commitOf(header, state, state))).toMatchObject({ inbox: [cancel("r1")] });
    await store.append(header, cancel("r2"));
    const results = [{ requestId: "r1", refusal: "PAST_PIVOT" }] as const;
    const applied = await store.commit(lease, commitOf(header, state, state, { consumed: 1, results }));
    expect(applied).toMatchObject({ inbox: [cancel("r2")] });
    expect(await store.result(header, "r1")).toEqual(results[0]);
    expect(await store.result(header, "r2")).toBeUndefined();
    expect(await store.readInbox(lease)).toEqual([cancel("r2")]);
  });

  test("the last 64 results are kept", async () => {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    for (let i = 0; i < 66; i++) {
      const results = [{ requestId: `r"${i}`, refusal: undefined }];
      await store.commit(lease, commitOf(header, state, state, { results }));
    }
    expect(await store.result(header, 'r"1')).toBeUndefined();
    expect(await store.result(header, 'r"2')).toEqual({ requestId: 'r"2', refusal: undefined });
    expect(await store.result(header, 'r"65')).toEqual({ requestId: 'r"65', refusal: undefined });
  });

  test("hundreds of sagas commit at once, each its own", async () => {
    const store = await harness.replica();
    const sagas = await Promise.all(Array.from({ length: 300 }, (_, i) => startHeld(store, `s${i}`)));
    const done = await Promise.all(
      sagas.map(({ lease, header, state }, i) =>
        store.commit(lease, commitOf(header, state, stepDone(state, 0, `{"i":${i}}`))),
      ),
    );
    expect(done.every((answer) => answer.kind === "committed" && answer.revision === 2)).toBe(true);
    const read = await Promise.all(sagas.map(({ header }) => store.get(header)));
    expect(read.map((record) => record?.state.steps[0]?.output)).toEqual(sagas.map((_, i) => `{"i":${i}}`));
  });

  test("a change is told to watchers here with its record, and to watchers elsewhere with or without it", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { lease, header, state } = await startHeld(store, "a");
    const here: unknown[] = [];
    const elsewhere: unknown[] = [];
    const stops = [
      store.watch(header, (change) => here.push(change)),
      other.watch(header, (change) => elsewhere.push(change)),
    ];
    const results = [{ requestId: "r", refusal: undefined }];
    await store.commit(lease, commitOf(header, state, completed(state), { results }));
    expect(here).toMatchObject([
      { key: { sagaId: "a" }, revision: 2, status: "COMPLETED", record: { revision: 2 }, results },
    ]);
    await until("the other replica hears of it", () =>
      elsewhere.some((change) => (change as { revision: number }).revision === 2),
    );
    expect(elsewhere.at(-1)).toMatchObject({ key: { sagaId: "a" }, status: "COMPLETED" });
    for (const stop of stops) stop();
    await store.commit(lease, commitOf(header, completed(state), state));
    expect(here).toHaveLength(1);
  });

  test("a watcher hears of a saga that another replica took over", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const { lease, header, state } = await startHeld(store, "a");
    const revisions: number[] = [];
    store.watch(header, ({ revision }) => revisions.push(revision));
    await store.release(lease);
    const claimed = await receiveOne(other);
    await other.commit(claimed.lease, commitOf(header, state, completed(state)));
    await until("the first replica hears of it", () => revisions.includes(2));
    expect(await store.get(headerOf("a"))).toMatchObject({ revision: 2 });
  });
}
