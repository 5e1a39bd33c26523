package io.backstitch.shop;

import io.backstitch.participant.Action;
import io.backstitch.participant.DoContext;
import io.backstitch.participant.UndoContext;
import io.backstitch.shop.database.Database;
import io.backstitch.shop.database.Sql;

/** Actions behind barrier and ledger. */
public final class ShopActions {
  /** Applies an effect over the transaction's SQL, and gives the output. */
  @FunctionalInterface
  public interface Apply<I> {
    Object apply(Sql sql, I input, DoContext context) throws Exception;
  }

  /** Removes an effect over the transaction's SQL. */
  @FunctionalInterface
  public interface Undo {
    void undo(Sql sql, UndoContext context) throws Exception;
  }

  private ShopActions() {}

  /** An action that runs once for an effect, with a line in the ledger. A handler that throws leaves none. */
  public static <I> Action action(Database database, Class<I> inputType, Apply<I> apply, Undo undo) {
    return database
        .barrier()
        .action(
            inputType,
            (connection, input, context) -> {
              Sql sql = new Sql(connection);
              Object output = apply.apply(sql, input, context);
              Ledger.write(sql, context);
              return output;
            },
            (connection, input, context) -> {
              Sql sql = new Sql(connection);
              undo.undo(sql, context);
              Ledger.write(sql, context);
            });
  }
}
