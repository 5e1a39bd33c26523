import { refusalOf } from "./refusal.ts";
import type { Expected, Scenario, ScenarioKit, Workflow } from "./scenario.ts";

const dayMs = 86_400_000;
const price = 60_000;

/** A stay that begins so many days from now. */
function stay(now: Date, inDays: number, changes: Record<string, unknown> = {}) {
  const at = (days: number) => new Date(now.getTime() + days * dayMs).toISOString();
  return {
    listing_id: "lst_lighthouse",
    guest: { id: "usr_ada", email: "ada@example.com" },
    host: { id: "usr_grace", email: "grace@example.com" },
    check_in: at(inDays),
    check_out: at(inDays + 4),
    price,
    currency: "EUR",
    policy: "moderate",
    card_token: "card_visa",
    ...changes,
  };
}

/** Starts a booking of a listing of the scenario's own. */
async function book(kit: ScenarioKit, inDays: number, changes: Record<string, unknown> = {}): Promise<string> {
  return kit.start("booking", stay(await kit.now(), inDays, { listing_id: kit.id, ...changes }));
}

async function confirmed(kit: ScenarioKit, sagaId: string): Promise<void> {
  await kit.signal(sagaId, "host_decision", { accepted: true });
  await kit.until(sagaId, { one_day_before: "WAITING" });
}

/** What a guest got back and a host got, of a booking that is undone. */
async function moneyOf(kit: ScenarioKit, sagaId: string): Promise<{ guest: number; host: number }> {
  const { steps } = await kit.until(sagaId, "COMPENSATED");
  const bookingId = String(steps[0]?.output?.booking_id);
  const sum = (rows: { amount: number }[]) => rows.reduce((total, { amount }) => total + amount, 0);
  return kit.read("payment", async (sql) => ({
    guest: sum(
      await sql.all`SELECT refunds.amount FROM refunds JOIN charges ON charges.id = charge_id
        WHERE order_id = ${bookingId}`,
    ),
    host: sum(await sql.all`SELECT amount FROM payouts WHERE order_id = ${bookingId}`),
  }));
}

const held = { "stays.create_booking": [1, 0], "stays.hold_dates": [1, 0] } as const;
const released = { "stays.create_booking": [1, 1], "stays.hold_dates": [1, 1] } as const;

const goesThrough: Scenario = {
  name: "goes-through",
  title: "A stay in a month, from the request to the reviews",
  story: "The host says yes after three hours; reminder, stay, payout and both reviews follow in their time.",
  expect: {
    status: "COMPLETED",
    effects: {
      ...held,
      "payment.authorize": [1, 0],
      "payment.capture": [1, 0],
      "stays.notify": [3, 0],
      "payment.pay_out": [1, 0],
      "stays.publish_reviews": [1, 0],
    },
  },
  async run(kit) {
    const sagaId = await book(kit, 30);
    await kit.until(sagaId, { host_confirms: "WAITING" });
    await kit.advance("3h");
    await confirmed(kit, sagaId);
    await kit.advance("28d");
    kit.check("nobody is reminded two days ahead", (await kit.effects(sagaId))["stays.notify"]?.[0] === 2);
    await kit.advance("1d");
    await kit.until(sagaId, { remind_guest: "DONE", two_days_after: "WAITING" });
    await kit.advance("7d");
    await kit.until(sagaId, { pay_host: "DONE", guest_review: "WAITING", host_review: "WAITING" });
    await kit.signal(sagaId, "host_review", { stars: 5, text: "left the place as she found it" });
    await kit.advance("2d");
    await kit.signal(sagaId, "guest_review", { stars: 4, text: "the lamp turns all night" });
  },
};

const declined: Scenario = {
  name: "host-declines",
  title: "The host declines",
  story: "The authorization is released, the dates are free again; no money has moved.",
  expect: {
    status: "COMPENSATED",
    failure: "HOST_DECLINED",
    steps: { host_confirms: "REJECTED" },
    effects: { ...released, "payment.authorize": [1, 1] },
  },
  async run(kit) {
    const sagaId = await book(kit, 30);
    await kit.until(sagaId, { host_confirms: "WAITING" });
    await kit.signal(sagaId, "host_decision", { accepted: false, code: "HOST_DECLINED" });
    await kit.until(sagaId, "COMPENSATED");
    const nights = await kit.read("stays", (sql) => sql.all`SELECT night FROM nights WHERE listing_id = ${kit.id}`);
    kit.check("the calendar is empty again", nights.length === 0);
  },
};

const expired: Scenario = {
  name: "host-is-silent",
  title: "The host does not answer for 24 hours",
  story: "The wait ends by itself, with the same releases as a no.",
  expect: {
    status: "COMPENSATED",
    failure: "SIGNAL_TIMEOUT",
    effects: { ...released, "payment.authorize": [1, 1] },
  },
  async run(kit) {
    const sagaId = await book(kit, 30);
    await kit.until(sagaId, { host_confirms: "WAITING" });
    await kit.advance("23h");
    await kit.until(sagaId, { host_confirms: "WAITING" });
    await kit.advance("61m");
  },
};

const noMoney: Scenario = {
  name: "card-declined",
  title: "The authorization is declined",
  story: "The host is never asked, and the dates are released.",
  expect: { status: "COMPENSATED", failure: "CARD_DECLINED", effects: released },
  async run(kit) {
    await book(kit, 30, { card_token: "card_declined" });
  },
};

const waitsForHost: Expected = {
  status: "RUNNING",
  steps: { host_confirms: "WAITING" },
  effects: { ...held, "payment.authorize": [1, 0] },
};

const doubleBooking: Scenario = {
  name: "double-booking",
  title: "Two other guests want the same dates",
  story:
    "The same arrival is refused at the start by the lock. A stay that only overlaps gets past the lock and is refused by the calendar.",
  expect: [
    waitsForHost,
    { status: "COMPENSATED", failure: "DATES_TAKEN", effects: { "stays.create_booking": [1, 1] } },
  ],
  async run(kit) {
    const first = await book(kit, 30);
    const { input } = await kit.until(first, { host_confirms: "WAITING" });
    const rival = { ...input, guest: { id: "usr_mary", email: "mary@example.com" } };
    const refusal = await refusalOf(kit.start("booking", rival));
    kit.check("the same arrival is refused as LOCKED", refusal === "LOCKED");
    await book(kit, 32);
  },
};

const waitlist: Scenario = {
  name: "waitlist",
  title: "A guest waits in line, and the booking ahead falls through",
  story:
    "The second guest's saga waits for the lock that the first holds; the host declines the first, so she gets the dates.",
  expect: [
    {
      status: "COMPENSATED",
      failure: "HOST_DECLINED",
      effects: { ...released, "payment.authorize": [1, 1] },
    },
    { status: "COMPLETED", effects: { "stays.hold_dates": [1, 0], "stays.notify": [1, 0] } },
  ],
  async run(kit) {
    const first = await book(kit, 30);
    const { input } = await kit.until(first, { host_confirms: "WAITING" });
    const second = await kit.start("booking-waitlist", {
      ...input,
      guest: { id: "usr_mary", email: "mary@example.com" },
    });
    kit.check("nothing was done for the guest in line", Object.keys(await kit.effects(second)).length === 0);
    await kit.signal(first, "host_decision", { accepted: false, code: "HOST_DECLINED" });
    await kit.until(second, { guest_accepts: "WAITING" });
    await kit.signal(second, "guest_accepts");
  },
};

const cancelsEarly: Scenario = {
  name: "cancels-before-confirmation",
  title: "The guest cancels before the host has answered",
  story: "Nothing was captured: the authorization is released in full, whatever the policy.",
  expect: {
    status: "COMPENSATED",
    failure: "CANCELLED",
    effects: { ...released, "payment.authorize": [1, 1] },
  },
  async run(kit) {
    const sagaId = await book(kit, 3, { policy: "strict" });
    await kit.until(sagaId, { host_confirms: "WAITING" });
    await kit.cancel(sagaId, "found something nearer");
  },
};

/** A guest cancels a confirmed booking so many days before check-in, under a policy. */
function cancellation(policy: string, daysLeft: number, percent: number, story: string): Scenario {
  return {
    name: `cancels-${policy}-${daysLeft}-days`,
    title: `The guest cancels ${daysLeft} days before check-in, policy ${policy}: ${percent} % back`,
    story,
    expect: {
      status: "COMPENSATED",
      failure: "CANCELLED",
      effects: {
        ...released,
        "payment.authorize": [1, 1],
        "payment.capture": [1, 1],
        "stays.notify": [2, 2],
      },
    },
    async run(kit) {
      const sagaId = await book(kit, 30, { policy });
      await kit.until(sagaId, { host_confirms: "WAITING" });
      await confirmed(kit, sagaId);
      await kit.advance(`${(30 - daysLeft) * 24 - 1}h`);
      await kit.cancel(sagaId, "has to stay at home");
      const { guest, host } = await moneyOf(kit, sagaId);
      kit.check(`the guest gets ${percent} % back, not ${guest} of ${price}`, guest === (price * percent) / 100);
      kit.check("the host gets the rest", host === price - guest);
    },
  };
}

const confirmationsFail: Scenario = {
  name: "confirmations-fail",
  title: "The confirmations cannot be sent",
  story: "Best effort: the booking stands, the failure is visible. Nobody writes a review either.",
  expect: {
    status: "COMPLETED",
    steps: { remind_guest: "FAILED", guest_review: "FAILED", host_review: "FAILED", publish_reviews: "SKIPPED" },
    effects: { ...held, "payment.authorize": [1, 0], "payment.capture": [1, 0], "payment.pay_out": [1, 0] },
  },
  async run(kit) {
    const listing = { listing_id: kit.id };
    const input = stay(await kit.now(), 10, listing);
    const sagaId = await kit.start("booking", input, { faults: { notify: { fail: 99 } } });
    await kit.until(sagaId, { host_confirms: "WAITING" });
    await confirmed(kit, sagaId);
    await kit.advance("17d");
    await kit.until(sagaId, { pay_host: "DONE" });
    await kit.advance("15d");
  },
};

const tooLate: Scenario = {
  name: "cancels-too-late",
  title: "The guest wants to cancel after the host was paid",
  story: "The payout is the point of no return: the cancellation is refused, and the saga goes on.",
  expect: {
    status: "RUNNING",
    steps: { pay_host: "DONE", guest_review: "WAITING" },
    effects: {
      ...held,
      "payment.authorize": [1, 0],
      "payment.capture": [1, 0],
      "stays.notify": [3, 0],
      "payment.pay_out": [1, 0],
    },
  },
  async run(kit) {
    const sagaId = await book(kit, 5);
    await kit.until(sagaId, { host_confirms: "WAITING" });
    await confirmed(kit, sagaId);
    await kit.advance("12d");
    await kit.until(sagaId, { guest_review: "WAITING" });
    kit.check("the cancellation is refused as PAST_PIVOT", (await refusalOf(kit.cancel(sagaId))) === "PAST_PIVOT");
  },
};

export const workflow: Workflow = {
  name: "booking",
  services: ["stays", "payment"],
  scenarios: [
    goesThrough,
    declined,
    expired,
    noMoney,
    doubleBooking,
    waitlist,
    cancelsEarly,
    cancellation("flexible", 3, 100, "Flexible: all of it until the day before."),
    cancellation("moderate", 6, 100, "Moderate: all of it until five days before."),
    cancellation("moderate", 3, 50, "Moderate: less than five days before, half; the other half goes to the host."),
    cancellation("strict", 10, 50, "Strict: between two weeks and one week before, half."),
    cancellation("strict", 3, 0, "Strict: in the last week, nothing; the host gets it all, and the dates are free."),
    confirmationsFail,
    tooLate,
  ],
  example: {
    input: (now) => stay(now, 30),
    signals: [{ signal: "host_decision", payload: { accepted: true } }],
  },
};
