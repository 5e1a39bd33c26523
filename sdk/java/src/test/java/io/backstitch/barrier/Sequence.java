package io.backstitch.barrier;

import static io.backstitch.internal.Direction.DO;
import static io.backstitch.internal.Direction.UNDO;

import io.backstitch.internal.Direction;
import java.util.List;

/**
 * Commands about one effect, and how many effects are left in the end. Each command: its direction, how its handler
 * would behave, the answer expected, and whether the handler runs.
 */
record Sequence(String name, int effects, List<Step> steps) {
  record Step(Direction direction, String behaviour, String expected, boolean runs) {}

  static final List<Sequence> ALL =
      List.of(
          of("a Do applies its effect", 1, ran(DO, "done", "done")),
          of(
              "a repeated Do applies nothing and is answered as the first time",
              1,
              ran(DO, "done", "done"),
              not(DO, "rejected", "done"),
              not(DO, "fails", "done")),
          of(
              "a refusal takes back what its handler did, and stands",
              0,
              ran(DO, "rejected", "rejected NO"),
              not(DO, "done", "rejected NO")),
          of(
              "an accepted Do keeps what its handler did, and stands",
              1,
              ran(DO, "pending", "pending"),
              not(DO, "done", "pending")),
          of(
              "a technical failure leaves nothing, so the next attempt runs",
              1,
              ran(DO, "fails", "fails"),
              ran(DO, "unencodable", "fails"),
              ran(DO, "error", "fails"),
              ran(DO, "later", "fails"),
              ran(DO, "done", "done")),
          of(
              "an Undo removes the effect, once",
              0,
              ran(DO, "done", "done"),
              ran(UNDO, "done", "done"),
              not(UNDO, "fails", "done")),
          of(
              "an Undo whose Do never came succeeds without its handler, and the late Do applies nothing",
              0,
              not(UNDO, "fails", "done"),
              not(DO, "done", "rejected UNDONE"),
              not(DO, "done", "rejected UNDONE"),
              not(UNDO, "fails", "done")),
          of(
              "a Do repeated after its Undo applies nothing",
              0,
              ran(DO, "done", "done"),
              ran(UNDO, "done", "done"),
              not(DO, "done", "rejected UNDONE")),
          of(
              "an Undo of a refused Do succeeds without its handler",
              0,
              ran(DO, "rejected", "rejected NO"),
              not(UNDO, "fails", "done")),
          of("an Undo of an accepted Do runs", 0, ran(DO, "pending", "pending"), ran(UNDO, "done", "done")),
          of(
              "an Undo that fails can be tried again",
              0,
              ran(DO, "done", "done"),
              ran(UNDO, "fails", "fails"),
              ran(UNDO, "done", "done")),
          of(
              "an Undo that is refused leaves the effect, and its Do stands",
              1,
              ran(DO, "done", "done"),
              ran(UNDO, "rejected", "rejected NO"),
              not(DO, "fails", "done")),
          of(
              "an Undo that was refused reaches its handler again, until it is done",
              0,
              ran(DO, "done", "done"),
              ran(UNDO, "rejected", "rejected NO"),
              ran(UNDO, "rejected", "rejected NO"),
              ran(UNDO, "done", "done"),
              not(UNDO, "fails", "done"),
              not(DO, "done", "rejected UNDONE")),
          of(
              "an accepted Undo stands",
              0,
              ran(DO, "done", "done"),
              ran(UNDO, "pending", "pending"),
              not(UNDO, "fails", "pending"),
              not(DO, "fails", "rejected UNDONE")),
          of(
              "a Do that was refused is refused with UNDONE once it is undone",
              0,
              ran(DO, "rejected", "rejected NO"),
              not(UNDO, "fails", "done"),
              not(DO, "done", "rejected UNDONE")),
          of(
              "after a Do that failed, its Undo has nothing to do",
              0,
              ran(DO, "fails", "fails"),
              not(UNDO, "fails", "done"),
              not(DO, "done", "rejected UNDONE")));

  private static Sequence of(String name, int effects, Step... steps) {
    return new Sequence(name, effects, List.of(steps));
  }

  private static Step ran(Direction direction, String behaviour, String expected) {
    return new Step(direction, behaviour, expected, true);
  }

  private static Step not(Direction direction, String behaviour, String expected) {
    return new Step(direction, behaviour, expected, false);
  }
}
