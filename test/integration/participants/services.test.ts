import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foodOrder, fulfilmentOrder } from "../../../deploy/local/orders.ts";
import { type Database, openDatabase, readDatabase, type Sql } from "../../../participants/src/database/database.ts";
import { inventoryService } from "../../../participants/src/inventory/service.ts";
import { countEffects, ledgerSchema, readLedger, withLedger } from "../../../participants/src/ledger.ts";
import { orderService } from "../../../participants/src/order/service.ts";
import { paymentService } from "../../../participants/src/payment/service.ts";
import type { ShopService } from "../../../participants/src/service.ts";
import { shippingService } from "../../../participants/src/shipping/service.ts";
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
    service: shippingService,
    action: "create_label",
    input: fulfilmentOrder(),
    state: (sql) => sql.all`SELECT recipient, status FROM labels`,
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
  create_label: [{ recipient: "Ada Lovelace", status: "BOUGHT" }],
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
  create_label: [{ recipient: "Ada Lovelace", status: "VOID" }],
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
      const context = { ...newContext(), action, doInput: rest.input as never };
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
