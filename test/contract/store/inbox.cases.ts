import { expect, test } from "vitest";
import { until } from "../../support/until.ts";
import { LEASE_MS, type StoreHarness } from "./harness.ts";
import { cancel, commitOf, completed, EPOCH, headerOf, receiveOne, startHeld, startParked } from "./sagas.ts";

export function inboxCases(harness: StoreHarness): void {
  test("an item for a parked saga brings it to an owner, with the item", async () => {
    const store = await harness.replica();
    const header = await startParked(store, "a", undefined);
    expect(await store.append(header, cancel("r1"))).toEqual({ kind: "appended" });
    expect(await receiveOne(store)).toMatchObject({ record: { header }, inbox: [cancel("r1")] });
  });

  test("an item for a saga with an owner pokes the owner", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const pokes: string[] = [];
    const stop = store.onPoke(({ sagaId }) => pokes.push(sagaId));
    const { header, lease } = await startHeld(store, "a");
    // A hint may be lost while nobody listens yet.
    let sent = 0;
    await until("a poke came", async () => {
      await store.renew([lease]);
      await other.append(header, cancel(`r${sent++}`));
      return pokes.length > 0;
    });
    expect(new Set(pokes)).toEqual(new Set(["a"]));
    stop();
  });

  test("a request id is written once", async () => {
    const store = await harness.replica();
    const { lease, header } = await startHeld(store, "a");
    const ids = ["r1", "r2", "r1", "r12", "r1"];
    for (const id of ids) expect(await store.append(header, cancel(id))).toEqual({ kind: "appended" });
    expect(await store.readInbox(lease)).toEqual([cancel("r1"), cancel("r2"), cancel("r12")]);
  });

  test("a request id that was answered gives its answer, also when the saga is final", async () => {
    const store = await harness.replica();
    const { lease, header, state } = await startHeld(store, "a");
    await store.append(header, cancel("r1"));
    const results = [{ requestId: "r1", refusal: "PAST_PIVOT" }] as const;
    await store.commit(lease, commitOf(header, state, state, { consumed: 1, results }));
    expect(await store.append(header, cancel("r1"))).toEqual({ kind: "answered", refusal: "PAST_PIVOT" });
    const then = { kind: "finish", retainUntil: EPOCH } as const;
    await store.commit(lease, commitOf(header, state, completed(state), { then }));
    expect(await store.append(header, cancel("r1"))).toEqual({ kind: "answered", refusal: "PAST_PIVOT" });
    expect(await store.append(header, cancel("r2"))).toEqual({ kind: "final" });
  });

  test("a saga that is not there takes nothing", async () => {
    const store = await harness.replica();
    expect(await store.append(headerOf("none"), cancel("r1"))).toEqual({ kind: "missing" });
  });

  test("many appends at once to a parked saga make one command", async () => {
    const [store, other] = [await harness.replica(), await harness.replica()];
    const header = await startParked(store, "a", undefined);
    await Promise.all(Array.from({ length: 20 }, (_, i) => [store, other][i % 2]!.append(header, cancel(`r${i}`))));
    const claimed = await receiveOne(store);
    expect(claimed.inbox).toHaveLength(20);
    expect(await other.receive(1, AbortSignal.timeout(LEASE_MS / 4))).toEqual([]);
    expect((await store.stats()).backlog).toBe(0);
  });

  test("while appends, wake-ups and parking race, a saga has one owner at a time and no item is lost", async () => {
    const stores = [await harness.replica(), await harness.replica()];
    const header = await startParked(stores[0]!, "a", undefined);
    const applied: string[] = [];
    let owners = 0;
    const stop = new AbortController();
    const drive = async (store: (typeof stores)[number]) => {
      while (!stop.signal.aborted) {
        for (const { lease, record, inbox } of await store.receive(1, stop.signal)) {
          expect(++owners).toBe(1);
          let mail = inbox;
          for (;;) {
            const results = mail.map(({ requestId }) => ({ requestId, refusal: undefined }));
            const then = { kind: "park", wakeAt: store.now() } as const;
            const commit = commitOf(header, record.state, record.state, { then, consumed: mail.length, results });
            owners--;
            const answer = await store.commit(lease, commit);
            if (answer.kind !== "mail") {
              expect(answer.kind).toBe("committed");
              applied.push(...results.map(({ requestId }) => requestId));
              break;
            }
            owners++;
            mail = answer.inbox;
          }
        }
      }
    };
    const drivers = stores.map(drive);
    const sent: string[] = [];
    for (let i = 0; i < 60; i++) {
      sent.push(`r${i}`);
      await Promise.all([
        stores[i % 2]!.append(header, cancel(`r${i}`)),
        stores[0]!.wakeDue(10),
        stores[1]!.wakeDue(10),
      ]);
    }
    await until("all items are applied", () => applied.length >= sent.length);
    stop.abort();
    await Promise.all(drivers);
    expect(applied.sort()).toEqual(sent.sort());
  });
}
