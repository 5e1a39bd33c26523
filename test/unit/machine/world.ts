import type { Plan } from "../../../orchestrator/src/definition/types.ts";
import type { Completion, Outcome, SendRef } from "../../../orchestrator/src/machine/event.ts";
import { done, failed, held, pending, rejected, rejectedWith, undone } from "./saga-under-test.ts";

/** What the participants' barrier keeps of one effect: a step, or item, of one round. */
interface Row {
  readonly step: number;
  readonly item: number | undefined;
  readonly round: number;
  /** The truth: it is there. */
  applied: boolean;
  do: Outcome | undefined;
  undo: Outcome | undefined;
  /** Calls whose sender heard no answer, and that may still arrive. */
  underway: number;
  /** Work that was accepted and goes on: gives a completion some day. */
  accepted: { do: boolean; undo: boolean };
  /** A person let it be, or the record of its round was lost: nobody answers for it. */
  excused: boolean;
}

/**
 * Participants with true effects behind true barriers: every answer is stored and given again, an Undo leaves a mark, and a
 * Do that comes after it applies nothing. What the saga is told may be less than what is true: answers get lost, calls
 * arrive late or never.
 */
export function createWorld(plan: Plan) {
  const rows = new Map<string, Row>();
  let refusedLate = 0;

  const isChild = ({ step }: Row) => plan.steps[step]!.step.kind === "saga";

  function rowOf({ step, item, round }: { step: number; item: number | undefined; round: number }): Row {
    const key = `${step}#${item}@${round}`;
    const blank = { applied: false, do: undefined, undo: undefined, underway: 0, excused: false };
    const row = rows.get(key) ?? { step, item, round, ...blank, accepted: { do: false, undo: false } };
    rows.set(key, row);
    return row;
  }

  function doArrives(row: Row, how: number): Outcome {
    // A child saga that is being compensated has not ended.
    if (row.undo?.kind === "pending" && isChild(row)) return pending;
    if (row.undo !== undefined) {
      refusedLate += row.do === undefined ? 1 : 0;
      return undone;
    }
    row.do ??= handlerOfDo(row, how);
    return row.do;
  }

  function handlerOfDo(row: Row, how: number): Outcome {
    switch (how % 13) {
      case 3:
        return rejected;
      case 5:
        return rejectedWith("AGAIN");
      case 7:
      case 8:
        row.accepted.do = true;
        return pending;
      default:
        row.applied = true;
        return done(`{"by":${how % 3}}`);
    }
  }

  function undoArrives(row: Row, how: number): Outcome {
    if (row.undo !== undefined) return row.undo;
    if (row.do !== undefined && row.do.kind !== "rejected") {
      // A refusal of an Undo is not kept.
      if (how % 17 === 3) return rejected;
      row.accepted.do = false;
      if (how % 11 === 7) {
        row.accepted.undo = true;
        row.undo = pending;
        return pending;
      }
    }
    row.applied = false;
    row.undo = done();
    return row.undo;
  }

  function arrives(ref: SendRef, how: number): Outcome {
    return ref.direction === "forward" ? doArrives(rowOf(ref), how) : undoArrives(rowOf(ref), how);
  }

  function complete(row: Row, direction: "do" | "undo", told: Completion["outcome"]): Completion {
    const { step, item, round } = row;
    // A child saga that was compensated has nothing else to tell of its Do.
    const outcome = direction === "do" && row.undo?.kind === "done" && isChild(row) ? undone : told;
    if (outcome.kind !== "failed") {
      row.accepted[direction] = false;
      if (direction === "do") row.applied = outcome.kind === "done";
      else if (outcome.kind === "done") {
        row.applied = false;
        // Its parent may ask for the Do all the same, where the store lost that it had turned round.
        row.accepted.do = isChild(row) && row.do?.kind === "pending";
      }
      if (direction === "do" || outcome.kind === "done") row[direction] = outcome;
      else {
        row.undo = undefined;
        // The work goes on that the Undo would have stopped.
        if (row.do?.kind === "pending") row.accepted.do = true;
      }
    }
    return {
      kind: "complete",
      step,
      item,
      round,
      direction: direction === "do" ? "forward" : "backward",
      outcome,
    };
  }

  const working = () =>
    [...rows.values()].flatMap((row) =>
      (["do", "undo"] as const).filter((way) => row.accepted[way]).map((way) => ({ row, way })),
    );

  return {
    /** A call is over, and this is what its sender hears. */
    answer(ref: SendRef, how: number): Outcome {
      const row = rowOf(ref);
      switch (how % 29) {
        case 1:
          return failed("none");
        case 2:
          return failed("none", { retry: false });
        case 3:
          arrives(ref, how >> 3);
          return failed("unknown");
        case 4:
        case 5:
          if (ref.direction === "forward") row.underway += 1;
          return failed("unknown", how % 2 ? { retry: false, retryAfterMs: 300 } : {});
        case 6:
          return held(how % 400);
        default:
          return arrives(ref, how >> 3);
      }
    },
    /** The best there can be. */
    succeed(ref: SendRef): Outcome {
      return arrives(ref, 0);
    },
    /** The sender of this call is gone: it was served, or will be, or never. */
    lose(ref: SendRef, how: number): void {
      if (how % 3 === 0) arrives(ref, how >> 3);
      else if (how % 3 === 1 && ref.direction === "forward") rowOf(ref).underway += 1;
    },
    /** A Do that everyone had given up arrives. */
    arrive(pick: number): void {
      const late = [...rows.values()].filter(({ underway }) => underway > 0);
      const row = late[pick % late.length];
      if (row === undefined) return;
      row.underway -= 1;
      doArrives(row, pick >> 3);
    },
    arriveAll(): void {
      for (const row of rows.values()) {
        if (row.underway > 0) doArrives(row, 0);
        row.underway = 0;
        if (row.accepted.do) complete(row, "do", done());
      }
    },
    /** Work that was accepted comes to its end. */
    complete(pick: number, how: number): Completion | undefined {
      const at = working();
      const work = at[pick % at.length];
      if (work === undefined) return undefined;
      if (how % 7 === 3) return complete(work.row, work.way, failed("unknown"));
      return complete(work.row, work.way, how % 5 === 2 ? rejected : done(`{"late":${how % 2}}`));
    },
    /** Which work is under way. */
    working: () =>
      working().map(({ row, way }) => ({ ...row, direction: way === "do" ? "forward" : "backward" }) as const),
    /**
     * A person looks after an effect, sees to it that nothing late changes it, and says what is true. `undo`: takes it
     * away, through the barrier.
     */
    settle(
      at: { step: number; item: number | undefined; round: number },
      undo: boolean,
    ): "doApplied" | "doNotApplied" | "undoApplied" {
      const row = rowOf(at);
      row.underway = 0;
      row.accepted = { do: false, undo: false };
      if (row.undo?.kind === "pending") row.undo = row.applied ? undefined : done();
      if (undo) {
        row.applied = false;
        row.undo = done();
        return "undoApplied";
      }
      if (row.applied) {
        row.undo = undefined;
        row.do = row.do?.kind === "done" ? row.do : done();
        return "doApplied";
      }
      if (row.undo !== undefined) return "undoApplied";
      if (row.do?.kind === "pending") row.do = undefined;
      return "doNotApplied";
    },
    excuse(at: { step: number; item: number | undefined; round: number }): void {
      rowOf(at).excused = true;
    },
    rows: (): readonly Row[] => [...rows.values()],
    rowOf,
    /** Whether an effect exists, or may come into being by a call that was sent already. */
    mayHaveEffect: (row: Row, live: readonly SendRef[]): boolean =>
      row.applied ||
      (row.undo === undefined &&
        // A call counts as refused only where no other send of it is open; what became of a child saga is known for sure.
        !(row.do?.kind === "rejected" && isChild(row)) &&
        (row.underway > 0 ||
          row.accepted.do ||
          live.some(
            (ref) =>
              ref.direction === "forward" && ref.step === row.step && ref.item === row.item && ref.round === row.round,
          ))),
    get refusedLate() {
      return refusedLate;
    },
  };
}

export type World = ReturnType<typeof createWorld>;
