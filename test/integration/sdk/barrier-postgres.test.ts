import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgresBarrier, rejected } from "../../../sdk/typescript/src/index.ts";
import { startPostgres, type TestPostgres } from "../../support/postgres.ts";
import { barrierContract, newContext } from "./barrier-contract.ts";

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server?.stop());

async function open(isolation = "read committed") {
  const pool = new pg.Pool({
    connectionString: server.url,
    max: 8,
    options: `-c default_transaction_isolation=${isolation.replace(" ", "\\ ")}`,
  });
  pool.on("error", () => {});
  await pool.query("CREATE TABLE IF NOT EXISTS ledger (effect_id text)");
  await pool.query("CREATE TABLE IF NOT EXISTS account (name text PRIMARY KEY, balance int)");
  const barrier = postgresBarrier(pool);
  await barrier.install();
  const number = async (sql: string, ...values: string[]) => Number((await pool.query(sql, values)).rows[0].n);
  return {
    pool,
    barrier,
    add: (tx: pg.PoolClient, effectId: string) => tx.query("INSERT INTO ledger VALUES ($1)", [effectId]),
    remove: (tx: pg.PoolClient, effectId: string) => tx.query("DELETE FROM ledger WHERE effect_id = $1", [effectId]),
    count: (effectId: string) => number("SELECT count(*) AS n FROM ledger WHERE effect_id = $1", effectId),
    barrierRows: () => number("SELECT count(*) AS n FROM backstitch_barrier"),
    close: () => pool.end(),
  };
}

barrierContract("PostgreSQL", () => open());
barrierContract("PostgreSQL with serializable transactions", () => open("serializable"));

describe("the barrier in PostgreSQL when transactions collide or break", () => {
  let ledger: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    ledger = await open("serializable");
  });
  afterAll(() => ledger?.close());

  test("serialization failures are retried, and no update is lost", async () => {
    await ledger.pool.query("INSERT INTO account VALUES ('shared', 0)");
    let runs = 0;
    const action = ledger.barrier.action({
      async do(tx) {
        runs++;
        const { rows } = await tx.query("SELECT balance FROM account WHERE name = 'shared'");
        await new Promise(setImmediate);
        await tx.query("UPDATE account SET balance = $1 WHERE name = 'shared'", [rows[0].balance + 1]);
      },
    });
    await Promise.all(Array.from({ length: 4 }, () => action.do({}, newContext())));
    const { rows } = await ledger.pool.query("SELECT balance FROM account WHERE name = 'shared'");
    expect(rows[0].balance).toBe(4);
    expect(runs).toBeGreaterThan(4);
  });

  test("deadlocks are retried", async () => {
    await ledger.pool.query("INSERT INTO account VALUES ('a', 0), ('b', 0)");
    let meeting = 2;
    const met = Promise.withResolvers<void>();
    const transfer = (from: string, to: string) =>
      ledger.barrier.action({
        async do(tx) {
          await tx.query("SELECT set_config('deadlock_timeout', '50ms', true)");
          await tx.query("UPDATE account SET balance = balance - 1 WHERE name = $1", [from]);
          if (--meeting <= 0) met.resolve();
          await met.promise;
          await tx.query("UPDATE account SET balance = balance + 1 WHERE name = $1", [to]);
        },
      });
    await Promise.all([transfer("a", "b").do({}, newContext()), transfer("b", "a").do({}, newContext())]);
    expect(meeting).toBeLessThan(0);
    const { rows } = await ledger.pool.query("SELECT balance FROM account WHERE name IN ('a', 'b')");
    expect(rows).toEqual([{ balance: 0 }, { balance: 0 }]);
  });

  test("a connection that breaks under a handler fails the attempt, leaves nothing, and the next one succeeds", async () => {
    const context = newContext();
    let broken = false;
    const action = ledger.barrier.action({
      async do(tx) {
        await ledger.add(tx, context.effectId);
        if (broken) return;
        broken = true;
        const { rows } = await tx.query("SELECT pg_backend_pid() AS pid");
        const ended = new Promise((resolve) => tx.once("end", resolve));
        await ledger.pool.query("SELECT pg_terminate_backend($1)", [rows[0].pid]);
        await ended;
      },
    });
    await expect(action.do({}, context)).rejects.toThrow();
    expect(await ledger.count(context.effectId)).toBe(0);
    await action.do({}, context);
    expect(await ledger.count(context.effectId)).toBe(1);
  });

  test("a refusal after a failed statement is still recorded", async () => {
    const context = newContext();
    const action = ledger.barrier.action({
      async do(tx) {
        await tx.query("SELECT 1 / 0").catch(() => {});
        throw rejected("NO");
      },
    });
    expect(await action.do({}, context)).toMatchObject({ code: "NO" });
    expect(await action.do({}, context)).toMatchObject({ code: "NO" });
  });

  test("several processes may install at once where there is no table yet", async () => {
    for (let round = 0; round < 5; round++) {
      await ledger.pool.query(`CREATE SCHEMA fresh_${round}`);
      const pool = new pg.Pool({ connectionString: server.url, max: 8, options: `-c search_path=fresh_${round}` });
      try {
        await Promise.all(Array.from({ length: 8 }, () => pool.query("SELECT 1")));
        await Promise.all(Array.from({ length: 8 }, () => postgresBarrier(pool).install()));
      } finally {
        await pool.end();
      }
    }
  });

  test("a wait for another transaction on the same effect ends with the deadline", async () => {
    const context = newContext();
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const action = ledger.barrier.action({
      do: () => {
        begun.resolve();
        return gate.promise;
      },
    });
    const doing = action.do({}, context);
    await begun.promise;
    const late = action.do({}, newContext({ effectId: context.effectId, deadline: new Date(Date.now() + 200) }));
    await expect(late).rejects.toThrow("lock timeout");
    gate.resolve();
    await doing;
  });
});
