package io.backstitch.shop.shipping;

import io.backstitch.Rejected;
import io.backstitch.participant.Action;
import io.backstitch.participant.DoContext;
import io.backstitch.participant.UndoContext;
import io.backstitch.shop.Service;
import io.backstitch.shop.ShopActions;
import io.backstitch.shop.database.Database;
import io.backstitch.shop.database.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Labels of parcels. */
public final class ShippingService implements Service {
  /** Where the carrier goes, as ISO 3166 codes. */
  private static final Set<String> COUNTRIES = Set.of("AT", "CH", "DE", "ES", "FR", "GB", "IT", "NL", "PL", "US");

  record Address(String name, String street, String city, String country) {}

  record Shipment(String order_id, Address address) {}

  record Label(String label_id, String tracking_code) {}

  @Override
  public String name() {
    return "shipping";
  }

  @Override
  public List<String> schema() {
    return List.of(
        """
        CREATE TABLE IF NOT EXISTS labels (
          id            TEXT PRIMARY KEY,
          order_id      TEXT NOT NULL,
          recipient     TEXT NOT NULL,
          country       TEXT NOT NULL,
          tracking_code TEXT NOT NULL,
          status        TEXT NOT NULL -- BOUGHT or VOID
        )""");
  }

  @Override
  public Map<String, Action> actions(Database database) {
    Action createLabel =
        ShopActions.action(database, Shipment.class, ShippingService::createLabel, ShippingService::voidLabel);
    return Map.of("create_label", createLabel);
  }

  /** Buys a shipping label. */
  private static Label createLabel(Sql sql, Shipment shipment, DoContext context) throws SQLException {
    Address address = shipment.address();
    String country = address.country();
    if (country == null || !COUNTRIES.contains(country)) {
      Map<String, Object> details = country == null ? Map.of() : Map.of("country", country);
      throw new Rejected("NO_SERVICE", "the carrier does not go there", details);
    }
    Label label =
        new Label(
            "lbl_" + UUID.randomUUID(),
            "BS" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT));
    sql.run(
        "INSERT INTO labels (id, order_id, recipient, country, tracking_code, status) VALUES (?, ?, ?, ?, ?, 'BOUGHT')",
        label.label_id(),
        shipment.order_id(),
        address.name(),
        country,
        label.tracking_code());
    return label;
  }

  /** Voids a label. */
  private static void voidLabel(Sql sql, UndoContext context) throws SQLException {
    String id = context.doOutput(Label.class).map(Label::label_id).orElse(null);
    sql.run("UPDATE labels SET status = 'VOID' WHERE id = ?", id);
  }
}
