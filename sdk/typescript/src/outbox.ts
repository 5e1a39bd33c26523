/**
 * The transactional outbox: a saga is started if, and only if, the caller's own transaction commits. The transaction
 * writes what to start into a table; a relay starts it. Rules:
 *  O1 a row has its saga id from the beginning, so that a start that is repeated finds the saga that is there: delivered
 *     at least once, started exactly once;
 *  O2 a row is locked while it is being delivered and deleted in the same transaction: several relays never work on the
 *     same row, and those of a relay that dies are free at once;
 *  O3 only what the orchestrator refuses for good counts against a row; after some refusals it is set aside with its
 *     error, for a person. While the orchestrator is away, rows stay as they are.
 */
import { randomUUID } from "node:crypto";
import type { JsonObject } from "@bufbuild/protobuf";
import { maxPayloadBytes } from "./answers.ts";
import type { StartOptions } from "./client/sagas.ts";
import { type OutboxRelay, type RelayOptions, startRelay } from "./outbox-relay.ts";
import { installSchema, inTransaction, type PostgresPool } from "./postgres.ts";

/** The caller's open transaction: a connection of pg, or whatever else runs a query of pg's form in it. */
export interface OutboxTransaction {
  query(text: string, values: unknown[]): Promise<unknown>;
}

/** Where the outbox is. */
export interface OutboxOptions<Pool extends PostgresPool> {
  /** Of the database that the caller's transactions write to. */
  pool: Pool;
  /**
   * Whether a commit wakes the relays, by NOTIFY, in place of their next look. Default true. PostgreSQL lets such commits
   * wait for each other: where thousands of them come each second, say false.
   */
  notify?: boolean;
}

/** How a saga is started: as by a client. */
export type OutboxStartOptions = Pick<StartOptions, "sagaId" | "version" | "labels" | "deadlineMs" | "metadata">;

/** How much is in the outbox. */
export interface OutboxStats {
  /** Rows that are to be delivered. */
  waiting: number;
  /** How long the oldest of them has been there, in milliseconds; 0: there is none. */
  oldestMs: number;
  /** Rows that were given up. */
  setAside: number;
}

/** Starts sagas from within transactions. */
export interface Outbox {
  /** Creates the table `backstitch_outbox` unless it is there. */
  install(): Promise<void>;
  /**
   * Has a saga started once the transaction commits, and never if it does not. Gives the id that the saga will have.
   * Throws a TypeError or RangeError, before anything is written, for an id or an input that no orchestrator would take.
   */
  start(
    tx: OutboxTransaction,
    definition: string,
    input?: JsonObject,
    options?: OutboxStartOptions,
  ): Promise<{ sagaId: string }>;
  /** Begins to deliver. Any number of processes may do so. */
  relay(options: RelayOptions): OutboxRelay;
  /** Has rows that were set aside delivered after all: those of these sagas, or all. Gives their number. */
  retry(options?: { sagaIds?: readonly string[] }): Promise<number>;
  stats(): Promise<OutboxStats>;
}

const schema = `
  CREATE TABLE IF NOT EXISTS backstitch_outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    saga_id      text NOT NULL,
    definition   text NOT NULL,
    input        text NOT NULL,                      -- JSON
    options      text NOT NULL,                      -- JSON: version, labels, deadlineMs, metadata
    written_at   timestamptz NOT NULL DEFAULT now(),
    due_at       timestamptz NOT NULL DEFAULT now(), -- not tried before
    attempts     integer NOT NULL DEFAULT 0,
    refusals     integer NOT NULL DEFAULT 0,
    error        text,                               -- of the last attempt
    set_aside_at timestamptz                         -- null: to be delivered
  );
  CREATE INDEX IF NOT EXISTS backstitch_outbox_due_at ON backstitch_outbox (due_at, id) WHERE set_aside_at IS NULL;`;

const installLock = 7_248_119_306;

/** What relays listen to. */
export const channel = "backstitch_outbox";

const insert = `INSERT INTO backstitch_outbox (saga_id, definition, input, options) VALUES ($1, $2, $3, $4)`;
/** One statement, so that a start costs the caller's transaction one round trip. */
const insertAndNotify = `WITH written AS (${insert} RETURNING id) SELECT pg_notify('${channel}', '') FROM written`;

const sagaIdPattern = /^[A-Za-z0-9._:-]{1,128}$/;

/** An outbox in PostgreSQL. */
export function createOutbox<Pool extends PostgresPool>({ pool, notify = true }: OutboxOptions<Pool>): Outbox {
  return {
    install: () => installSchema(pool, installLock, schema),

    async start(tx, definition, input = {}, { sagaId = randomUUID(), ...options } = {}) {
      if (!sagaIdPattern.test(sagaId)) {
        throw new RangeError("a saga id has 1 to 128 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'");
      }
      const { version, labels, deadlineMs, metadata } = options;
      const rest = JSON.stringify({ version, labels, deadlineMs, metadata });
      await tx.query(notify ? insertAndNotify : insert, [sagaId, definition, encodeInput(input), rest]);
      return { sagaId };
    },

    relay: (options) => startRelay(pool, channel, options),

    async retry({ sagaIds } = {}) {
      return inTransaction(pool, "BEGIN", async (client) => {
        const { rowCount } = await client.query(
          `UPDATE backstitch_outbox SET set_aside_at = NULL, refusals = 0, attempts = 0, due_at = now()
            WHERE set_aside_at IS NOT NULL AND ($1::text[] IS NULL OR saga_id = ANY ($1))`,
          [sagaIds ?? null],
        );
        return rowCount ?? 0;
      });
    },

    async stats() {
      return inTransaction(pool, "BEGIN READ ONLY", async (client) => {
        const { rows } = await client.query(
          `SELECT count(*) FILTER (WHERE set_aside_at IS NULL) AS waiting, count(set_aside_at) AS set_aside,
                  1000 * extract(epoch FROM now() - min(written_at) FILTER (WHERE set_aside_at IS NULL)) AS oldest_ms
             FROM backstitch_outbox`,
        );
        const { waiting, set_aside, oldest_ms } = rows[0];
        return { waiting: Number(waiting), oldestMs: Math.max(0, Number(oldest_ms)), setAside: Number(set_aside) };
      });
    },
  };
}

function encodeInput(input: JsonObject): string {
  const text = JSON.stringify(input);
  if (text?.[0] !== "{") throw new TypeError("the input of a saga is a JSON object");
  if (Buffer.byteLength(text) > maxPayloadBytes) {
    throw new RangeError(`the input is larger than ${maxPayloadBytes} bytes`);
  }
  return text;
}
