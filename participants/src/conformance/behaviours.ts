import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type DoContext, pending, rejected, retryAfter } from "@backstitch/sdk";

/** What a case tells the actions `effect` and `bare` to do. An Undo reads it from the input of its Do. */
export interface Told {
  /** How the Do behaves; default: "done". */
  do?: string;
  /** How the Undo behaves; default: "done". */
  undo?: string;
  /** Only so many first attempts behave so, later ones are done. Default: all do. */
  attempts?: number;
  /** How long `slow` and `block` take, in milliseconds. Default 300. */
  ms?: number;
}

/** Behaves as told; gives the output of a Do. `onAborted` is called where `hang` sees its signal aborted. */
export async function behave(
  { do: onDo, undo: onUndo, attempts = Number.POSITIVE_INFINITY, ms = 300 }: Told,
  direction: "do" | "undo",
  context: DoContext,
  onAborted: () => void,
): Promise<object | undefined> {
  const told = (direction === "do" ? onDo : onUndo) ?? "done";
  const behaviour = context.attempt <= attempts ? told : "done";
  switch (behaviour) {
    case "reject":
      throw rejected("CONFORMANCE_REFUSED", "refused as told", { why: "told", text: "ä\u0000\n" });
    case "pending":
      throw pending();
    case "retry_after":
      throw retryAfter(1500, "later");
    case "fail":
      throw new Error("failed as told");
    case "panic":
      // The worst that a handler can do here: what it throws is no Error.
      throw "panicked as told";
    case "slow":
      await delay(ms);
      break;
    case "block":
      block(ms);
      break;
    case "hang":
      await aborted(context.signal);
      onAborted();
      throw new Error("gave up waiting, as told");
  }
  return direction === "undo" ? undefined : outputOf(behaviour, context);
}

function outputOf(behaviour: string, { effectId, attempt }: DoContext): object | undefined {
  switch (behaviour) {
    case "nothing":
      return undefined;
    case "array":
      return [1];
    case "unencodable":
      return { x: 1n };
    case "nan":
      return { x: { toJSON: () => fail("JSON has no NaN") } };
    case "oversize":
      return { x: "x".repeat(300_000) };
    case "big_integer":
      return { x: 9007199254740993n };
    case "large":
      return { x: "x".repeat(200_000) };
    case "text":
      return { text: "ä\u0000\n\u2028😀" };
    default:
      return { id: randomUUID(), effect_id: effectId, attempt };
  }
}

function block(ms: number): void {
  const until = Date.now() + ms;
  while (Date.now() < until);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function fail(message: string): never {
  throw new TypeError(message);
}
