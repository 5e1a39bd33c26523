import { foodOrder, fulfilmentOrder } from "../../deploy/local/orders.ts";
import { type Faults, faultMetadata } from "../../participants/src/faults.ts";
import { isTransient } from "../../sdk/typescript/src/errors.ts";
import { BackstitchError, type Client, isFinal, type Saga } from "../../sdk/typescript/src/index.ts";
import { until } from "./until.ts";

/** An order of the shop under an id of its own. */
export interface Order {
  readonly sagaId: string;
  readonly definition: string;
  readonly input: Record<string, unknown>;
  readonly faults?: Faults;
}

/** Goes through: three steps. */
export function goodOrder(sagaId: string, faults?: Faults): Order {
  return { sagaId, definition: "food-order", input: foodOrder(), faults };
}

/** Is refused in its second step, and the first is undone. */
export function declinedOrder(sagaId: string, faults?: Faults): Order {
  return { sagaId, definition: "food-order", input: foodOrder({ card_token: "card_declined" }), faults };
}

/** Is refused in its third step, and the first two are undone. */
export function undeliverableOrder(sagaId: string, faults?: Faults): Order {
  const address = { name: "Ada", street: "Pole 1", city: "McMurdo", country: "AQ" };
  return { sagaId, definition: "order-fulfilment", input: fulfilmentOrder({ order_id: sagaId, address }), faults };
}

/**
 * Starts an order as a careful client does: as long as nobody answers, it asks again, the next client each time, with
 * the same saga id. Gives the saga, final if that came within `waitMs`.
 */
export async function place(clients: readonly Client[], order: Order, { waitMs = 0, deadlineMs = 30_000 } = {}) {
  const { sagaId, definition, input, faults = {} } = order;
  let saga: Saga | undefined;
  let turn = 0;
  await until(
    `order ${sagaId} is accepted`,
    async () => {
      const client = clients[turn++ % clients.length]!;
      const started = await answered(() =>
        client.start(definition, input as never, { sagaId, metadata: faultMetadata(faults), wait: waitMs }),
      );
      saga = started?.saga;
      return saga !== undefined;
    },
    deadlineMs,
  );
  return saga!;
}

/** Callers that place one order after another, each when its last is final, until they are told to stop. */
export interface Traffic {
  /** The orders placed so far. */
  readonly sagaIds: readonly string[];
  /** How many of them have been seen to be final. */
  readonly finished: number;
  /** Resolves when the last orders are final. Rejects if a caller failed. */
  stop(): Promise<void>;
}

/** Every third order is declined. `faults` are suffered by all, to keep them in flight for longer. */
export function startTraffic(
  clients: readonly Client[],
  { callers, name, faults }: { callers: number; name: string; faults?: Faults },
): Traffic {
  const sagaIds: string[] = [];
  let finished = 0;
  let stopped = false;

  async function caller(number: number): Promise<void> {
    const own = [...clients.slice(number % clients.length), ...clients.slice(0, number % clients.length)];
    while (!stopped) {
      const sagaId = `${name}-${sagaIds.length}`;
      const order = sagaIds.length % 3 === 2 ? declinedOrder(sagaId, faults) : goodOrder(sagaId, faults);
      sagaIds.push(sagaId);
      await until(`order ${sagaId} is final`, async () => isFinal(await place(own, order, { waitMs: 2_000 })), 60_000);
      finished++;
    }
  }

  const all = Promise.all(Array.from({ length: callers }, (_, i) => caller(i)));
  // Told of by `stop`.
  all.catch(() => {});
  return {
    sagaIds,
    get finished() {
      return finished;
    },
    async stop() {
      stopped = true;
      await all;
    },
  };
}

/** Waits until `count` more orders have been seen to be final. */
export async function untilServed(
  traffic: Pick<Traffic, "finished">,
  count: number,
  deadlineMs?: number,
): Promise<void> {
  const enough = traffic.finished + count;
  await until(`${count} more orders are served`, () => traffic.finished >= enough, deadlineMs);
}

/** Waits until every saga is final or suspended. `deadlineMs` is for all of them. */
export async function untilSettled(client: Client, sagaIds: readonly string[], deadlineMs: number): Promise<void> {
  const end = performance.now() + deadlineMs;
  for (const sagaId of sagaIds) {
    await until(
      `saga ${sagaId} is settled`,
      async () => {
        const saga = await answered(() => client.get(sagaId, { view: "BRIEF" }));
        return saga !== undefined && (isFinal(saga) || saga.status === "SUSPENDED");
      },
      end - performance.now(),
    );
  }
}

/** undefined where nobody answered, which is expected of servers that are being killed. */
export async function answered<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (thrown) {
    if (thrown instanceof BackstitchError && thrown.cause !== undefined && isTransient(thrown.cause)) return undefined;
    throw thrown;
  }
}
