import { setTimeout as delay } from "node:timers/promises";
import { type Faults, faultMetadata } from "../../participants/src/faults.ts";
import { countEffects } from "../../participants/src/ledger.ts";
import type { Client, HistoryEvent, Saga } from "../../sdk/typescript/src/index.ts";
import type { OrchestratorProcess } from "./orchestrator.ts";
import { foodOrder, fulfilmentOrder } from "./orders.ts";
import type { Shop } from "./shop.ts";

/** A saga to be shown, and what must come of it. */
export interface Scenario {
  title: string;
  story: string;
  definition: string;
  input: Record<string, unknown>;
  faults?: Faults;
  /** Kill the orchestrator once this action was applied, and start it again. */
  killAfter?: string;
  status: Saga["status"];
  /** How often each action must have been done and undone in the databases; those not named, never. */
  effects: Record<string, [done: number, undone: number]>;
}

export const scenarios: readonly Scenario[] = [
  {
    title: "A food order goes through",
    story: "Create the order, charge the card, confirm the order.",
    definition: "food-order",
    input: foodOrder(),
    status: "COMPLETED",
    effects: { create: [1, 0], charge: [1, 0], confirm: [1, 0] },
  },
  {
    title: "The payment is declined",
    story: "The bank refuses the card, so the items go back on the shelf.",
    definition: "order-fulfilment",
    input: fulfilmentOrder({ order_id: "ord_2", card_token: "card_declined" }),
    status: "COMPENSATED",
    effects: { reserve: [1, 1] },
  },
  {
    title: "Shipping times out with unknown effect",
    story: "The label is bought but the answer never comes: void the label all the same, refund, release.",
    definition: "order-fulfilment",
    input: fulfilmentOrder({ order_id: "ord_3" }),
    faults: { create_label: { hang: 99 } },
    status: "COMPENSATED",
    effects: { reserve: [1, 1], charge: [1, 1], create_label: [1, 1] },
  },
  {
    title: "The orchestrator is killed in the middle",
    story: "SIGKILL after the card was charged, before the answer came; a new process takes over: one charge.",
    definition: "order-fulfilment",
    input: fulfilmentOrder({ order_id: "ord_4" }),
    faults: { charge: { slow_answer_ms: 800 } },
    killAfter: "charge",
    status: "COMPLETED",
    effects: {
      reserve: [1, 0],
      charge: [1, 0],
      create_label: [1, 0],
      notify_warehouse: [1, 0],
      send_confirmation: [1, 0],
      update_analytics: [1, 0],
    },
  },
];

/** What a scenario works with; the orchestrator changes when it is killed. */
export interface Stage {
  client: Client;
  shop: Shop;
  orchestrator: OrchestratorProcess;
}

/** What came of a scenario. */
export interface Performance {
  saga: Saga;
  events: HistoryEvent[];
  effects: Record<string, { done: number; undone: number }>;
  outage: { from: Date; to: Date } | undefined;
  /** What is otherwise than it should be; none: all is well. */
  surprises: string[];
}

const finalWithinMs = 30_000;

/** Starts the scenario's saga and follows it to its end. */
export async function perform(scenario: Scenario, sagaId: string, stage: Stage): Promise<Performance> {
  const { client, shop } = stage;
  const metadata = faultMetadata(scenario.faults ?? {});
  await client.start(scenario.definition, scenario.input as never, { sagaId, metadata });
  const outage = scenario.killAfter === undefined ? undefined : await killAndRestart(stage, sagaId, scenario.killAfter);
  const saga = await client.wait(sagaId, { timeout: finalWithinMs });
  const events = await Array.fromAsync(client.history(sagaId));
  const effects = countEffects(await shop.ledger(sagaId));
  return { saga, events, effects, outage, surprises: surprisesIn(scenario, saga, effects) };
}

async function killAndRestart(stage: Stage, sagaId: string, action: string) {
  const deadline = Date.now() + finalWithinMs;
  while (!(await stage.shop.ledger(sagaId)).some((entry) => entry.action === action)) {
    if (Date.now() > deadline) throw new Error(`"${action}" was not applied within ${finalWithinMs / 1000} s`);
    await delay(10);
  }
  const from = new Date();
  await stage.orchestrator.kill9();
  stage.orchestrator = await stage.orchestrator.restart();
  return { from, to: new Date() };
}

/** What is otherwise than the scenario says, in words. */
export function surprisesIn(
  { status, effects }: Pick<Scenario, "status" | "effects">,
  saga: Pick<Saga, "status">,
  found: Performance["effects"],
): string[] {
  const surprises = saga.status === status ? [] : [`the saga is ${saga.status} in place of ${status}`];
  for (const action of new Set([...Object.keys(effects), ...Object.keys(found)])) {
    const [done, undone] = effects[action] ?? [0, 0];
    const is = found[action] ?? { done: 0, undone: 0 };
    if (is.done !== done || is.undone !== undone) {
      surprises.push(`${action} was done ${is.done} and undone ${is.undone} times in place of ${done} and ${undone}`);
    }
  }
  return surprises;
}
