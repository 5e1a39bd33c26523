import { isDeepStrictEqual } from "node:util";
import { refusalOf } from "./refusal.ts";
import type { Scenario, ScenarioKit, Workflow } from "./scenario.ts";

function cardPayment(orderId: string, changes: Record<string, unknown> = {}) {
  return { order_id: orderId, amount: 4200, currency: "EUR", card_token: "card_visa", ...changes };
}

const allDone = {
  "payment.validate": [1, 0],
  "payment.authorize": [1, 0],
  "payment.capture": [1, 0],
  "payment.settle": [1, 0],
  "payment.reconcile": [1, 0],
} as const;
const { "payment.settle": _settle, "payment.reconcile": _reconcile, ...captured } = allDone;

/** The charges of an order that stand in the books. */
function charges(kit: ScenarioKit, orderId: string) {
  return kit.read(
    "payment",
    (sql) => sql.all<{ id: string; amount: number }>`SELECT id, amount FROM charges WHERE order_id = ${orderId}`,
  );
}

async function settled(kit: ScenarioKit, id: string): Promise<void> {
  await kit.until(id, { settlement_day: "WAITING" });
  await kit.advance("2d");
}

const scenarios: readonly Scenario[] = [
  {
    name: "happy",
    title: "A payment is captured, settled two days later, and reconciled",
    story: "Every transition stands in the history: the audit trail is complete and in order.",
    expect: { status: "COMPLETED", effects: allDone },
    async run(kit) {
      const id = await kit.start("payment", cardPayment(kit.id));
      await kit.until(id, { settlement_day: "WAITING" });
      await kit.advance("47h");
      const waiting = await kit.get(id);
      kit.check(
        "nothing is settled before its day",
        waiting.steps.every(({ name, status }) => name !== "settle" || status === "PENDING"),
      );
      await kit.advance("1h");
      const { output } = await kit.until(id, "COMPLETED");
      kit.check("all of it is settled", output?.settled === 4200);
      const events = await kit.history(id);
      kit.check(
        "the audit trail has no gap",
        events.every(({ sequence }, i) => sequence === i + 1),
      );
      const trail = events.map(({ kind, step }) => (step ? `${kind} ${step}` : kind));
      kit.check("and tells of every transition", isDeepStrictEqual(trail, auditTrail));
    },
  },
  {
    name: "declined",
    title: "The bank declines the card",
    story: "Nothing was authorized, so there is nothing to undo.",
    expect: {
      status: "COMPENSATED",
      failure: "CARD_DECLINED",
      steps: { authorize: "REJECTED", capture: "PENDING" },
      effects: { "payment.validate": [1, 0] },
    },
    async run(kit) {
      const id = await kit.start("payment", cardPayment(kit.id, { card_token: "card_declined" }));
      await kit.until(id, "COMPENSATED");
      const undos = (await kit.history(id)).filter(({ kind }) => kind === "undoStarted");
      kit.check("no Undo is called", undos.length === 0);
    },
  },
  {
    name: "invalid",
    title: "A payment in an unknown currency",
    story: "It is refused before any bank is asked.",
    expect: { status: "COMPENSATED", failure: "UNKNOWN_CURRENCY", steps: { validate: "REJECTED" }, effects: {} },
    async run(kit) {
      await kit.start("payment", cardPayment(kit.id, { currency: "XAU" }));
    },
  },
  {
    name: "capture-repeated",
    title: "The answer to a capture is lost twice",
    story: "It is asked for again with the same idempotency key, and answered from the books: money is taken once.",
    expect: { status: "COMPLETED", effects: allDone },
    async run(kit) {
      const id = await kit.start("payment", cardPayment(kit.id), { faults: { capture: { hang: 2 } } });
      await settled(kit, id);
      await kit.until(id, "COMPLETED");
      kit.check("money is taken once", (await charges(kit, kit.id)).length === 1);
    },
  },
  {
    name: "killed",
    title: "The orchestrator is killed while a capture is under way",
    story:
      "SIGKILL after the money was taken, before the answer came: a new process asks again, and money is taken once.",
    expect: { status: "COMPLETED", effects: allDone },
    async run(kit) {
      const id = await kit.start("payment", cardPayment(kit.id), { faults: { capture: { slow_answer_ms: 700 } } });
      await kit.untilEffect(id, "payment.capture");
      await kit.killOrchestrator();
      await settled(kit, id);
      await kit.until(id, "COMPLETED");
      kit.check("money is taken once", (await charges(kit, kit.id)).length === 1);
    },
  },
  {
    name: "review-captured",
    title: "All answers to a capture are lost: a person looks, and finds the money taken",
    story:
      "Nobody knows whether money was taken, so the saga waits. The reviewer says it was; the saga goes on from there.",
    expect: { status: "COMPLETED", effects: allDone },
    async run(kit) {
      const id = await kit.start("payment", cardPayment(kit.id), { faults: { capture: { hang: 99 } } });
      const saga = await kit.until(id, "SUSPENDED");
      kit.check(
        "the reviewer sees which step",
        saga.steps.some((s) => s.name === "capture" && s.status === "SUSPENDED"),
      );
      const [charge] = await charges(kit, kit.id);
      await kit.resolveStep(id, "capture", { kind: "doApplied", output: { charge_id: charge?.id, amount: 4200 } });
      await settled(kit, id);
      await kit.until(id, "COMPLETED");
      kit.check("money is taken once", (await charges(kit, kit.id)).length === 1);
    },
  },
  {
    name: "review-not-captured",
    title: "A capture breaks down for good: a person looks, and finds nothing taken",
    story: "The reviewer says so, and the saga turns round: what was authorized is released.",
    expect: {
      status: "COMPENSATED",
      failure: "UNKNOWN",
      steps: { authorize: "UNDONE" },
      effects: { "payment.validate": [1, 0], "payment.authorize": [1, 1] },
    },
    async run(kit) {
      const id = await kit.start("payment", cardPayment(kit.id), { faults: { capture: { fail: 99 } } });
      await kit.until(id, "SUSPENDED");
      kit.check("nothing is in the books", (await charges(kit, kit.id)).length === 0);
      await kit.resolveStep(id, "capture", { kind: "doNotApplied" });
      await kit.until(id, "COMPENSATED");
    },
  },
  {
    name: "settled-late",
    title: "The acquirer is away for two days",
    story: "Settling is tried once a day; the third attempt succeeds.",
    expect: { status: "COMPLETED", effects: allDone },
    async run(kit) {
      const id = await kit.start("payment", cardPayment(kit.id), { faults: { settle: { fail: 2 } } });
      await settled(kit, id);
      await kit.until(id, { settle: "WAITING" });
      await kit.advance("1d");
      await kit.until(id, { settle: "WAITING" });
      await kit.advance("1d");
    },
  },
  {
    name: "settlement-alert",
    title: "The acquirer stays away",
    story: "After four daily attempts the saga stops and says so: somebody is alerted, with all there is to know.",
    expect: {
      status: "SUSPENDED",
      failure: "UNKNOWN",
      steps: { capture: "DONE", settle: "SUSPENDED", reconcile: "PENDING" },
      effects: captured,
    },
    async run(kit) {
      const id = await kit.start("payment", cardPayment(kit.id), { faults: { settle: { fail: 99 } } });
      await settled(kit, id);
      await kit.advance("3d");
      await kit.until(id, "SUSPENDED");
      const attempts = (await kit.history(id)).filter(({ kind, step }) => kind === "stepStarted" && step === "settle");
      kit.check("four attempts were made", attempts.length === 4);
    },
  },
  {
    name: "same-key",
    title: "The same payment comes twice under one idempotency key",
    story:
      "The second start gives the saga that exists, with the same answer. Another amount under that key is refused.",
    expect: { status: "COMPLETED", effects: allDone },
    async run(kit) {
      const sagaId = await kit.start("payment", cardPayment(kit.id));
      await settled(kit, sagaId);
      const first = await kit.until(sagaId, "COMPLETED");
      const again = await kit.client.start("payment", cardPayment(kit.id), { sagaId });
      kit.check("nothing is started", !again.started);
      kit.check("the answer is the same", isDeepStrictEqual(again.saga.output, first.output));
      const other = kit.client.start("payment", cardPayment(kit.id, { amount: 1 }), { sagaId });
      kit.check("another amount is refused", (await refusalOf(other)) === "SAGA_ID_IN_USE");
    },
  },
];

const auditTrail = [
  "sagaStarted",
  ...["validate", "authorize", "capture"].flatMap((step) => [`stepStarted ${step}`, `stepDone ${step}`]),
  "stepWaiting settlement_day",
  "stepDone settlement_day",
  ...["settle", "reconcile"].flatMap((step) => [`stepStarted ${step}`, `stepDone ${step}`]),
  "sagaFinished",
];

export const workflow: Workflow = {
  name: "payment",
  services: ["payment"],
  scenarios,
  example: { input: () => cardPayment("pay-1") },
};
