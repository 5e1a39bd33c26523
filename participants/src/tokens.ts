import type { DoContext } from "@backstitch/sdk";
import { readDatabase, type Sql } from "./database/database.ts";

/**
 * Completion tokens of work that a service answered with `pending`, kept in its own database until somebody outside
 * has finished the work and calls CompleteStep. Every service has the table.
 */
export const tokensSchema = `
  CREATE TABLE IF NOT EXISTS completion_tokens (
    saga_id   TEXT NOT NULL,
    step      TEXT NOT NULL,
    direction TEXT NOT NULL, -- do or undo
    effect_id TEXT NOT NULL,
    token     TEXT NOT NULL,
    PRIMARY KEY (effect_id, direction)
  );`;

/** Keeps the token of a call in the transaction that records the answer `pending`. */
export async function keepToken(sql: Sql, context: DoContext, direction: "do" | "undo" = "do"): Promise<void> {
  const { sagaId, step, effectId, completionToken } = context;
  await sql.run`INSERT INTO completion_tokens (saga_id, step, direction, effect_id, token)
    VALUES (${sagaId}, ${step}, ${direction}, ${effectId}, ${completionToken})
    ON CONFLICT (effect_id, direction) DO UPDATE SET token = excluded.token`;
}

/** The token of a step's latest round; undefined: this service has not answered `pending` to it. */
export async function readToken(
  url: string,
  sagaId: string,
  step: string,
  direction: "do" | "undo",
): Promise<string | undefined> {
  const rows = await readDatabase(
    url,
    (sql) => sql.all<{ token: string }>`SELECT token FROM completion_tokens
      WHERE saga_id = ${sagaId} AND step = ${step} AND direction = ${direction}
      ORDER BY LENGTH(effect_id) DESC, effect_id DESC`,
  );
  return rows[0]?.token;
}
