import type { Client } from "../client.ts";
import type { Saga, SagaStatus } from "../saga.ts";

/** Waits for a saga to have a status or meet a condition. Throws an Error that names the goal and describes the saga if not. */
export async function until(
  client: Client,
  sagaId: string,
  wanted: SagaStatus | ((saga: Saga) => boolean),
  withinMs: number,
  goal = typeof wanted === "function" ? "a state that meets the condition" : wanted,
): Promise<Saga> {
  const signal = AbortSignal.timeout(withinMs);
  const met = typeof wanted === "function" ? wanted : (saga: Saga) => saga.status === wanted;
  let last: Saga | undefined;
  try {
    for await (const saga of client.watch(sagaId, { signal })) {
      last = saga;
      if (met(saga)) return saga;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  const how = signal.aborted ? `in ${withinMs} ms` : "and is final";
  throw new Error(`the saga ${sagaId} did not reach ${goal} ${how}; ${last ? describe(last) : "it was never seen"}`);
}

/** The saga for people, without payloads. */
export function describe({ status, failure, steps }: Saga): string {
  const reason = failure === undefined ? "" : ` (${failure.code}: ${failure.message})`;
  const standing = steps.map(({ name, status, waitReason, failure }) => {
    return [name, status, waitReason, failure?.code].filter((part) => part !== undefined).join(" ");
  });
  return `it is ${status}${reason}, its steps: ${standing.join(", ")}`;
}
