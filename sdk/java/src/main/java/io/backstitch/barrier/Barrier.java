package io.backstitch.barrier;

import io.backstitch.Pending;
import io.backstitch.Rejected;
import io.backstitch.RetryAfter;
import io.backstitch.internal.Direction;
import io.backstitch.internal.Json;
import io.backstitch.internal.Outcome;
import io.backstitch.internal.Outcomes;
import io.backstitch.internal.StatusError;
import io.backstitch.participant.Action;
import io.backstitch.participant.DoContext;
import io.backstitch.participant.DoHandler;
import io.backstitch.participant.UndoContext;
import io.backstitch.participant.UndoHandler;
import io.grpc.Status;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.sql.DataSource;

/**
 * Guards actions whose effects live in one database: each handler runs once for an effect, inside the transaction that
 * records its answer. The rules stand in the README.
 */
public final class Barrier {
  /** How many rows one transaction removes. */
  private static final int CLEAN_BATCH = 1000;

  private final BarrierStore store;

  private Barrier(BarrierStore store) {
    this.store = store;
  }

  /**
   * A barrier in PostgreSQL. After a serialization failure or a deadlock the handler runs again in a new transaction,
   * so effects outside the database need the idempotency key.
   */
  public static Barrier postgres(DataSource dataSource) {
    return new Barrier(new PostgresStore(Objects.requireNonNull(dataSource, "dataSource")));
  }

  /**
   * A barrier in SQLite. Transactions begin with BEGIN IMMEDIATE. Those of one DataSource run one after the other, so a
   * handler that waits for something else holds up the rest.
   */
  public static Barrier sqlite(DataSource dataSource) {
    return new Barrier(new SqliteStore(Objects.requireNonNull(dataSource, "dataSource")));
  }

  /** Creates the table {@code backstitch_barrier} unless it is there. Any number of processes may do so at once. */
  public void install() throws SQLException {
    store.install();
  }

  /**
   * Removes rows that were last written longer ago than this, and gives their number. A row may go a day after its saga
   * is final, so take the longest life of a saga and add a day.
   */
  public int clean(Duration olderThan) throws SQLException {
    if (olderThan.isNegative()) throw new IllegalArgumentException("olderThan is a duration of 0 or more");
    long beforeMs = System.currentTimeMillis() - olderThan.toMillis();
    int removed = 0;
    for (int batch = CLEAN_BATCH; batch == CLEAN_BATCH; removed += batch) batch = store.clean(beforeMs, CLEAN_BATCH);
    return removed;
  }

  /** An action that only reads, and is answered once. */
  public <I> Action action(Class<I> inputType, BarrierDo<? super I> doHandler) {
    return Action.of(inputType, guarded(doHandler));
  }

  /**
   * An action whose handlers work in the barrier's transaction. The connection that they get is theirs until they
   * return; they cannot end its transaction. The Do's input is read as a record of this type, or a {@code Map}.
   */
  public <I> Action action(Class<I> inputType, BarrierDo<? super I> doHandler, BarrierUndo undoHandler) {
    return Action.of(inputType, guarded(doHandler), guarded(undoHandler));
  }

  /** An action with a map for its input that only reads, and is answered once. */
  public Action action(BarrierDo<Map<String, Object>> doHandler) {
    return Action.of(guarded(doHandler));
  }

  /** An action with a map for its input. */
  public Action action(BarrierDo<Map<String, Object>> doHandler, BarrierUndo undoHandler) {
    return Action.of(guarded(doHandler), guarded(undoHandler));
  }

  /** A handler with its input, in the barrier's transaction. */
  @FunctionalInterface
  private interface Run {
    Object in(Connection connection, BarrierRules.Row row) throws Exception;
  }

  private <I> DoHandler<I> guarded(BarrierDo<? super I> doHandler) {
    Objects.requireNonNull(doHandler, "doHandler");
    return (input, context) ->
        reply(guard(Direction.DO, context, (connection, row) -> doHandler.apply(connection, input, context)));
  }

  private UndoHandler guarded(BarrierUndo undoHandler) {
    Objects.requireNonNull(undoHandler, "undoHandler");
    return (input, context) -> reply(guard(Direction.UNDO, context, undone(input, context, undoHandler)));
  }

  private static Run undone(Map<String, Object> input, UndoContext context, BarrierUndo undoHandler) {
    return (connection, row) -> {
      boolean known = row.doAnswer() instanceof Outcome.Done;
      UndoContext told = known ? context.orDoOutput(((Outcome.Done) row.doAnswer()).output()) : context;
      undoHandler.undo(connection, input, told);
      return null;
    };
  }

  private Outcome guard(Direction direction, DoContext context, Run handler) throws Exception {
    if (context.effectId().isEmpty()) {
      throw new StatusError(Status.Code.INVALID_ARGUMENT, "the command has no effect id");
    }
    return store.transaction(
        context,
        session -> {
          BarrierRules.Row row = session.claim(context);
          if (BarrierRules.decide(direction, row) instanceof BarrierRules.Decision.Answer decision) {
            if (decision.record()) session.record(context, direction, decision.answer());
            return decision.answer();
          }
          assertInTime(context);
          session.savepoint();
          HandlerConnection handed = new HandlerConnection(session.connection());
          Outcome answer;
          try {
            answer = answerOf(direction, () -> handler.in(handed.asConnection(), row));
          } finally {
            handed.end();
          }
          if (answer instanceof Outcome.Refused) session.rollbackToSavepoint();
          session.releaseSavepoint();
          if (BarrierRules.isRecorded(direction, answer)) session.record(context, direction, answer);
          return answer;
        });
  }

  /** A wait for the database may have outlasted the deadline, after which nothing may begin. */
  static void assertInTime(DoContext context) {
    if (context.deadline().filter(deadline -> !Instant.now().isBefore(deadline)).isPresent()) {
      throw new StatusError(Status.Code.DEADLINE_EXCEEDED, "the deadline passed while waiting for the database");
    }
  }

  /** Runs a handler. A technical failure goes on up, as it was thrown, so that the transaction is rolled back. */
  private static Outcome answerOf(Direction direction, Callable<Object> handler) throws Exception {
    Object value;
    try {
      value = handler.call();
    } catch (Rejected | Pending answer) {
      value = answer;
    }
    if (value instanceof RetryAfter later) throw later;
    Outcome outcome = Outcomes.ofReturn(value, direction);
    if (outcome instanceof Outcome.Failed failed) {
      throw new StatusError(Status.fromCodeValue(failed.status()).getCode(), failed.message());
    }
    return outcome;
  }

  private static Outcome reply(Outcome answer) {
    if (answer instanceof Outcome.Accepted) throw new Pending();
    if (answer instanceof Outcome.Refused refused) {
      Object details = refused.details() == null ? null : Json.parseObject(refused.details());
      throw new Rejected(refused.code(), refused.message(), details);
    }
    return answer;
  }
}
