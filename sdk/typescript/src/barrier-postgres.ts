import { type Barrier, type BarrierSession, createBarrier } from "./barrier.ts";
import { type StoredRow, toRow } from "./barrier-rules.ts";
import type { DoContext } from "./context.ts";
import { type ClientOf, installSchema, inTransaction, type PostgresClient, type PostgresPool } from "./postgres.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS backstitch_barrier (
    effect_id   text PRIMARY KEY,
    saga_id     text NOT NULL,
    do_answer   text, -- JSON; null: the Do never came
    undo_answer text, -- JSON; null: the Undo never came
    written_at  timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX IF NOT EXISTS backstitch_barrier_written_at ON backstitch_barrier (written_at);`;

const installLock = 7_248_119_305;

/** How long a transaction without deadline waits for another one on the same effect. */
const lockWaitMs = 10_000;
/** What PostgreSQL can count in milliseconds; a deadline may be further away. */
const longestWaitMs = 2 ** 31 - 1;

/**
 * A barrier in PostgreSQL. Handlers get the pooled connection, inside its transaction; they must neither end the
 * transaction nor keep the connection. After a serialization failure or a deadlock the handler runs again in a new
 * transaction, so effects outside the database need the idempotency key.
 */
export function postgresBarrier<Pool extends PostgresPool>(pool: Pool): Barrier<ClientOf<Pool>> {
  type Client = ClientOf<Pool>;

  const transaction = <T>(begin: string, work: (client: Client) => Promise<T>) => inTransaction(pool, begin, work);

  return createBarrier<Client>({
    install: () => installSchema(pool, installLock, schema),
    transaction(context, work) {
      const leftMs = Math.ceil((context.deadline?.getTime() ?? Date.now() + lockWaitMs) - Date.now());
      const waitMs = Math.min(Math.max(1, leftMs), longestWaitMs);
      return transaction(`BEGIN; SET LOCAL lock_timeout = ${waitMs}`, (client) => work(sessionOf(client)));
    },
    clean: (beforeMs, atMost) =>
      transaction("BEGIN", async (client) => {
        const { rowCount } = await client.query(
          `DELETE FROM backstitch_barrier WHERE effect_id IN
             (SELECT effect_id FROM backstitch_barrier WHERE written_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
          [new Date(beforeMs), atMost],
        );
        return rowCount ?? 0;
      }),
  });
}

function sessionOf<Client extends PostgresClient>(client: Client): BarrierSession<Client> {
  async function run(text: string, values?: unknown[]): Promise<void> {
    await client.query(text, values);
  }
  return {
    tx: client,
    async claim({ effectId, sagaId }: DoContext) {
      const inserted = await client.query(
        "INSERT INTO backstitch_barrier (effect_id, saga_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        [effectId, sagaId],
      );
      if (inserted.rowCount === 1) return undefined;
      const { rows } = await client.query(
        "SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = $1 FOR UPDATE",
        [effectId],
      );
      const row = rows[0] as StoredRow | undefined;
      // Cleaned away between the two statements: the transaction starts over, as after any other conflict.
      if (row === undefined) throw Object.assign(new Error("the barrier's row has gone"), { code: "40001" });
      return toRow(row);
    },
    // The limit on waiting for locks was the barrier's; the handler's statements have the connection's own.
    savepoint: () => run("SET LOCAL lock_timeout TO DEFAULT; SAVEPOINT backstitch_handler"),
    rollbackToSavepoint: () => run("ROLLBACK TO SAVEPOINT backstitch_handler"),
    // A transaction that has failed records nothing: PostgreSQL itself sees to that.
    releaseSavepoint() {},
    record: ({ effectId }, direction, answer) =>
      run(`UPDATE backstitch_barrier SET ${direction}_answer = $1, written_at = now() WHERE effect_id = $2`, [
        JSON.stringify(answer),
        effectId,
      ]),
  };
}
