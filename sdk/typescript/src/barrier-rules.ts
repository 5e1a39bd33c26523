/**
 * The rules of the barrier, without a database. A row stands for one effect and serves as its lock: whoever comes
 * first, Do or Undo, inserts it, and everyone else waits for that transaction. Rules:
 *  B1 a command that was answered gets the same answer again, and its handler does not run;
 *  B2 an Undo whose Do never came is recorded and succeeds without its handler;
 *  B3 a Do after its Undo (done, or accepted) is refused with UNDONE, whatever it was answered before, a refusal
 *     included: the saga has turned round, and no other answer would tell it;
 *  B4 an Undo of a Do that was refused succeeds without its handler;
 *  B5 otherwise the handler runs, and its answer is recorded in the same transaction;
 *  B6 but a refusal of an Undo is not recorded: it is for a person to see to, and the Undo that they have tried again
 *     is to reach the handler.
 */

/** An answer as it is kept. A technical failure is never kept: the transaction is rolled back. Payloads are JSON text. */
export type StoredAnswer =
  | { kind: "done"; output: string }
  | { kind: "rejected"; code: string; message: string; details?: string }
  | { kind: "pending" };

/** What is recorded of an effect; a direction that has not come is undefined. */
export interface BarrierRow {
  do: StoredAnswer | undefined;
  undo: Exclude<StoredAnswer, { kind: "rejected" }> | undefined;
}

/** A row as both databases hold it: each answer as JSON text. */
export interface StoredRow {
  do_answer: string | null;
  undo_answer: string | null;
}

/** Reads a stored row. */
export function toRow(stored: StoredRow): BarrierRow {
  return { do: parse<BarrierRow["do"]>(stored.do_answer), undo: parse<BarrierRow["undo"]>(stored.undo_answer) };
}

function parse<Answer>(text: string | null): Answer | undefined {
  return text === null ? undefined : (JSON.parse(text) as Answer);
}

/** What to do with a command. */
export type Decision =
  | { kind: "run" }
  /** Answer this, having recorded it if `record` says so. */
  | { kind: "answer"; answer: StoredAnswer; record: boolean };

/** The code of a Do that is refused because its Undo came first. */
export const undoneCode = "UNDONE";

const undone: StoredAnswer = { kind: "rejected", code: undoneCode, message: "the effect was undone before" };
const nothingToUndo: StoredAnswer = { kind: "done", output: "" };

/** Whether an answer that a handler gave is recorded. */
export function isRecorded(direction: "do" | "undo", answer: StoredAnswer): boolean {
  return direction === "do" || answer.kind !== "rejected";
}

/** Decides about a command, given the row as it was before (undefined: this command inserted it). */
export function decide(direction: "do" | "undo", row: BarrierRow | undefined): Decision {
  return direction === "do" ? decideDo(row) : decideUndo(row);
}

function decideDo(row: BarrierRow | undefined): Decision {
  if (row === undefined) return { kind: "run" };
  if (row.undo !== undefined) {
    return { kind: "answer", answer: undone, record: row.do === undefined };
  }
  return row.do === undefined ? { kind: "run" } : { kind: "answer", answer: row.do, record: false };
}

function decideUndo(row: BarrierRow | undefined): Decision {
  if (row?.undo !== undefined) return { kind: "answer", answer: row.undo, record: false };
  if (row?.do === undefined || row.do.kind === "rejected") {
    return { kind: "answer", answer: nothingToUndo, record: true };
  }
  return { kind: "run" };
}
