import type { BarrierHandlers, DoContext } from "@backstitch/sdk";
import { readDatabase, type Sql } from "./database/database.ts";

/**
 * The ledger has a line for every effect that was applied or undone, written in the effect's own transaction and
 * never changed. It has no unique key on purpose: an effect that happened twice stands there twice.
 */
export interface LedgerEntry {
  effectId: string;
  sagaId: string;
  action: string;
  direction: "do" | "undo";
  at: Date;
}

export const ledgerSchema = `
  CREATE TABLE IF NOT EXISTS ledger (
    effect_id TEXT NOT NULL,
    saga_id   TEXT NOT NULL,
    action    TEXT NOT NULL,
    direction TEXT NOT NULL,
    at_ms     BIGINT NOT NULL -- milliseconds since the epoch
  );
  CREATE INDEX IF NOT EXISTS ledger_saga ON ledger (saga_id);`;

/** The same handlers, with a line in the ledger for each effect. A handler that throws leaves none. */
export function withLedger({ do: apply, undo }: BarrierHandlers<Sql>): BarrierHandlers<Sql> {
  return {
    async do(sql, input, context) {
      const result = await apply(sql, input, context);
      await writeLedger(sql, context, "do");
      return result;
    },
    undo:
      undo &&
      (async (sql, input, context) => {
        const result = await undo(sql, input, context);
        await writeLedger(sql, context, "undo");
        return result;
      }),
  };
}

/** Writes the line of an effect, in its transaction. */
export async function writeLedger(sql: Sql, context: DoContext, direction: "do" | "undo"): Promise<void> {
  const { effectId, sagaId, action } = context;
  await sql.run`INSERT INTO ledger (effect_id, saga_id, action, direction, at_ms)
    VALUES (${effectId}, ${sagaId}, ${action}, ${direction}, ${Date.now()})`;
}

/**
 * Reads a participant's ledger from outside its process, oldest first; of one saga if `sagaId` is given.
 * Takes `sqlite:FILE` or `postgres://DSN`, as the participant does.
 */
export function readLedger(url: string, sagaId?: string): Promise<LedgerEntry[]> {
  return readDatabase(url, async (sql) => {
    const rows = await sql.all<LedgerRow>`SELECT effect_id, saga_id, action, direction, at_ms FROM ledger
      WHERE saga_id = ${sagaId ?? ""} OR ${sagaId ?? ""} = '' ORDER BY at_ms`;
    return rows.map(toEntry);
  });
}

interface LedgerRow {
  effect_id: string;
  saga_id: string;
  action: string;
  direction: "do" | "undo";
  /** PostgreSQL gives a BIGINT as text. */
  at_ms: number | string;
}

function toEntry({ effect_id, saga_id, action, direction, at_ms }: LedgerRow): LedgerEntry {
  return { effectId: effect_id, sagaId: saga_id, action, direction, at: new Date(Number(at_ms)) };
}

/** How often each action of these entries was applied and undone. */
export function countEffects(entries: readonly LedgerEntry[]): Record<string, { done: number; undone: number }> {
  const counts: Record<string, { done: number; undone: number }> = {};
  for (const { action, direction } of entries) {
    counts[action] ??= { done: 0, undone: 0 };
    counts[action][direction === "do" ? "done" : "undone"]++;
  }
  return counts;
}
