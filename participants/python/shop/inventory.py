"""The stock and what is set aside: ``python -m shop.inventory``."""

from __future__ import annotations

from typing import Any, TypedDict
from uuid import uuid4

from backstitch import DoContext, Rejected, UndoContext

from shop.database import Sql
from shop.service import ShopService, run_service


class Item(TypedDict):
    sku: str
    quantity: int


class Reservation(TypedDict):
    order_id: str
    items: list[Item]


class Parcel(TypedDict):
    reservation_id: str
    label_id: str


def reserve(sql: Sql, input: Reservation, _context: DoContext) -> dict[str, str]:
    """Takes items out of the stock and sets them aside for an order."""
    reservation_id = f"res_{uuid4()}"
    # In one order, so that two reservations never wait for each other's rows.
    for item in sorted(input["items"], key=lambda item: item["sku"]):
        quantity = whole(item.get("quantity"))
        if quantity is None or quantity < 1:
            raise Rejected("BAD_QUANTITY", "a quantity is 1 or more")
        take(sql, item["sku"], quantity)
        sql.run(
            "INSERT INTO reservations (id, order_id, sku, quantity, status) VALUES (?, ?, ?, ?, 'HELD')",
            reservation_id,
            input["order_id"],
            item["sku"],
            quantity,
        )
    return {"reservation_id": reservation_id}


def release(sql: Sql, _input: Any, context: UndoContext) -> None:
    """Puts the items back."""
    reservation_id = str((context.do_output or {}).get("reservation_id"))
    for held in sql.all("SELECT sku, quantity FROM reservations WHERE id = ? ORDER BY sku", reservation_id):
        sql.run("UPDATE stock SET on_hand = on_hand + ? WHERE sku = ?", held["quantity"], held["sku"])
    sql.run("UPDATE reservations SET status = 'RELEASED' WHERE id = ?", reservation_id)


def notify_warehouse(sql: Sql, input: Parcel, _context: DoContext) -> dict[str, str]:
    """Tells the warehouse what to pick, by way of its list."""
    pick_id = f"pick_{uuid4()}"
    sql.run(
        "INSERT INTO pick_list (id, reservation_id, label_id, status) VALUES (?, ?, ?, 'OPEN')",
        pick_id,
        input["reservation_id"],
        input["label_id"],
    )
    return {"pick_id": pick_id}


def call_off(sql: Sql, _input: Any, context: UndoContext) -> None:
    """Tells the warehouse to pick nothing."""
    pick_id = str((context.do_output or {}).get("pick_id"))
    sql.run("UPDATE pick_list SET status = 'CALLED_OFF' WHERE id = ?", pick_id)


def take(sql: Sql, sku: str, quantity: int) -> None:
    if sql.run("UPDATE stock SET on_hand = on_hand - ? WHERE sku = ? AND on_hand >= ?", quantity, sku, quantity) == 1:
        return
    stock = sql.all("SELECT on_hand FROM stock WHERE sku = ?", sku)
    if not stock:
        raise Rejected("UNKNOWN_SKU", f'the shop does not sell "{sku}"', {"sku": sku})
    left = stock[0]["on_hand"]
    raise Rejected("OUT_OF_STOCK", f'only {left} of "{sku}" are left', {"sku": sku, "on_hand": left})


def whole(number: object) -> int | None:
    """A number without fraction as an integer; None for anything else."""
    if isinstance(number, bool) or not isinstance(number, int | float) or number != number // 1:
        return None
    return int(number)


INVENTORY = ShopService(
    name="inventory",
    # Starts with plenty of coffee and three teapots.
    schema="""
    CREATE TABLE IF NOT EXISTS stock (sku TEXT PRIMARY KEY, on_hand INTEGER NOT NULL CHECK (on_hand >= 0));
    INSERT INTO stock (sku, on_hand) VALUES ('coffee', 1000000), ('mug', 1000000), ('teapot', 3)
      ON CONFLICT (sku) DO NOTHING;
    CREATE TABLE IF NOT EXISTS reservations (
      id       TEXT NOT NULL,
      order_id TEXT NOT NULL,
      sku      TEXT NOT NULL,
      quantity INTEGER NOT NULL,
      status   TEXT NOT NULL, -- HELD or RELEASED
      PRIMARY KEY (id, sku)
    );
    CREATE TABLE IF NOT EXISTS pick_list (
      id             TEXT PRIMARY KEY,
      reservation_id TEXT NOT NULL,
      label_id       TEXT NOT NULL,
      status         TEXT NOT NULL -- OPEN or CALLED_OFF
    );""",
    actions={"reserve": (reserve, release), "notify_warehouse": (notify_warehouse, call_off)},
)

if __name__ == "__main__":
    run_service(INVENTORY)
