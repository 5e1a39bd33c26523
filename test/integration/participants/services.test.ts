import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foodOrder, fulfilmentOrder } from "../../../deploy/local/orders.ts";
import { cloudService } from "../../../participants/src/cloud/service.ts";
import { type Database, openDatabase, readDatabase, type Sql } from "../../../participants/src/database/database.ts";
import { deliveryService } from "../../../participants/src/delivery/service.ts";
import { inventoryService } from "../../../participants/src/inventory/service.ts";
import { countEffects, ledgerSchema, readLedger, withLedger } from "../../../participants/src/ledger.ts";
import { merchantsService } from "../../../participants/src/merchants/service.ts";
import { mobilityService } from "../../../participants/src/mobility/service.ts";
import { orderService } from "../../../participants/src/order/service.ts";
import { paymentService } from "../../../participants/src/payment/service.ts";
import type { ShopService } from "../../../participants/src/service.ts";
import { shippingService } from "../../../participants/src/shipping/service.ts";
import { staysService } from "../../../participants/src/stays/service.ts";
import { startPostgres, type TestPostgres } from "../../support/postgres.ts";
import { removeFolder, temporaryFolder } from "../../support/redis-process.ts";
import { newContext } from "../sdk/barrier-contract.ts";

let folder: string;
let postgres: TestPostgres;
beforeAll(async () => {
  folder = await temporaryFolder("services");
  postgres = await startPostgres();
}, 60_000);
afterAll(async () => {
  await postgres?.stop();
  await removeFolder(folder);
});

/** What each action is given, and a query over what it wrote. */
const cases: { service: ShopService; action: string; input: object; state: (sql: Sql) => Promise<unknown[]> }[] = [
  {
    service: orderService,
    action: "create",
    input: foodOrder(),
    state: (sql) => sql.all`SELECT status, total, latitude FROM orders`,
  },
  {
    service: orderService,
    action: "send_confirmation",
    input: { order_id: "o1", email: "ada@example.com", tracking_code: "T" },
    state: (sql) => sql.all`SELECT subject FROM outbox ORDER BY subject DESC`,
  },
  {
    service: orderService,
    action: "update_analytics",
    input: { total: 700 },
    state: async (sql) =>
      (await sql.all<{ orders: number; revenue: number | string }>`SELECT orders, revenue FROM figures`).map(
        ({ orders, revenue }) => ({ orders, revenue: Number(revenue) }),
      ),
  },
  {
    service: inventoryService,
    action: "reserve",
    input: fulfilmentOrder(),
    state: (sql) => sql.all`SELECT stock.sku, on_hand, quantity, status FROM reservations
      JOIN stock ON stock.sku = reservations.sku ORDER BY stock.sku`,
  },
  {
    service: inventoryService,
    action: "notify_warehouse",
    input: { reservation_id: "r1", label_id: "l1" },
    state: (sql) => sql.all`SELECT reservation_id, status FROM pick_list`,
  },
  {
    service: paymentService,
    action: "charge",
    input: { order_id: "o1", amount: 500, currency: "EUR", card_token: "card_visa" },
    state: (sql) => sql.all`SELECT charges.amount, refunds.amount AS refunded FROM charges
      LEFT JOIN refunds ON refunds.charge_id = charges.id`,
  },
  {
    service: paymentService,
    action: "authorize",
    input: { order_id: "o1", amount: 500, currency: "EUR", card_token: "card_visa" },
    state: (sql) => sql.all`SELECT amount, status FROM authorizations`,
  },
  {
    service: paymentService,
    action: "pay_out",
    input: { payee: "driver_1", order_id: "o1", amount: 400, currency: "EUR" },
    state: (sql) => sql.all`SELECT payee, amount, status FROM payouts`,
  },
  {
    service: mobilityService,
    action: "assign_driver",
    input: { request_id: "r1", drivers: ["drv_1002"] },
    state: (sql) => sql.all`SELECT status FROM drivers WHERE id = 'drv_1002'`,
  },
  {
    service: mobilityService,
    action: "save_ratings",
    input: { ride_id: "r1", by_rider: 5, by_driver: null },
    state: (sql) => sql.all`SELECT by_rider, by_driver FROM ratings`,
  },
  {
    service: deliveryService,
    action: "place_order",
    input: { order_id: "o1", customer: "ada", restaurant: "Enzo", items: [{ name: "Pizza", quantity: 1 }] },
    state: (sql) => sql.all`SELECT status, message FROM orders LEFT JOIN notifications
      ON notifications.customer = orders.customer`,
  },
  {
    service: shippingService,
    action: "create_label",
    input: fulfilmentOrder(),
    state: (sql) => sql.all`SELECT recipient, status FROM labels`,
  },
  {
    service: staysService,
    action: "hold_dates",
    input: { listing_id: "lst_1", check_in: "2026-07-01T15:00:00Z", check_out: "2026-07-03T11:00:00Z" },
    state: (sql) => sql.all`SELECT night FROM nights ORDER BY night`,
  },
  {
    service: cloudService,
    action: "allocate_capacity",
    input: { instance_id: "i_1", zone: "zone-b", cores: 1 },
    state: (sql) => sql.all`SELECT free_cores, resources.status FROM zones, resources WHERE zones.name = 'zone-b'`,
  },
  {
    service: cloudService,
    action: "assign_address",
    input: { instance_id: "i_1", interface_id: "if_1" },
    state: (sql) => sql.all`SELECT about, status FROM resources`,
  },
  {
    service: merchantsService,
    action: "close_shipment",
    input: { order_id: "o1", tracking_code: "T" },
    state: (sql) => sql.all`SELECT order_id, status FROM shipments`,
  },
];

const done: Record<string, unknown> = {
  create: [{ status: "PENDING_PAYMENT", total: 2500, latitude: 41.8881 }],
  send_confirmation: [{ subject: "Your order o1 is on its way: T" }],
  update_analytics: [{ orders: 1, revenue: 700 }],
  reserve: [
    { sku: "coffee", on_hand: 999_998, quantity: 2, status: "HELD" },
    { sku: "mug", on_hand: 999_999, quantity: 1, status: "HELD" },
  ],
  notify_warehouse: [{ reservation_id: "r1", status: "OPEN" }],
  charge: [{ amount: 500, refunded: null }],
  authorize: [{ amount: 500, status: "HELD" }],
  pay_out: [{ payee: "driver_1", amount: 400, status: "PAID" }],
  assign_driver: [{ status: "BUSY" }],
  save_ratings: [{ by_rider: 5, by_driver: null }],
  place_order: [{ status: "PLACED", message: null }],
  create_label: [{ recipient: "Ada Lovelace", status: "BOUGHT" }],
  hold_dates: [{ night: "2026-07-01" }, { night: "2026-07-02" }],
  allocate_capacity: [{ free_cores: 1, status: "HELD" }],
  assign_address: [{ about: "198.51.100.1 at if_1", status: "HELD" }],
  close_shipment: [{ order_id: "o1", status: "DELIVERED" }],
};

const undone: Record<string, unknown> = {
  create: [{ status: "CANCELLED", total: 2500, latitude: 41.8881 }],
  send_confirmation: [{ subject: "Your order o1 was cancelled" }, { subject: "Your order o1 is on its way: T" }],
  update_analytics: [{ orders: 0, revenue: 0 }],
  reserve: [
    { sku: "coffee", on_hand: 1_000_000, quantity: 2, status: "RELEASED" },
    { sku: "mug", on_hand: 1_000_000, quantity: 1, status: "RELEASED" },
  ],
  notify_warehouse: [{ reservation_id: "r1", status: "CALLED_OFF" }],
  charge: [{ amount: 500, refunded: 500 }],
  authorize: [{ amount: 500, status: "RELEASED" }],
  pay_out: [{ payee: "driver_1", amount: 400, status: "CLAWED_BACK" }],
  assign_driver: [{ status: "FREE" }],
  save_ratings: [],
  place_order: [{ status: "CANCELLED", message: "Your order o1 was cancelled; you pay nothing" }],
  create_label: [{ recipient: "Ada Lovelace", status: "VOID" }],
  hold_dates: [],
  allocate_capacity: [{ free_cores: 2, status: "RELEASED" }],
  assign_address: [{ about: "198.51.100.1 at if_1", status: "RELEASED" }],
  close_shipment: [{ order_id: "o1", status: "TO_BE_RETURNED" }],
};

async function withDatabase(url: string, service: ShopService, work: (database: Database) => Promise<void>) {
  const database = await openDatabase(url);
  try {
    await database.migrate(`${ledgerSchema}${service.schema}`);
    // As after a restart.
    await database.migrate(`${ledgerSchema}${service.schema}`);
    await work(database);
  } finally {
    await database.close();
  }
}

describe.each(["SQLite", "PostgreSQL"] as const)("the shop's services on %s", (kind) => {
  async function freshUrl(): Promise<string> {
    const name = `shop_${randomUUID().replaceAll("-", "")}`;
    if (kind === "SQLite") return `sqlite:${folder}/${name}.db`;
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    return postgres.url.replace(/\/postgres$/, `/${name}`);
  }

  test.each(cases)("$service.name $action is applied once and undone once", async ({ service, action, ...rest }) => {
    const url = await freshUrl();
    await withDatabase(url, service, async (database) => {
      const handlers = service.actions[action]!;
      const guarded = database.action(withLedger(handlers));
      const fresh = newContext();
      const idempotencyKey = `${fresh.effectId}/do`;
      const context = { ...fresh, idempotencyKey, action, doInput: rest.input as never };
      const output = await guarded.do(rest.input, context);
      expect(await guarded.do(rest.input, context)).toEqual(output);
      expect(await readDatabase(url, rest.state)).toEqual(done[action]);
      await guarded.undo?.({}, context);
      await guarded.undo?.({}, context);
      expect(await readDatabase(url, rest.state)).toEqual(undone[action]);
      const ledger = await readLedger(url);
      expect(countEffects(ledger)).toEqual({ [action]: { done: 1, undone: 1 } });
      expect(ledger.every(({ effectId }) => effectId === context.effectId)).toBe(true);
      expect(await readLedger(url, "another-saga")).toEqual([]);
    });
  });

  test("a reservation that fails half-way leaves neither stock, reservation nor ledger changed", async () => {
    const url = await freshUrl();
    await withDatabase(url, inventoryService, async (database) => {
      const reserve = database.action(withLedger(inventoryService.actions.reserve!));
      const items = [
        { sku: "coffee", quantity: 1 },
        { sku: "teapot", quantity: 4 },
      ];
      const answer = await reserve.do({ order_id: "o1", items }, newContext());
      expect(answer).toMatchObject({ code: "OUT_OF_STOCK", details: { sku: "teapot", on_hand: 3 } });
      const stock = await readDatabase(url, (sql) => sql.all`SELECT on_hand FROM stock WHERE sku = 'coffee'`);
      expect(stock).toEqual([{ on_hand: 1_000_000 }]);
      expect(await readLedger(url)).toEqual([]);
    });
  });

  test("an order is confirmed only while it waits for its payment", async () => {
    await withDatabase(await freshUrl(), orderService, async (database) => {
      const create = database.action(orderService.actions.create!);
      const confirm = database.action(orderService.actions.confirm!);
      const { order_id } = (await create.do(foodOrder(), newContext())) as { order_id: string };
      const input = { order_id, charge_id: "ch_1" };
      expect(await confirm.do(input, newContext())).toEqual({ order_id, status: "CONFIRMED" });
      expect(await confirm.do(input, newContext())).toMatchObject({ code: "NOT_PENDING" });
    });
  });
});
