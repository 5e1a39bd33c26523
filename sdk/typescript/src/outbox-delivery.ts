/** Delivers one batch of an outbox. The rules stand in outbox.ts. */
import type { JsonObject } from "@bufbuild/protobuf";
import type { Client } from "./client.ts";
import { BackstitchError, isTransient } from "./errors.ts";
import { inTransaction, type PostgresClient, type PostgresPool } from "./postgres.ts";

/** What came of a row. */
export type Delivery =
  /** `started` is false where the saga was there already. */
  | { kind: "delivered"; sagaId: string; started: boolean; waitedMs: number }
  /** It alone could not be started: `refused` for good, or not this time. */
  | { kind: "failed"; sagaId: string; error: BackstitchError; refused: boolean; setAside: boolean }
  /** Nothing can be started now; `maybeAlone`: unless it is just this one that the orchestrator does not answer for. */
  | { kind: "away"; sagaId: string; error: BackstitchError; maybeAlone: boolean };

/** How a batch is delivered. */
export interface BatchOptions {
  client: Pick<Client, "start">;
  /** Rows at most. */
  size: number;
  /** After so many refusals a row is set aside. */
  maxRefusals: number;
}

interface Row {
  id: string;
  saga_id: string;
  definition: string;
  input: string;
  options: string;
  attempts: number;
  refusals: number;
  waited_ms: number;
}

/** The starts of a batch are given up after this, so that its transaction does not stay open. */
const batchMs = 10_000;

/** Rows of a relay that stops to move, but keeps its connection, are free after a minute. */
const begin = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = '60s'";

const select = `
  SELECT id, saga_id, definition, input, options, attempts, refusals,
         1000 * extract(epoch FROM clock_timestamp() - written_at) AS waited_ms
    FROM backstitch_outbox WHERE set_aside_at IS NULL AND due_at <= now()
   ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED`;

/** 1 s doubling to 5 min, between half and the whole of that. */
const postpone = `
  UPDATE backstitch_outbox SET attempts = attempts + 1, refusals = refusals + $2, error = $3,
         due_at = clock_timestamp() + least(300, 2 ^ least(attempts, 20)) * (0.5 + random() / 2) * interval '1 second',
         set_aside_at = CASE WHEN $4 THEN now() END
   WHERE id = $1`;

/** The gRPC statuses of a refusal that stands, whenever the start is tried again. */
const refusals = new Set(["INVALID_ARGUMENT", "ALREADY_EXISTS", "NOT_FOUND", "FAILED_PRECONDITION"]);
/** Those of an orchestrator that takes no starts at present, or none of this caller's. */
const absences = new Set(["RESOURCE_EXHAUSTED", "UNAUTHENTICATED", "PERMISSION_DENIED", "UNIMPLEMENTED"]);

/** Delivers rows that are due, at most `size`, and tells what came of each. Throws where the database fails. */
export async function deliverBatch(
  pool: PostgresPool,
  { client, size, maxRefusals }: BatchOptions,
): Promise<Delivery[]> {
  return inTransaction(pool, begin, async (tx) => {
    const rows = (await tx.query(select, [size])).rows as Row[];
    if (rows.length === 0) return [];
    const signal = AbortSignal.timeout(batchMs);
    const deliveries = asWhole(await Promise.all(rows.map((row) => deliver(client, row, maxRefusals, signal))));
    await record(tx, rows, deliveries);
    return deliveries;
  });
}

async function deliver(
  client: Pick<Client, "start">,
  row: Row,
  maxRefusals: number,
  signal: AbortSignal,
): Promise<Delivery> {
  const sagaId = row.saga_id;
  try {
    const options = { ...JSON.parse(row.options), sagaId, view: "BRIEF", signal };
    const { started } = await client.start(row.definition, JSON.parse(row.input) as JsonObject, options);
    return { kind: "delivered", sagaId, started, waitedMs: Number(row.waited_ms) };
  } catch (caught) {
    const error = BackstitchError.from(caught);
    if (error.code === "TOO_LARGE" || refusals.has(error.status)) {
      return { kind: "failed", sagaId, error, refused: true, setAside: row.refusals + 1 >= maxRefusals };
    }
    if (absences.has(error.status)) return { kind: "away", sagaId, error, maybeAlone: false };
    if (isTransient(error.cause ?? error) || error.status === "DEADLINE_EXCEEDED") {
      return { kind: "away", sagaId, error, maybeAlone: true };
    }
    return { kind: "failed", sagaId, error, refused: false, setAside: false };
  }
}

/** Where others came through, a row that did not is put off, lest it hold up the rest again and again. */
function asWhole(deliveries: readonly Delivery[]): Delivery[] {
  const reached = deliveries.some(({ kind }) => kind !== "away");
  return deliveries.map((delivery) => {
    if (delivery.kind !== "away" || !delivery.maybeAlone || !reached) return delivery;
    const { sagaId, error } = delivery;
    return { kind: "failed", sagaId, error, refused: false, setAside: false };
  });
}

async function record(tx: PostgresClient, rows: readonly Row[], deliveries: readonly Delivery[]): Promise<void> {
  const delivered = rows.filter((_, i) => deliveries[i]?.kind === "delivered").map(({ id }) => id);
  if (delivered.length > 0) await tx.query("DELETE FROM backstitch_outbox WHERE id = ANY ($1)", [delivered]);
  for (const [i, delivery] of deliveries.entries()) {
    if (delivery.kind !== "failed") continue;
    const { error, refused, setAside } = delivery;
    const faults = error.faults.map(({ field, message }) => `; ${field}: ${message}`).join("");
    const text = `${error.code}: ${error.message}${faults}`.slice(0, 2000).replaceAll("\0", "");
    await tx.query(postpone, [rows[i]?.id, refused ? 1 : 0, text, setAside]);
  }
}
