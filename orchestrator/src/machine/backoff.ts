import type { RetryPolicy } from "../definition/types.ts";
import type { SendRef } from "./event.ts";

/**
 * How long to wait, in ms, after the failed attempt `ref` before the next one. Exponential delays have full jitter:
 * anything between nothing and the delay, drawn from the saga's seed and the attempt, so that the same attempt of the
 * same saga always gives the same delay (invariant I6). A schedule is taken exactly. Never less than `atLeastMs`, the
 * participant's own wish.
 */
export function backoffMs(policy: RetryPolicy, seed: number, ref: SendRef, atLeastMs: number | undefined): number {
  return Math.max(delayMs(policy, seed, ref), atLeastMs ?? 0);
}

function delayMs(policy: RetryPolicy, seed: number, ref: SendRef): number {
  if (policy.kind === "schedule") return policy.delaysMs[Math.min(ref.attempt, policy.delaysMs.length) - 1] ?? 0;
  // Forward recovery has no last attempt: the power overflows in the end, and 0 * Infinity is no number.
  const growth = Math.min(policy.multiplier ** (ref.attempt - 1), Number.MAX_VALUE);
  return Math.round(Math.min(policy.maxMs, policy.initialMs * growth) * fraction(seed, ref));
}

/** Evenly spread over [0, 1). */
function fraction(seed: number, ref: SendRef): number {
  const direction = ref.direction === "forward" ? 0 : 1;
  const place = ref.item === undefined ? [ref.step] : [ref.step, ref.item];
  return [...place, direction, ref.round, ref.attempt].reduce(mix, mix(0, seed)) / 2 ** 32;
}

/** One 32-bit word into a hash: the finalizer of MurmurHash3 (Austin Appleby, public domain). */
function mix(hash: number, word: number): number {
  let h = Math.imul(hash, 31) + word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The seed of a saga: FNV-1a of its id. */
export function seedOf(sagaId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < sagaId.length; i++) hash = Math.imul(hash ^ sagaId.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
