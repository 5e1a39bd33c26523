import type { Sql } from "../database/database.ts";

/** Takes a milestone of a journey back. */
type Compensation = (sql: Sql, journey: string, effectId: string) => Promise<void>;

/** Each milestone has a handler of its own; a definition refers to it by name. */
export const compensations = {
  delete_upload: chore("delete the uploaded file"),
  drop_analysis: chore("drop the analysis"),
  restore_original: chore("restore the original"),
  withdraw_report: chore("withdraw the report"),
} satisfies Record<string, Compensation>;

export type CompensationName = keyof typeof compensations;

export function isCompensation(name: string): name is CompensationName {
  return Object.hasOwn(compensations, name);
}

/** A compensation that puts a chore on the list of those who look after the files. */
function chore(text: string): Compensation {
  return async (sql, journey, effectId) => {
    await sql.run`INSERT INTO chores (effect_id, journey, chore) VALUES (${effectId}, ${journey}, ${text})`;
  };
}
