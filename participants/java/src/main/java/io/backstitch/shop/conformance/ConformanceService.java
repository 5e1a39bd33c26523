package io.backstitch.shop.conformance;

import io.backstitch.participant.Action;
import io.backstitch.participant.DoContext;
import io.backstitch.shop.Ledger;
import io.backstitch.shop.Service;
import io.backstitch.shop.ShopActions;
import io.backstitch.shop.database.Database;
import io.backstitch.shop.database.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The participant that the conformance kit is run against: it behaves as its input says. */
public final class ConformanceService implements Service {
  private final Counts counts = new Counts();

  @Override
  public String name() {
    return "conformance";
  }

  @Override
  public List<String> schema() {
    return List.of();
  }

  @Override
  public Map<String, Action> actions(Database database) {
    Map<String, Action> actions = new HashMap<>();
    actions.put("effect", effect(database));
    actions.put("bare", bare());
    actions.put("echo", Action.of(ConformanceService::echo));
    actions.put("count", Action.of((input, context) -> count(database, (String) input.get("effect_id"))));
    for (String name : List.of("a", "b", "c", "d", "e", "f")) {
      Action action =
          ShopActions.action(database, Map.class, (sql, input, context) -> Map.of("of", name), (sql, context) -> {});
      actions.put(name, action);
    }
    return actions;
  }

  /** Behaves as told behind the barrier. The ledger's line comes first, so that a refusal has to take it back. */
  private Action effect(Database database) {
    return database
        .barrier()
        .action(
            Told.class,
            (connection, told, context) -> {
              Ledger.write(new Sql(connection), context);
              return Behaviours.behave(told, context, counts.of(context.effectId()));
            },
            (connection, input, context) -> {
              Ledger.write(new Sql(connection), context);
              Behaviours.behave(context.doInput(Told.class), context, counts.of(context.effectId()));
            });
  }

  /** Behaves as told without a barrier or a database, and says how often it was begun. */
  private Action bare() {
    return Action.of(
        Told.class,
        (told, context) -> {
          Counts.OfEffect own = counts.of(context.effectId());
          int runs = own.runs.incrementAndGet();
          Object output = Behaviours.behave(told, context, own);
          if (!(output instanceof Map<?, ?> fields && fields.containsKey("id"))) return output;
          Map<Object, Object> counted = new LinkedHashMap<>(fields);
          counted.put("runs", runs);
          return counted;
        },
        (input, context) -> {
          Counts.OfEffect own = counts.of(context.effectId());
          own.undoRuns.incrementAndGet();
          Behaviours.behave(context.doInput(Told.class), context, own);
        });
  }

  /** Says what it was told. Only reads. */
  private static Object echo(Map<String, Object> input, DoContext context) {
    Instant deadline = context.deadline().orElse(null);
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("namespace", context.namespace());
    told.put("saga_id", context.sagaId());
    told.put("definition", context.definition());
    told.put("version", context.version());
    told.put("step", context.step());
    told.put("action", context.action());
    told.put("effect_id", context.effectId());
    told.put("idempotency_key", context.idempotencyKey());
    told.put("attempt", context.attempt());
    told.put("metadata", context.metadata());
    told.put("completion_token", context.completionToken());
    told.put("item", context.item().isPresent() ? context.item().getAsInt() : null);
    told.put("has_deadline", deadline != null);
    told.put("deadline_in_ms", deadline == null ? null : Duration.between(Instant.now(), deadline).toMillis());
    told.put("input", input);
    return told;
  }

  /** How often an effect was applied and undone, as the ledger has it, and what was counted in memory. Only reads. */
  private Object count(Database database, String effectId) throws SQLException {
    Counts.OfEffect own = counts.of(effectId);
    return database.read(
        sql ->
            Map.of(
                "applied", Ledger.count(sql, effectId, "do"),
                "undone", Ledger.count(sql, effectId, "undo"),
                "runs", own.runs.get(),
                "undo_runs", own.undoRuns.get(),
                "aborted", own.aborted.get()));
  }
}
