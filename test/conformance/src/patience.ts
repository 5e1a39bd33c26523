import { setTimeout as delay } from "node:timers/promises";
import { Mismatch } from "./mismatch.ts";

const pauseMs = 20;

/** Does the work again and again until it throws no more; throws what it threw last once the time is over. */
export async function until(withinMs: number, work: () => Promise<void>): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() >= end) throw error;
    }
    await delay(pauseMs);
  }
}

/** What a promise gives, or undefined where that takes longer. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** As `within`, but throws a Mismatch where it takes longer. */
export async function inTime<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  const wrapped = await within(
    ms,
    promise.then((value) => ({ value })),
  );
  if (wrapped === undefined) throw new Mismatch(what, `nothing within ${ms} ms`);
  return wrapped.value;
}
