/**
 * The barrier makes a handler's work happen once: it records its answer in the transaction in which the work is
 * done. The rules stand in barrier-rules.ts, the databases in barrier-sqlite.ts and barrier-postgres.ts.
 */
import type { JsonObject } from "@bufbuild/protobuf";
import { outcomeOfReturn, Pending, Rejected, StatusError, status } from "./answers.ts";
import { type BarrierRow, type Decision, decide, isRecorded, type StoredAnswer } from "./barrier-rules.ts";
import type { DoContext, UndoContext } from "./context.ts";
import type { Action, DoResult, UndoResult } from "./participant.ts";

/** A Do and an Undo that work in the barrier's transaction. Input and output are as in {@link Action}. */
export interface BarrierHandlers<Tx> {
  // biome-ignore lint/suspicious/noExplicitAny: the payload's shape is the handler's own to declare
  do(tx: Tx, input: any, context: DoContext): DoResult | Promise<DoResult>;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  undo?(tx: Tx, input: any, context: UndoContext): UndoResult | Promise<UndoResult>;
}

/** Guards actions whose effects live in one database. */
export interface Barrier<Tx> {
  /** Creates the table `backstitch_barrier` unless it is there. */
  install(): Promise<void>;
  /** Makes an action whose handlers run once for an effect, inside the transaction that records their answer. */
  action(handlers: BarrierHandlers<Tx>): Action;
  /**
   * Removes rows that were last written more than `olderThanMs` ago, and gives their number. A row may go a day after
   * its saga is final, so take the longest life of a saga and add a day.
   */
  clean(options: { olderThanMs: number }): Promise<number>;
}

/** An effect's row inside an open transaction. */
export interface BarrierSession<Tx> {
  /** What handlers get. */
  readonly tx: Tx;
  /** Inserts the row, waiting for other transactions on it; gives what was there before, or undefined. */
  claim(context: DoContext): BarrierRow | undefined | Promise<BarrierRow | undefined>;
  savepoint(): void | Promise<void>;
  rollbackToSavepoint(): void | Promise<void>;
  /** Fails where the transaction is no longer that of the savepoint. */
  releaseSavepoint(): void | Promise<void>;
  record(context: DoContext, direction: "do" | "undo", answer: StoredAnswer): void | Promise<void>;
}

/** What the barrier wants of a database. */
export interface BarrierStore<Tx> {
  install(): Promise<void>;
  /** Removes rows that were last written before this time, at most so many at once, and gives their number. */
  clean(beforeMs: number, atMost: number): Promise<number>;
  /** Runs the work in a transaction that may write, commits it, and rolls back if it throws. May run it again on conflicts. */
  transaction<T>(context: DoContext, work: (session: BarrierSession<Tx>) => Promise<T>): Promise<T>;
}

/** How many rows one transaction removes. */
const cleanBatch = 1000;

/** The barrier over a store. */
export function createBarrier<Tx>(store: BarrierStore<Tx>): Barrier<Tx> {
  async function guard(
    direction: "do" | "undo",
    context: DoContext,
    run: (tx: Tx, row: BarrierRow | undefined) => unknown,
  ): Promise<StoredAnswer> {
    if (context.effectId === "") throw new StatusError(status.invalidArgument, "the command has no effect id");
    return store.transaction(context, async (session) => {
      const row = await session.claim(context);
      const decision: Decision = decide(direction, row);
      if (decision.kind === "answer") {
        if (decision.record) await session.record(context, direction, decision.answer);
        return decision.answer;
      }
      assertInTime(context);
      await session.savepoint();
      const answer = await answerOf(direction, () => run(session.tx, row));
      if (answer.kind === "rejected") await session.rollbackToSavepoint();
      await session.releaseSavepoint();
      if (isRecorded(direction, answer)) await session.record(context, direction, answer);
      return answer;
    });
  }

  async function cleanAll(beforeMs: number): Promise<number> {
    let removed = 0;
    for (;;) {
      const batch = await store.clean(beforeMs, cleanBatch);
      removed += batch;
      if (batch < cleanBatch) return removed;
    }
  }

  return {
    install: () => store.install(),
    clean({ olderThanMs }) {
      if (!(olderThanMs >= 0)) throw new RangeError("olderThanMs is a number of milliseconds, 0 or more");
      return cleanAll(Date.now() - olderThanMs);
    },
    action(handlers) {
      const { undo } = handlers;
      return {
        async do(input, context) {
          return reply(await guard("do", context, (tx) => handlers.do(tx, input, context)));
        },
        undo:
          undo &&
          (async (input, context) => {
            const answer = await guard("undo", context, (tx, row) => {
              if (row?.do?.kind === "done") context.doOutput ??= JSON.parse(row.do.output) as JsonObject;
              return undo.call(handlers, tx, input, context);
            });
            return reply(answer) as UndoResult;
          }),
      };
    },
  };
}

/** A wait for the database may have outlasted the deadline, after which nothing may begin. */
function assertInTime(context: DoContext): void {
  const deadline = context.deadline;
  if (deadline !== undefined && Date.now() >= deadline.getTime()) {
    throw new StatusError(status.deadlineExceeded, "the deadline passed while waiting for the database");
  }
}

/** Runs a handler. A technical failure goes on up, as it was thrown, so that the transaction is rolled back. */
async function answerOf(direction: "do" | "undo", run: () => unknown): Promise<StoredAnswer> {
  let value: unknown;
  try {
    value = await run();
  } catch (error) {
    if (!(error instanceof Rejected || error instanceof Pending)) throw error;
    value = error;
  }
  if (value instanceof Error && !(value instanceof Rejected || value instanceof Pending)) throw value;
  const outcome = outcomeOfReturn(value, direction);
  if (outcome.kind === "error") throw new StatusError(outcome.status, outcome.message);
  return outcome;
}

function reply(answer: StoredAnswer): DoResult {
  switch (answer.kind) {
    case "done":
      return answer.output === "" ? undefined : (JSON.parse(answer.output) as JsonObject);
    case "pending":
      return new Pending();
    case "rejected": {
      const details = answer.details === undefined ? undefined : (JSON.parse(answer.details) as JsonObject);
      return new Rejected(answer.code, answer.message, details);
    }
  }
}
