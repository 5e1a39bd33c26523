import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { foodOrder } from "../../deploy/local/orders.ts";
import type { ShopOptions } from "../../deploy/local/shop.ts";
import type { Faults } from "../../participants/src/faults.ts";
import type { HistoryEvent } from "../../sdk/typescript/src/index.ts";
import { neverOpen } from "../support/lab.ts";
import { tallyOrders } from "../support/order-invariants.ts";
import { untilSettled } from "../support/order-traffic.ts";
import { viewParticipant } from "../support/participant-view.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { foodOrderOver, overBothTransports, quickOrderOver, type TransportName } from "../support/quick-order.ts";
import { type ShopSystem, startShopSystem } from "../support/shop.ts";
import { until } from "../support/until.ts";

const transports = ["serve", "unary"] as const;

interface Answer {
  kind: string;
  code?: string;
}

describe.each(["SQLite", "PostgreSQL"] as const)("on %s", (database) => {
  let postgres: TestPostgres | undefined;
  let system: ShopSystem;

  beforeAll(async () => {
    let databases: ShopOptions["databases"];
    if (database === "PostgreSQL") {
      postgres = await startPostgres();
      databases = { payment: postgres.url };
    }
    system = await startShopSystem({
      databases,
      participants: (services) => overBothTransports(services, { breaker: neverOpen }),
    });
    for (const transport of transports) {
      await system.client.register(foodOrderOver(transport));
      await system.client.register(quickOrderOver(transport));
    }
  }, 60_000);
  afterAll(async () => {
    await system?.end();
    await postgres?.stop();
  });

  /** Runs orders that suffer the faults, and holds them against ledgers and histories. */
  async function orders(
    name: string,
    transport: TransportName,
    count: number,
    faults: Faults,
    definition: "quick-order" | "food-order" = "quick-order",
  ) {
    const sagaIds = Array.from({ length: count }, (_, i) => `${name}-${transport}-${i}`);
    await Promise.all(
      sagaIds.map((sagaId) => system.start(`${definition}-${transport}`, foodOrder(), { sagaId, faults })),
    );
    await untilSettled(system.client, sagaIds, 20_000);
    return { sagaIds, tally: await tallyOrders(system.client, system.shop, sagaIds) };
  }

  async function historyOf(sagaId: string, kind: string, step: string): Promise<HistoryEvent[]> {
    const history = await Array.fromAsync(system.client.history(sagaId));
    return history.filter((event) => event.kind === kind && event.step === step);
  }

  /** What the barrier of the payment service keeps of a charge. */
  async function barrierOf(sagaId: string): Promise<{ do: Answer | undefined; undo: Answer | undefined } | undefined> {
    const rows = await system.read(
      "payment",
      (sql) => sql.all<{ do_answer: string | null; undo_answer: string | null }>`
      SELECT do_answer, undo_answer FROM backstitch_barrier WHERE effect_id = ${`${sagaId}/process_payment`}`,
    );
    const parse = (text: string | null) => (text === null ? undefined : (JSON.parse(text) as Answer));
    return rows[0] && { do: parse(rows[0].do_answer), undo: parse(rows[0].undo_answer) };
  }

  describe.each(transports)("over %s", (transport) => {
    test("an answer that is dropped after the commit costs an attempt, and the effect happens once", async () => {
      const { sagaIds, tally } = await orders("dropped", transport, 12, { create: { hang: 1 }, charge: { hang: 2 } });
      expect(tally).toEqual({ completed: 12, compensated: 0, suspended: [] });
      for (const sagaId of sagaIds) {
        const failures = await historyOf(sagaId, "stepFailed", "process_payment");
        expect(failures.map(({ failure }) => failure?.kind)).toEqual(["TIMEOUT", "TIMEOUT"]);
      }
      expect(await viewParticipant(system.orchestrator, `payment_${transport}`)).toMatchObject({ transport });
    });

    test("a Do that begins only after its Undo is refused with UNDONE, and applies nothing", async () => {
      const { sagaIds, tally } = await orders("late", transport, 6, { charge: { delay_ms: 4_500 } });
      expect(tally).toEqual({ completed: 0, compensated: 6, suspended: [] });
      for (const sagaId of sagaIds) {
        expect(await historyOf(sagaId, "stepUndone", "process_payment")).toHaveLength(1);
        await until("the late Do was answered", async () => (await barrierOf(sagaId))?.do !== undefined);
        expect(await barrierOf(sagaId)).toMatchObject({
          do: { kind: "rejected", code: "UNDONE" },
          undo: { kind: "done" },
        });
        expect(await system.effects(sagaId)).toEqual({ create: [1, 1] });
      }
    });

    test("an Undo that fails many times is tried until it heals, and happens once", async () => {
      const faults = { confirm: { reject: "CLOSED" }, "charge.undo": { fail: 12 }, "create.undo": { hang: 2 } };
      const { sagaIds, tally } = await orders("healing", transport, 8, faults);
      expect(tally).toEqual({ completed: 0, compensated: 8, suspended: [] });
      for (const sagaId of sagaIds) {
        expect(await historyOf(sagaId, "undoFailed", "process_payment")).toHaveLength(12);
        expect(await historyOf(sagaId, "undoFailed", "create_order")).toHaveLength(2);
      }
    });

    test("a participant that dies between commit and answer has applied each effect once, in both directions", async () => {
      const before = system.shop.services.payment.pid;
      const forward = await orders("died", transport, 6, { charge: { die: 1 } }, "food-order");
      expect(forward.tally).toEqual({ completed: 6, compensated: 0, suspended: [] });
      const between = system.shop.services.payment.pid;
      expect(between).not.toBe(before);
      const faults = { confirm: { reject: "CLOSED" }, "charge.undo": { die: 1 } };
      const backward = await orders("died-undoing", transport, 6, faults, "food-order");
      expect(backward.tally).toEqual({ completed: 0, compensated: 6, suspended: [] });
      expect(system.shop.services.payment.pid).not.toBe(between);
    });

    // The database makes no difference to these.
    if (database === "PostgreSQL") return;

    test("an answer that is dropped for good is undone with the rest", async () => {
      const { tally } = await orders("never", transport, 12, { confirm: { hang: 99 } });
      expect(tally).toEqual({ completed: 0, compensated: 12, suspended: [] });
      for (let i = 0; i < 12; i++) {
        const effects = await system.effects(`never-${transport}-${i}`);
        expect(effects).toEqual({ create: [1, 1], charge: [1, 1], confirm: [1, 1] });
      }
    });

    test("a call that is carried out twice has one effect, in both directions", async () => {
      const twice = { twice: true };
      const faults = { create: twice, charge: twice, "create.undo": twice, "charge.undo": twice };
      const forward = await orders("twice", transport, 12, faults);
      expect(forward.tally).toEqual({ completed: 12, compensated: 0, suspended: [] });
      const backward = await orders("twice-undone", transport, 12, { ...faults, confirm: { reject: "CLOSED" } });
      expect(backward.tally).toEqual({ completed: 0, compensated: 12, suspended: [] });
    });

    test("an Undo whose Do failed before it did anything succeeds", async () => {
      const { sagaIds, tally } = await orders("undone-only", transport, 12, { charge: { fail: 99 } });
      expect(tally).toEqual({ completed: 0, compensated: 12, suspended: [] });
      for (const sagaId of sagaIds) {
        expect(await system.effects(sagaId)).toEqual({ create: [1, 1] });
        expect(await barrierOf(sagaId)).toEqual({ do: undefined, undo: expect.objectContaining({ kind: "done" }) });
      }
    });

    test("an Undo that never heals leaves the saga visibly to a person, the steps before it standing", async () => {
      const faults = { confirm: { reject: "CLOSED" }, "charge.undo": { fail: 99 } };
      const { sagaIds, tally } = await orders("incurable", transport, 4, faults);
      expect(tally).toMatchObject({ completed: 0, compensated: 0, suspended: { length: 4 } });
      for (const sagaId of sagaIds) {
        expect(await system.effects(sagaId)).toEqual({ create: [1, 0], charge: [1, 0] });
        expect((await system.client.get(sagaId)).suspension?.failure).toMatchObject({ step: "process_payment" });
      }
    });
  });
});
