import type { Call } from "./handlers.ts";
import type { Latch } from "./latch.ts";

/** The end of what is done for a call: it comes when the caller goes or the API stops. */
export interface End {
  readonly signal: AbortSignal;
  /** Brings it about, and ends the subscriptions behind it. */
  stop(): void;
}

/** Calls the listener once the signal aborts, soon where it has. Gives the function that ends the subscription. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) queueMicrotask(listener);
  else signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}

export function endOf(call: Call, stopping: Latch): End {
  const end = new AbortController();
  const abort = () => end.abort();
  const offEnd = call.onEnd(abort);
  const offStopping = stopping.onFire(abort);
  if (stopping.fired) abort();
  return {
    signal: end.signal,
    stop() {
      abort();
      offEnd();
      offStopping();
    },
  };
}
