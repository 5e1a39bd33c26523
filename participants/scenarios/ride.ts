import { isDeepStrictEqual } from "node:util";
import { refusalOf } from "./refusal.ts";
import type { Scenario, ScenarioKit, Workflow } from "./scenario.ts";

function rideRequest(rideId: string, changes: Record<string, unknown> = {}) {
  return {
    ride_id: rideId,
    rider_id: "rider_ada",
    pickup: "centre",
    destination: "airport",
    currency: "EUR",
    payment_methods: ["card_visa", "card_mastercard", "card_amex"],
    ...changes,
  };
}

/** A driver who has an offer of this ride takes it; gives the driver's id. */
async function accept(kit: ScenarioKit, id: string): Promise<string> {
  await kit.until(id, (saga) => saga.steps[0]?.waitReason === "COMPLETION");
  const offers = await kit.read(
    "mobility",
    (sql) => sql.all<{ driver_id: string }>`SELECT driver_id FROM offers
      WHERE ride_id = ${id} AND status = 'OFFERED' ORDER BY driver_id`,
  );
  const driver = offers.at(1)?.driver_id ?? "none";
  await kit.completeStep(id, "match_driver", { kind: "done", output: { driver_id: driver } });
  return driver;
}

type Report =
  | { status: "arrived" | "picked_up" }
  | { status: "cancelled"; code: "DRIVER_CANCELLED" }
  | { status: "completed" | "interrupted"; distance_km: number };

async function report(kit: ScenarioKit, id: string, driver: string, ...reports: Report[]): Promise<void> {
  for (const report of reports) await kit.signal(id, "driver", { driver_id: driver, ...report });
}

const cancelled = { status: "cancelled", code: "DRIVER_CANCELLED" } as const;
const arrived = { status: "arrived" } as const;
const pickedUp = { status: "picked_up" } as const;
const completed = { status: "completed", distance_km: 18 } as const;

/** Matched, driven and over: up to the fare. */
async function drive(kit: ScenarioKit, id: string, end: Report = completed): Promise<string> {
  const driver = await accept(kit, id);
  await report(kit, id, driver, arrived, pickedUp, end);
  return driver;
}

async function rate(kit: ScenarioKit, id: string): Promise<void> {
  await kit.signal(id, "rating", { by: "rider", stars: 5 });
  await kit.signal(id, "rating", { by: "driver", stars: 4 });
}

/** Driven, charged and paid. */
const paid = {
  "mobility.match_driver": [1, 0],
  "mobility.calculate_fare": [1, 0],
  "payment.charge": [1, 0],
  "payment.pay_out": [1, 0],
} as const;
const rated = { ...paid, "mobility.save_ratings": [1, 0] } as const;

const scenarios: readonly Scenario[] = [
  {
    name: "happy",
    title: "A ride from the offer to the ratings",
    story: "Three drivers have an offer, one accepts; the app reports the way; the rider is charged, the driver paid.",
    expect: { status: "COMPLETED", effects: rated },
    async run(kit) {
      const id = await kit.start("ride", rideRequest(kit.id));
      const driver = await accept(kit, id);
      const matched = await kit.until(id, { driver_arrives: "WAITING" });
      kit.check("the status tells who comes", matched.steps[0]?.output?.driver_id === driver);
      await report(kit, id, driver, arrived);
      await kit.until(id, { pickup: "WAITING" });
      await report(kit, id, driver, pickedUp);
      await kit.until(id, { ride: "WAITING" });
      await report(kit, id, driver, completed);
      await kit.until(id, { rider_rates: "WAITING", driver_rates: "WAITING" });
      await rate(kit, id);
      const { output } = await kit.until(id, "COMPLETED");
      const ride = { driver_id: driver, fare: 3000, partial: false };
      kit.check("the whole fare is asked for", isDeepStrictEqual(output, ride));
    },
  },
  {
    name: "nobody-accepts",
    title: "Nobody accepts within 30 seconds",
    story: "The offers are withdrawn. A driver who accepts after that is told that it is too late.",
    expect: {
      status: "COMPENSATED",
      failure: "COMPLETION_TIMEOUT",
      steps: { match_driver: "UNDONE" },
      effects: { "mobility.match_driver": [1, 1] },
    },
    async run(kit) {
      const id = await kit.start("ride", rideRequest(kit.id));
      await kit.until(id, { match_driver: "WAITING" });
      const token = await kit.token(id, "match_driver");
      await kit.advance("31s");
      await kit.until(id, "COMPENSATED");
      const late = kit.complete(token, { kind: "done", output: { driver_id: "drv_1001" } });
      kit.check("the late driver is refused", (await refusalOf(late)) === "COMPLETION_REFUSED");
      const open = await kit.read(
        "mobility",
        (sql) => sql.all`SELECT 1 FROM offers WHERE ride_id = ${kit.id} AND status = 'OFFERED'`,
      );
      kit.check("no offer is open", open.length === 0);
    },
  },
  {
    name: "driver-cancels",
    title: "The driver cancels, and another one comes",
    story: "The saga goes back: the first match is undone, then made anew, with drivers who had no offer yet.",
    expect: {
      status: "COMPLETED",
      effects: { ...rated, "mobility.match_driver": [2, 1] },
    },
    async run(kit) {
      const id = await kit.start("ride", rideRequest(kit.id));
      const first = await accept(kit, id);
      await report(kit, id, first, arrived, cancelled);
      await kit.until(id, (saga) => saga.steps[0]?.round === 1);
      const second = await drive(kit, id);
      kit.check("it is another driver", first !== second);
      await rate(kit, id);
      const { output } = await kit.until(id, "COMPLETED");
      kit.check("the one who drove is paid", output?.driver_id === second);
    },
  },
  {
    name: "drivers-keep-cancelling",
    title: "Every driver cancels",
    story: "The saga goes back twice and no further: the third cancellation ends the ride, and nothing is left of it.",
    expect: {
      status: "COMPENSATED",
      failure: "DRIVER_CANCELLED",
      effects: { "mobility.match_driver": [3, 3] },
    },
    async run(kit) {
      const id = await kit.start("ride", rideRequest(kit.id));
      for (let round = 0; round < 3; round++) {
        await kit.until(id, (saga) => saga.steps[0]?.round === round);
        await report(kit, id, await accept(kit, id), cancelled);
      }
    },
  },
  {
    name: "driver-does-not-come",
    title: "The driver does not come for half an hour",
    story: "The wait times out and the saga goes back: another driver is matched, and completes the ride.",
    expect: { status: "COMPLETED", effects: { ...rated, "mobility.match_driver": [2, 1] } },
    async run(kit) {
      const id = await kit.start("ride", rideRequest(kit.id));
      await accept(kit, id);
      await kit.until(id, { driver_arrives: "WAITING" });
      await kit.advance("30m");
      await kit.until(id, (saga) => saga.steps[0]?.round === 1);
      await drive(kit, id);
      await rate(kit, id);
    },
  },
  {
    name: "rider-does-not-come",
    title: "The rider does not come to the pickup",
    story: "After five minutes the ride is over before it began: the driver is let go, nobody pays.",
    expect: {
      status: "COMPENSATED",
      failure: "SIGNAL_TIMEOUT",
      steps: { pickup: "FAILED", ride: "PENDING" },
      effects: { "mobility.match_driver": [1, 1] },
    },
    async run(kit) {
      const id = await kit.start("ride", rideRequest(kit.id));
      await report(kit, id, await accept(kit, id), arrived);
      await kit.until(id, { pickup: "WAITING" });
      await kit.advance("5m");
    },
  },
  {
    name: "interrupted",
    title: "The ride is interrupted halfway",
    story: "The rider pays for the part that was driven, the driver is paid for it.",
    expect: { status: "COMPLETED", effects: rated },
    async run(kit) {
      const id = await kit.start("ride", rideRequest(kit.id));
      await drive(kit, id, { status: "interrupted", distance_km: 6 });
      await rate(kit, id);
      const { output } = await kit.until(id, "COMPLETED");
      kit.check("the fare is partial", output?.partial === true && output.fare === 900);
    },
  },
  {
    name: "charge-repeated",
    title: "The first answer to the charge is lost",
    story: "The charge is asked for again and answered from the books: the rider pays once.",
    expect: { status: "COMPLETED", effects: rated },
    async run(kit) {
      const id = await kit.start("ride", rideRequest(kit.id), { faults: { charge: { hang: 1 } } });
      await drive(kit, id);
      await rate(kit, id);
    },
  },
  {
    name: "other-method",
    title: "The first card is declined, the second is taken",
    story:
      "Each way of paying is a child saga that charges or leaves nothing behind, so the next one can be tried safely.",
    expect: {
      status: "COMPLETED",
      steps: { charge_rider: "REJECTED", charge_second_method: "DONE", charge_third_method: "SKIPPED" },
      effects: rated,
    },
    async run(kit) {
      const payment_methods = ["card_declined", "card_mastercard"];
      const id = await kit.start("ride", rideRequest(kit.id, { payment_methods }));
      await drive(kit, id);
      await rate(kit, id);
    },
  },
  {
    name: "person-charges",
    title: "No card is good: the driver is paid, a person finds another way",
    story:
      "All cards are declined. The driver does not wait for that; the saga waits for a person, who enters a new card.",
    expect: {
      status: "COMPLETED",
      steps: { charge_rider: "REJECTED", charge_by_hand: "DONE", pay_driver: "DONE" },
      effects: rated,
    },
    async run(kit) {
      const payment_methods = ["card_declined", "card_declined"];
      const id = await kit.start("ride", rideRequest(kit.id, { payment_methods }));
      await drive(kit, id);
      const waiting = await kit.until(id, "SUSPENDED");
      const driver = waiting.steps.find(({ name }) => name === "pay_driver");
      kit.check("the driver is paid already", driver?.status === "DONE");
      const input = { order_id: kit.id, amount: 3000, currency: "EUR", card_token: "card_new" };
      await kit.retryStep(id, "charge_by_hand", { input, reason: "the rider gave a new card" });
      await kit.until(id, { charge_by_hand: "DONE" });
      await rate(kit, id);
    },
  },
  {
    name: "paid-in-cash",
    title: "No card is good: the rider pays in cash",
    story: "A person says what really happened, and the saga goes on as if the charge had succeeded.",
    expect: {
      status: "COMPLETED",
      steps: { charge_by_hand: "DONE", pay_driver: "DONE", save_ratings: "SKIPPED" },
      effects: { "mobility.match_driver": [1, 0], "mobility.calculate_fare": [1, 0], "payment.pay_out": [1, 0] },
    },
    async run(kit) {
      const id = await kit.start("ride", rideRequest(kit.id, { payment_methods: ["card_declined"] }));
      await drive(kit, id);
      await kit.until(id, "SUSPENDED");
      await kit.resolveStep(id, "charge_by_hand", { kind: "doApplied", output: { charge_id: "cash" } });
      await kit.until(id, { rider_rates: "WAITING" });
      await kit.advance("1d");
    },
  },
  {
    name: "nobody-rates",
    title: "Nobody rates the ride",
    story: "After a day the saga ends without ratings: they are best effort, and what was missed can be seen.",
    expect: {
      status: "COMPLETED",
      steps: { rider_rates: "FAILED", driver_rates: "FAILED", save_ratings: "SKIPPED" },
      effects: paid,
    },
    async run(kit) {
      const id = await kit.start("ride", rideRequest(kit.id));
      await drive(kit, id);
      await kit.until(id, { rider_rates: "WAITING", driver_rates: "WAITING" });
      await kit.advance("1d");
    },
  },
];

export const workflow: Workflow = {
  name: "ride",
  services: ["mobility", "payment"],
  scenarios,
  example: { input: () => rideRequest("ride-1") },
};
