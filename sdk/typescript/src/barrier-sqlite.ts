import { setTimeout as delay } from "node:timers/promises";
import { type Barrier, type BarrierSession, createBarrier } from "./barrier.ts";
import { type StoredRow, toRow } from "./barrier-rules.ts";

/** What the barrier uses of a prepared statement; node:sqlite and better-sqlite3 both have it. */
export interface SqliteStatement {
  run(...parameters: (string | number)[]): { changes: number | bigint };
  get(...parameters: (string | number)[]): unknown;
}

/** What the barrier uses of a connection: `DatabaseSync` of node:sqlite, or a `Database` of better-sqlite3. */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
}

const schema = `
  CREATE TABLE IF NOT EXISTS backstitch_barrier (
    effect_id   TEXT PRIMARY KEY,
    saga_id     TEXT NOT NULL,
    do_answer   TEXT,             -- JSON; null: the Do never came
    undo_answer TEXT,             -- JSON; null: the Undo never came
    written_at  INTEGER NOT NULL  -- milliseconds since the epoch
  );
  CREATE INDEX IF NOT EXISTS backstitch_barrier_written_at ON backstitch_barrier (written_at);`;

/** How long a transaction without deadline waits for another process that writes. */
const busyWaitMs = 10_000;

/**
 * A barrier in SQLite. Handlers get the connection, inside a transaction begun with BEGIN IMMEDIATE.
 * Transactions of one connection run one after the other, also when a handler waits for something in between; so give
 * the barrier a connection of its own, or keep other work on it out of the way of its transactions. A connection's
 * busy_timeout blocks the whole process; while it is 0, the barrier waits for other processes without blocking.
 */
export function sqliteBarrier<Db extends SqliteDatabase>(db: Db): Barrier<Db> {
  const enqueue = queueOf(db);
  let prepared: Statements | undefined;

  function statements(): Statements {
    // Not before install() has made the table.
    prepared ??= prepareStatements(db);
    return prepared;
  }

  const session: BarrierSession<Db> = {
    tx: db,
    claim({ effectId, sagaId }) {
      const { insert, select } = statements();
      if (Number(insert.run(effectId, sagaId, Date.now()).changes) === 1) return undefined;
      return toRow(select.get(effectId) as StoredRow);
    },
    savepoint() {
      statements().savepoint.run();
    },
    rollbackToSavepoint() {
      statements().rollbackTo.run();
    },
    // After some failures SQLite rolls back all of a transaction. Had the handler taken no notice, its answer would be
    // recorded without its work.
    releaseSavepoint() {
      statements().release.run();
    },
    record({ effectId }, direction, answer) {
      const { recordDo, recordUndo } = statements();
      (direction === "do" ? recordDo : recordUndo).run(JSON.stringify(answer), Date.now(), effectId);
    },
  };

  async function inTransaction<T>(untilMs: number, work: () => T | Promise<T>): Promise<T> {
    const { begin, commit, rollback } = statements();
    const begun = whileBusy(untilMs, begin);
    if (begun !== undefined) await begun;
    try {
      const result = await work();
      const committed = whileBusy(untilMs, commit);
      if (committed !== undefined) await committed;
      return result;
    } catch (error) {
      try {
        rollback.run();
      } catch {
        // SQLite has rolled back by itself, as it does on a full disk.
      }
      throw error;
    }
  }

  return createBarrier<Db>({
    install: () => enqueue(async () => void db.exec(schema)),
    transaction(context, work) {
      return enqueue(() => inTransaction(context.deadline?.getTime() ?? Date.now() + busyWaitMs, () => work(session)));
    },
    clean: (beforeMs, atMost) =>
      enqueue(() =>
        inTransaction(Date.now() + busyWaitMs, () => Number(statements().clean.run(beforeMs, atMost).changes)),
      ),
  });
}

type Enqueue = <T>(work: () => Promise<T>) => Promise<T>;

const queues = new WeakMap<object, Enqueue>();

/** The queue of a connection: work runs one after the other, in order. Shared by all barriers on it. */
function queueOf(db: object): Enqueue {
  let enqueue = queues.get(db);
  if (enqueue === undefined) {
    let last: Promise<unknown> = Promise.resolve();
    enqueue = (work) => {
      const result = last.then(work);
      last = result.catch(() => {});
      return result;
    };
    queues.set(db, enqueue);
  }
  return enqueue;
}

/** Runs a statement until it is not refused as busy. Gives a promise only if it has to wait. */
function whileBusy(untilMs: number, statement: SqliteStatement): Promise<void> | undefined {
  try {
    statement.run();
    return undefined;
  } catch (error) {
    if (!isBusy(error)) throw error;
    return retryWhileBusy(untilMs, statement, error);
  }
}

async function retryWhileBusy(untilMs: number, statement: SqliteStatement, first: unknown): Promise<void> {
  let error = first;
  while (Date.now() < untilMs) {
    await delay(2 + Math.random() * 8);
    try {
      statement.run();
      return;
    } catch (again) {
      if (!isBusy(again)) throw again;
      error = again;
    }
  }
  throw error;
}

/** SQLITE_BUSY is 5, its extended codes have it in the low byte; better-sqlite3 gives names. */
function isBusy(error: unknown): boolean {
  const { errcode, code } = error as { errcode?: number; code?: string };
  return (errcode !== undefined && (errcode & 0xff) === 5) || code?.startsWith("SQLITE_BUSY") === true;
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: SqliteDatabase) {
  return {
    begin: db.prepare("BEGIN IMMEDIATE"),
    commit: db.prepare("COMMIT"),
    rollback: db.prepare("ROLLBACK"),
    savepoint: db.prepare("SAVEPOINT backstitch_handler"),
    rollbackTo: db.prepare("ROLLBACK TO backstitch_handler"),
    release: db.prepare("RELEASE backstitch_handler"),
    insert: db.prepare(
      "INSERT INTO backstitch_barrier (effect_id, saga_id, written_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    ),
    select: db.prepare("SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = ?"),
    recordDo: db.prepare("UPDATE backstitch_barrier SET do_answer = ?, written_at = ? WHERE effect_id = ?"),
    recordUndo: db.prepare("UPDATE backstitch_barrier SET undo_answer = ?, written_at = ? WHERE effect_id = ?"),
    clean: db.prepare(
      `DELETE FROM backstitch_barrier WHERE effect_id IN
        (SELECT effect_id FROM backstitch_barrier WHERE written_at < ? LIMIT ?)`,
    ),
  };
}
