import type { Barrier, BarrierHandlers } from "@backstitch/sdk";
import { openPostgres, readPostgres } from "./postgres.ts";
import { openSqlite, readSqlite } from "./sqlite.ts";

/**
 * SQL for both databases: template strings whose values are sent as parameters, such as
 * sql.run`UPDATE stock SET on_hand = on_hand - ${quantity} WHERE sku = ${sku}`.
 */
export interface Sql {
  /** Runs a statement; gives the number of rows it changed. */
  run(text: TemplateStringsArray, ...values: SqlValue[]): Promise<number>;
  /** Runs a query; gives its rows. */
  all<Row>(text: TemplateStringsArray, ...values: SqlValue[]): Promise<Row[]>;
}

export type SqlValue = string | number | null;

/** A participant's own database, with the barrier's table in it. */
export interface Database {
  /** Makes an action whose handlers run once for an effect, in the transaction that records their answer. */
  action(handlers: BarrierHandlers<Sql>): ReturnType<Barrier<unknown>["action"]>;
  /** Creates what is missing: `CREATE TABLE IF NOT EXISTS ...; ...`, in words that both databases know. */
  migrate(statements: string): Promise<void>;
  /** Reads what is committed, in no transaction. */
  read<T>(read: (sql: Sql) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens `sqlite:FILE` or `postgres://DSN`. The file, but not the PostgreSQL database, is created if it is missing.
 * Throws a TypeError for anything else.
 */
export async function openDatabase(url: string): Promise<Database> {
  const place = parse(url);
  return place.kind === "sqlite" ? openSqlite(place.file) : openPostgres(place.dsn);
}

/** Reads from a participant's database without being that participant, while it runs or after. */
export async function readDatabase<T>(url: string, read: (sql: Sql) => Promise<T>): Promise<T> {
  const place = parse(url);
  return place.kind === "sqlite" ? readSqlite(place.file, read) : readPostgres(place.dsn, read);
}

function parse(url: string): { kind: "sqlite"; file: string } | { kind: "postgres"; dsn: string } {
  if (url.startsWith("sqlite:")) return { kind: "sqlite", file: url.slice("sqlite:".length) };
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: "postgres", dsn: url };
  throw new TypeError("a database is sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME");
}
