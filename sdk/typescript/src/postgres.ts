/** What the barrier and the outbox use of pg, which is not a dependency of this package. */
import { setTimeout as delay } from "node:timers/promises";

/** What is used of a connection; a `PoolClient` of pg has it. */
export interface PostgresClient {
  // biome-ignore lint/suspicious/noExplicitAny: rows have the shape of their query
  query(text: string, values?: any[]): Promise<{ rows: any[]; rowCount: number | null }>;
  /** Gives the connection back; with an error, or true, it is closed instead. */
  release(error?: Error | boolean): void;
  // biome-ignore lint/suspicious/noExplicitAny: pg gives each event an argument of its own
  on(event: "error" | "notification", listener: (argument: any) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  removeListener(event: "error", listener: (argument: any) => void): unknown;
}

/** What is used of a pool; a `Pool` of pg has it. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
}

/** The connections that a pool gives; pg declares a second form of connect(), with a callback. */
// biome-ignore lint/suspicious/noExplicitAny: stands for whatever the other form looks like
export type ClientOf<Pool> = Pool extends { connect: { (): Promise<infer Client>; (...others: any[]): any } }
  ? Client & PostgresClient
  : never;

const attempts = 8;

/**
 * Runs the work in a transaction begun with `begin`, commits it, and rolls back if it throws. After a serialization
 * failure or a deadlock it runs again in a new one.
 */
export async function inTransaction<Client extends PostgresClient, T>(
  pool: PostgresPool,
  begin: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt(pool, begin, work);
    } catch (error) {
      if (!isConflict(error) || tried === attempts) throw error;
      await delay(Math.random() * 5 * 2 ** tried);
    }
  }
}

async function attempt<Client extends PostgresClient, T>(
  pool: PostgresPool,
  begin: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = (await pool.connect()) as Client;
  let broken: Error | undefined;
  // A pool listens only to idle connections; without this, one that breaks between two queries ends the process.
  const onError = (error: Error) => {
    broken = error;
  };
  client.on("error", onError);
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((fault: Error) => {
      broken = fault;
    });
    throw error;
  } finally {
    client.removeListener("error", onError);
    client.release(broken);
  }
}

/**
 * Creates tables, while no other process does so with the same lock, which IF NOT EXISTS alone does not prevent.
 * Any fixed number will do for a lock.
 */
export async function installSchema(pool: PostgresPool, lock: number, schema: string): Promise<void> {
  await inTransaction(pool, `BEGIN; SELECT pg_advisory_xact_lock(${lock})`, (client) => client.query(schema));
}

/** Serialization failure and deadlock, also where a query builder wrapped them. */
function isConflict(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  const state = code ?? cause?.code;
  return state === "40001" || state === "40P01";
}
