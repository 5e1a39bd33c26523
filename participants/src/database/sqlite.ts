import { DatabaseSync } from "node:sqlite";
import { sqliteBarrier } from "@backstitch/sdk";
import type { Database, Sql, SqlValue } from "./database.ts";

/** Opens, and if need be creates, a SQLite file. */
export async function openSqlite(file: string): Promise<Database> {
  const connection = new DatabaseSync(file);
  // WAL lets others read while a handler writes; FULL makes every commit durable, as a payment deserves.
  connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  const barrier = sqliteBarrier(connection);
  await barrier.install();
  const sql = sqliteSql(connection);
  // The other connection would show what a handler has written and may yet take back.
  let reader: DatabaseSync | undefined;
  return {
    action: ({ do: apply, undo }) =>
      barrier.action({
        do: (_, input, context) => apply(sql, input, context),
        undo: undo && ((_, input, context) => undo(sql, input, context)),
      }),
    async migrate(statements) {
      connection.exec(statements);
    },
    read(read) {
      reader ??= openReader(file);
      return read(sqliteSql(reader));
    },
    async close() {
      reader?.close();
      connection.close();
    },
  };
}

/** Reads from a file that another process may be writing. */
export async function readSqlite<T>(file: string, read: (sql: Sql) => Promise<T>): Promise<T> {
  const connection = openReader(file);
  try {
    return await read(sqliteSql(connection));
  } finally {
    connection.close();
  }
}

function openReader(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
}

function sqliteSql(connection: DatabaseSync): Sql {
  return {
    async run(text, ...values) {
      return Number(connection.prepare(text.join("?")).run(...values).changes);
    },
    async all<Row>(text: TemplateStringsArray, ...values: SqlValue[]) {
      return connection.prepare(text.join("?")).all(...values) as Row[];
    },
  };
}
