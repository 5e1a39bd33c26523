package io.backstitch.shop;

import io.backstitch.participant.Action;
import io.backstitch.shop.database.Database;
import java.util.List;
import java.util.Map;

/** A participant of the shop: what it keeps and what it does. */
public interface Service {
  /** The participant's name in the orchestrator's configuration. */
  String name();

  /** Statements that create the tables which are missing, in SQL for both databases. */
  List<String> schema();

  /** Its actions by name; {@link ShopActions} has the usual way to make one. */
  Map<String, Action> actions(Database database);
}
