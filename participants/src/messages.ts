import { randomUUID } from "node:crypto";
import type { Sql } from "./database/database.ts";

/** What was written to people: a part of the schema of each service that writes to some. */
export const messagesSchema = `
    CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, recipient TEXT NOT NULL, subject TEXT NOT NULL);`;

/** Writes to somebody, in the transaction of the effect that does so. */
export async function send(sql: Sql, recipient: string, subject: string): Promise<void> {
  await sql.run`INSERT INTO messages (id, recipient, subject) VALUES (${`msg_${randomUUID()}`}, ${recipient}, ${subject})`;
}
