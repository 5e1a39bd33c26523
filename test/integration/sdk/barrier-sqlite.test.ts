import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sqliteBarrier } from "../../../sdk/typescript/src/index.ts";
import { barrierContract, newContext } from "./barrier-contract.ts";

const folder = mkdtempSync(join(tmpdir(), "backstitch-sqlite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open() {
  const db = new DatabaseSync(join(folder, "barrier.db"));
  db.exec("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS ledger (effect_id TEXT)");
  const barrier = sqliteBarrier(db);
  await barrier.install();
  const number = (sql: string, ...values: string[]) => Number((db.prepare(sql).get(...values) as { n: number }).n);
  return {
    db,
    barrier,
    add: (tx: DatabaseSync, effectId: string) => tx.prepare("INSERT INTO ledger VALUES (?)").run(effectId),
    remove: (tx: DatabaseSync, effectId: string) => tx.prepare("DELETE FROM ledger WHERE effect_id = ?").run(effectId),
    count: async (effectId: string) => number("SELECT count(*) AS n FROM ledger WHERE effect_id = ?", effectId),
    barrierRows: async () => number("SELECT count(*) AS n FROM backstitch_barrier"),
    close: async () => db.close(),
  };
}

barrierContract("SQLite", open);

describe("the barrier over two SQLite connections", () => {
  let first: Awaited<ReturnType<typeof open>>;
  let second: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    first = await open();
    second = await open();
  });
  afterAll(async () => {
    await first.close();
    await second.close();
  });

  test("one waits while the other's handler holds the database, without blocking the process", async () => {
    const [one, other] = [newContext(), newContext()];
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const slow = first.barrier.action({
      async do(tx) {
        first.add(tx, one.effectId);
        begun.resolve();
        await gate.promise;
      },
    });
    const quick = second.barrier.action({ do: (tx) => void second.add(tx, other.effectId) });
    const doing = slow.do({}, one);
    await begun.promise;
    const waiting = quick.do({}, other);
    setTimeout(() => gate.resolve(), 60);
    await Promise.all([doing, waiting]);
    expect(await first.count(one.effectId)).toBe(1);
    expect(await first.count(other.effectId)).toBe(1);
  });

  test("where SQLite rolls the transaction back by itself, and the handler takes no notice, nothing is recorded", async () => {
    const context = newContext();
    let rollsBack = true;
    const action = first.barrier.action({
      do: (tx) => void first.add(tx, context.effectId),
      undo(tx) {
        first.remove(tx, context.effectId);
        if (!rollsBack) return;
        tx.exec("CREATE TEMP TABLE IF NOT EXISTS one (id INTEGER PRIMARY KEY)");
        try {
          tx.exec("INSERT INTO one VALUES (1); INSERT OR ROLLBACK INTO one VALUES (1)");
        } catch {
          // No notice.
        }
      },
    });
    await action.do({}, context);
    await expect(action.undo?.({}, context)).rejects.toThrow();
    expect(await first.count(context.effectId)).toBe(1);
    rollsBack = false;
    await action.undo?.({}, context);
    expect(await first.count(context.effectId)).toBe(0);
  });

  test("a wait for the database ends with the deadline", async () => {
    const [one, other] = [newContext(), newContext({ deadline: new Date(Date.now() + 100) })];
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const slow = first.barrier.action({
      do: () => {
        begun.resolve();
        return gate.promise;
      },
    });
    const doing = slow.do({}, one);
    await begun.promise;
    let runs = 0;
    const late = second.barrier.action({ do: () => void runs++ });
    await expect(late.do({}, other)).rejects.toThrow();
    gate.resolve();
    await doing;
    expect(runs).toBe(0);
  });

  test("handlers that wait do not mix their transactions on one connection", async () => {
    const contexts = Array.from({ length: 5 }, () => newContext());
    const answers = await Promise.allSettled(
      contexts.map((context, i) =>
        first.barrier
          .action({
            async do(tx) {
              first.add(tx, context.effectId);
              await new Promise(setImmediate);
              if (i % 2 === 1) throw new Error("broken");
            },
          })
          .do({}, context),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    const counts = await Promise.all(contexts.map(({ effectId }) => first.count(effectId)));
    expect(counts).toEqual([1, 0, 1, 0, 1]);
  });
});
