package io.backstitch.barrier;

import io.backstitch.participant.DoContext;
import java.sql.Connection;

/**
 * Applies an effect in the barrier's transaction.
 *
 * @param <I> the input: a record, or a map
 */
@FunctionalInterface
public interface BarrierDo<I> {
  /** As a {@link io.backstitch.participant.DoHandler}; whatever it does over the connection counts once. */
  Object apply(Connection connection, I input, DoContext context) throws Exception;
}
