import { isFinal, type SagaStatus } from "../machine/state.ts";
import type { RequestResult, SagaKey, SagaRecord, Store } from "../store/store.ts";
import type { Call } from "./handlers.ts";
import type { Latch } from "./latch.ts";

/** Time that is left, at the end of a call with a deadline, for the answer to reach the caller. */
const ANSWER_MARGIN_MS = 50;

/** Follows one saga from the moment it is made: keeps the newest record it hears of. */
export interface Follow {
  /** The newest record at hand; undefined: none came with a change yet. */
  readonly record: SagaRecord | undefined;
  /** How many changes were told. */
  readonly heard: number;
  /** Takes note of a record read elsewhere. */
  offer(record: SagaRecord): void;
  /** The newest record, read again where only its revision was told, or if `always`. undefined: there is no such saga. */
  refresh(always?: boolean): Promise<SagaRecord | undefined>;
  /** The answer to a request that came with a change. */
  result(requestId: string): RequestResult | undefined;
  /** Sets the one listener called at every change. */
  onChange(listener: ((status: SagaStatus) => void) | undefined): void;
  stop(): void;
}

export function followSaga(store: Store, key: SagaKey): Follow {
  let record: SagaRecord | undefined;
  let heard = 0;
  let heardOf = 0;
  let results: RequestResult[] | undefined;
  let listener: ((status: SagaStatus) => void) | undefined;

  const offer = (offered: SagaRecord) => {
    if (record === undefined || offered.revision > record.revision) record = offered;
  };
  const stop = store.watch(key, (change) => {
    heard++;
    heardOf = Math.max(heardOf, change.revision);
    if (change.record) offer(change.record);
    if (change.results.length > 0) results = [...(results ?? []), ...change.results];
    listener?.(change.status);
  });

  return {
    get record() {
      return record;
    },
    get heard() {
      return heard;
    },
    offer,
    async refresh(always = false) {
      if (always || record === undefined || record.revision < heardOf) {
        const read = await store.get(key);
        if (read) offer(read);
      }
      return record;
    },
    result: (requestId) => results?.find((result) => result.requestId === requestId),
    onChange(next) {
      listener = next;
    },
    stop,
  };
}

/**
 * Waits until the saga is final, `waitMs` have passed, the caller is about to stop waiting, or the API stops, and
 * gives the newest record. `current` is where the saga stood last. Never fails: a saga that runs is an answer.
 */
export async function untilFinal(
  follow: Follow,
  current: SagaRecord,
  wait: { readonly waitMs: number; readonly call: Call; readonly stopping: Latch },
): Promise<SagaRecord> {
  follow.offer(current);
  const known = follow.record!;
  const waitMs = withinDeadline(wait.waitMs, wait.call);
  if (waitMs <= 0 || isFinal(known.state.status) || wait.stopping.fired) return known;
  const heard = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => finish(false), waitMs);
    const offStopping = wait.stopping.onFire(() => finish(false));
    let offCall: (() => void) | undefined;
    const finish = (final: boolean) => {
      clearTimeout(timer);
      offStopping();
      offCall?.();
      follow.onChange(undefined);
      resolve(final);
    };
    follow.onChange((status) => {
      if (isFinal(status)) finish(true);
    });
    offCall = wait.call.onEnd(() => finish(false));
  });
  // Without a final change the store is asked: the news of one may have been lost on its way from another replica.
  return (await follow.refresh(!heard).catch(() => undefined)) ?? follow.record ?? known;
}

function withinDeadline(waitMs: number, call: Call): number {
  const remaining = waitMs > 0 ? call.remainingMs() : undefined;
  return remaining === undefined ? waitMs : Math.min(waitMs, remaining - Math.min(ANSWER_MARGIN_MS, remaining / 10));
}
