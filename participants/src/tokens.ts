import type { DoContext } from "@backstitch/sdk";
import { readDatabase, type Sql } from "./database/database.ts";

/**
 * Completion tokens of work that a service answered with `pending`, kept in its own database until somebody outside
 * has finished the work and calls CompleteStep. Every service has the table.
 */
export const tokensSchema = `
  CREATE TABLE IF NOT EXISTS completion_tokens (
    effect_id TEXT PRIMARY KEY,
    saga_id   TEXT NOT NULL,
    step      TEXT NOT NULL,
    token     TEXT NOT NULL
  );`;

/** Keeps the token of a Do in the transaction that records the answer `pending`. */
export async function keepToken(sql: Sql, context: DoContext): Promise<void> {
  const { sagaId, step, effectId, completionToken } = context;
  await sql.run`INSERT INTO completion_tokens (effect_id, saga_id, step, token)
    VALUES (${effectId}, ${sagaId}, ${step}, ${completionToken})
    ON CONFLICT (effect_id) DO UPDATE SET token = excluded.token`;
}

/** The token of a step's latest round; undefined: this service has not answered `pending` to it. */
export async function readToken(url: string, sagaId: string, step: string): Promise<string | undefined> {
  const rows = await readDatabase(
    url,
    (sql) => sql.all<{ token: string }>`SELECT token FROM completion_tokens
      WHERE saga_id = ${sagaId} AND step = ${step}
      ORDER BY LENGTH(effect_id) DESC, effect_id DESC`,
  );
  return rows[0]?.token;
}
