import { expect } from "vitest";
import type { Shop } from "../../deploy/local/shop.ts";
import type { LedgerEntry } from "../../participants/src/ledger.ts";
import type { Client, HistoryEvent, Saga } from "../../sdk/typescript/src/index.ts";

/** What became of a number of orders. */
export interface Tally {
  completed: number;
  compensated: number;
  /** Why each of them stands, with its id. */
  suspended: string[];
}

const actions: Readonly<Record<string, string>> = {
  create_order: "create",
  process_payment: "charge",
  confirm_order: "confirm",
  reserve_inventory: "reserve",
  ship_order: "create_label",
  notify_warehouse: "notify_warehouse",
  send_confirmation: "send_confirmation",
  update_analytics: "update_analytics",
};

/**
 * Holds sagas against the ledgers of the shop and against their histories. Throws an Error that names every breach:
 * a saga that is neither final nor suspended, an effect that is missing or was applied or undone twice, a Do after
 * compensation began. `clockDifferenceMs`: by how much the clock of Redis, which the history has as the orchestrator
 * estimates it, and those of the participants, which the ledgers have, may be apart.
 */
export async function tallyOrders(
  client: Client,
  shop: Shop,
  sagaIds: readonly string[],
  clockDifferenceMs = 100,
): Promise<Tally> {
  const ledger = Map.groupBy(await shop.ledger(), ({ sagaId }) => sagaId);
  const tally: Tally = { completed: 0, compensated: 0, suspended: [] };
  const breaches: string[] = [];
  for (const sagaId of sagaIds) {
    const saga = await client.get(sagaId);
    const history = await Array.fromAsync(client.history(sagaId));
    const entries = ledger.get(sagaId) ?? [];
    const found = [...effectBreaches(saga, entries), ...orderBreaches(entries, history, clockDifferenceMs)];
    breaches.push(...found.map((breach) => `${sagaId} (${saga.status}): ${breach}`));
    if (saga.status === "COMPLETED") tally.completed++;
    else if (saga.status === "COMPENSATED") tally.compensated++;
    else if (saga.status === "SUSPENDED") tally.suspended.push(`${sagaId}: ${reasonOf(saga)}`);
  }
  if (breaches.length > 0) throw new Error(`${breaches.length} breaches:\n${breaches.slice(0, 20).join("\n")}`);
  return tally;
}

/** Nothing waits for a person, and more than so many orders ended each way: a test that did little fails. */
export function expectServed(tally: Tally, moreThan: Omit<Tally, "suspended">): void {
  expect(tally.suspended).toEqual([]);
  expect(tally.completed).toBeGreaterThan(moreThan.completed);
  expect(tally.compensated).toBeGreaterThan(moreThan.compensated);
}

function reasonOf({ suspension }: Saga): string {
  const { kind, step, message } = suspension?.failure ?? {};
  return [kind, step, message].filter(Boolean).join(" ");
}

function effectBreaches(saga: Saga, entries: readonly LedgerEntry[]): string[] {
  const count = (action: string, direction: "do" | "undo") =>
    entries.filter((entry) => entry.action === action && entry.direction === direction).length;
  const breaches: string[] = [];
  for (const { name, status } of saga.steps) {
    const action = actions[name]!;
    const [done, undone] = [count(action, "do"), count(action, "undo")];
    const is = `${action} was done ${done} and undone ${undone} times, its step is ${status}`;
    if (done > 1 || undone > done) breaches.push(is);
    else if (status === "DONE" && (done !== 1 || undone !== 0)) breaches.push(is);
    else if (saga.status === "COMPLETED" && done !== undone && status !== "DONE") breaches.push(is);
    else if (saga.status === "COMPENSATED" && done !== undone) breaches.push(is);
  }
  if (saga.status === "RUNNING" || saga.status === "COMPENSATING") breaches.push("it is not settled");
  return breaches;
}

function orderBreaches(
  entries: readonly LedgerEntry[],
  history: readonly HistoryEvent[],
  clockDifferenceMs: number,
): string[] {
  const breaches: string[] = [];
  const turned = history.findIndex(({ kind }) => kind === "compensationStarted");
  if (turned >= 0 && history.slice(turned).some(({ kind }) => kind === "stepStarted")) {
    breaches.push("a Do was started after compensation began");
  }
  const began = history[turned]?.time.getTime() ?? Number.POSITIVE_INFINITY;
  const firstUndo = entries.find(({ direction }) => direction === "undo")?.at.getTime() ?? Number.POSITIVE_INFINITY;
  for (const { action, direction, at } of entries) {
    if (direction === "do" && at.getTime() > firstUndo) breaches.push(`${action} was applied after the first Undo`);
    if (direction === "undo" && at.getTime() < began - clockDifferenceMs)
      breaches.push(`${action} was undone too early`);
  }
  return breaches;
}
