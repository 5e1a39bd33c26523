import { postgresBarrier } from "@backstitch/sdk";
import pg from "pg";
import type { Database, Sql, SqlValue } from "./database.ts";

/** Any fixed number: it keeps several processes from creating the same tables at once. */
const migrationLock = 5_390_127;

/** Connects to a PostgreSQL database. */
export async function openPostgres(dsn: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: dsn, max: 10 });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => {});
  const barrier = postgresBarrier(pool);
  await barrier.install();
  return {
    action: ({ do: apply, undo }) =>
      barrier.action({
        do: (client, input, context) => apply(postgresSql(client), input, context),
        undo: undo && ((client, input, context) => undo(postgresSql(client), input, context)),
      }),
    async migrate(statements) {
      // Statements that are sent together are one transaction.
      await pool.query(`SELECT pg_advisory_xact_lock(${migrationLock}); ${statements}`);
    },
    read: (read) => read(postgresSql(pool)),
    close: () => pool.end(),
  };
}

/** Reads over a connection of its own. */
export async function readPostgres<T>(dsn: string, read: (sql: Sql) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: dsn });
  await client.connect();
  try {
    return await read(postgresSql(client));
  } finally {
    await client.end();
  }
}

interface Queryable {
  query(text: string, values: SqlValue[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}

function postgresSql(connection: Queryable): Sql {
  const query = (text: TemplateStringsArray, values: SqlValue[]) =>
    connection.query(
      text.reduce((all, part, i) => `${all}$${i}${part}`),
      values,
    );
  return {
    run: async (text, ...values) => (await query(text, values)).rowCount ?? 0,
    all: async <Row>(text: TemplateStringsArray, ...values: SqlValue[]) => (await query(text, values)).rows as Row[],
  };
}
