package io.backstitch.barrier;

import io.backstitch.internal.Direction;
import io.backstitch.internal.Outcome;

/**
 * The rules of the barrier, without a database. A row stands for one effect and serves as its lock: whoever comes
 * first, Do or Undo, inserts it, and everyone else waits for that transaction. Rules:
 *
 * <ul>
 *   <li>B1 a command that was answered gets the same answer again, and its handler does not run;
 *   <li>B2 an Undo whose Do never came is recorded and succeeds without its handler;
 *   <li>B3 a Do after its Undo (done, or accepted) is refused with UNDONE, whatever it was answered before, a refusal
 *       included: the saga has turned round, and no other answer would tell it;
 *   <li>B4 an Undo of a Do that was refused succeeds without its handler;
 *   <li>B5 otherwise the handler runs, and its answer is recorded in the same transaction;
 *   <li>B6 but a refusal of an Undo is not recorded: it is for a person to see to, and the Undo that they have tried
 *       again is to reach the handler.
 * </ul>
 */
final class BarrierRules {
  /** The code of a Do that is refused because its Undo came first. */
  static final String UNDONE_CODE = "UNDONE";

  private static final Outcome UNDONE = new Outcome.Refused(UNDONE_CODE, "the effect was undone before", null);
  private static final Outcome NOTHING_TO_UNDO = new Outcome.Done("");

  private BarrierRules() {}

  /** What is recorded of an effect; a direction that has not come is null. */
  record Row(Outcome doAnswer, Outcome undoAnswer) {
    /** Of an effect of which nothing is known. */
    static final Row NEW = new Row(null, null);
  }

  /** What to do with a command. */
  sealed interface Decision {
    /** Run the handler. */
    record Run() implements Decision {}

    /** Answer this, having recorded it if so said. */
    record Answer(Outcome answer, boolean record) implements Decision {}
  }

  /** Whether an answer that a handler gave is recorded. */
  static boolean isRecorded(Direction direction, Outcome answer) {
    return direction == Direction.DO || !(answer instanceof Outcome.Refused);
  }

  /** Decides about a command, given the row as it was before. */
  static Decision decide(Direction direction, Row row) {
    return direction == Direction.DO ? decideDo(row) : decideUndo(row);
  }

  private static Decision decideDo(Row row) {
    if (row.undoAnswer() != null) return new Decision.Answer(UNDONE, row.doAnswer() == null);
    return row.doAnswer() == null ? new Decision.Run() : new Decision.Answer(row.doAnswer(), false);
  }

  private static Decision decideUndo(Row row) {
    if (row.undoAnswer() != null) return new Decision.Answer(row.undoAnswer(), false);
    if (row.doAnswer() == null || row.doAnswer() instanceof Outcome.Refused) {
      return new Decision.Answer(NOTHING_TO_UNDO, true);
    }
    return new Decision.Run();
  }
}
