import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "./client.ts";
import { type Duration, toMs } from "./duration.ts";
import { type Delivery, deliverBatch } from "./outbox-delivery.ts";
import type { PostgresClient, PostgresPool } from "./postgres.ts";

/** A saga that a relay started. */
export interface OutboxDelivery {
  sagaId: string;
  /** False where the saga was there already. */
  started: boolean;
  /** From the writing of the row, in milliseconds. */
  waitedMs: number;
}

/** A saga that a relay could not start. */
export interface OutboxFailure {
  /** undefined: no saga can be started now, or the database fails. */
  sagaId: string | undefined;
  error: Error;
  /** Whether the row was given up. */
  setAside: boolean;
}

/** How a relay works. */
export interface RelayOptions {
  /** Of the orchestrator, and the namespace, that the sagas are started in. */
  client: Pick<Client, "start">;
  /** How many rows at a time. Default 50. */
  batch?: number;
  /** How often to look for rows of which no notification came. Default 1 s. */
  poll?: Duration;
  /** After so many refusals a row is set aside. Default 5. */
  maxRefusals?: number;
  /** Hears of every saga that was started. */
  onDelivery?(delivery: OutboxDelivery): void;
  /** Hears of every failure. */
  onFailure?(failure: OutboxFailure): void;
}

/** A relay at work. */
export interface OutboxRelay {
  /** Takes no more rows; settles when those at hand are dealt with. */
  stop(): Promise<void>;
}

/** While nothing can be started: 100 ms doubling to 5 s, between half and the whole of that. */
const longestPauseMs = 5_000;

/** Begins to deliver the rows of an outbox. It takes two connections of the pool: one to listen, one to work. */
export function startRelay(pool: PostgresPool, channel: string, options: RelayOptions): OutboxRelay {
  const { client, batch = 50, maxRefusals = 5, onDelivery, onFailure } = options;
  if (!(batch >= 1 && maxRefusals >= 1)) throw new RangeError("batch and maxRefusals are at least 1");
  const pollMs = toMs(options.poll ?? 1_000);
  const stopping = new AbortController();
  const bell = createBell();
  let listener: PostgresClient | undefined;

  async function listen(): Promise<void> {
    if (listener !== undefined) return;
    const connection = await pool.connect();
    const lose = (error: Error) => {
      if (listener !== connection) return;
      listener = undefined;
      connection.release(error);
      // To listen anew, and to look for what was missed meanwhile.
      bell.ring();
    };
    listener = connection;
    connection.on("error", lose);
    connection.on("notification", bell.ring);
    await connection.query(`LISTEN ${channel}`).catch((error: Error) => {
      lose(error);
      throw error;
    });
  }

  /** Gives whether there may be more to do at once. Throws where nothing can be done now. */
  async function round(): Promise<boolean> {
    await listen();
    const deliveries = await deliverBatch(pool, { client, size: batch, maxRefusals });
    for (const delivery of deliveries) tell(() => report(delivery));
    const away = deliveries.find((delivery) => delivery.kind === "away");
    if (away !== undefined) throw away.error;
    return deliveries.length === batch;
  }

  function report(delivery: Delivery): void {
    if (delivery.kind === "delivered") {
      const { sagaId, started, waitedMs } = delivery;
      onDelivery?.({ sagaId, started, waitedMs });
    } else if (delivery.kind === "failed") {
      const { sagaId, error, setAside } = delivery;
      onFailure?.({ sagaId, error, setAside });
    }
  }

  async function run(): Promise<void> {
    for (let failed = 0; !stopping.signal.aborted; ) {
      try {
        const more = await round();
        failed = 0;
        if (!more) await bell.wait(pollMs);
      } catch (error) {
        tell(() => onFailure?.({ sagaId: undefined, error: error as Error, setAside: false }));
        const longest = Math.min(100 * 2 ** Math.min(failed++, 10), longestPauseMs);
        // No notification cuts this short.
        await delay(longest * (0.5 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
    const connection = listener;
    listener = undefined;
    // Closed rather than given back: a pooled connection should not go on listening.
    connection?.release(true);
  }

  const ended = run();
  return {
    stop() {
      stopping.abort();
      bell.ring();
      return ended;
    },
  };
}

/** A hook's own failure is not the relay's. */
function tell(hook: () => void): void {
  try {
    hook();
  } catch {}
}

/** Wakes one that waits; rung before, it lets the next one who would wait go on at once. */
function createBell() {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring(): void {
      rung = true;
      wake?.();
    },
    async wait(ms: number): Promise<void> {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = undefined;
      rung = false;
    },
  };
}
