import type { Step } from "./types.ts";

/** Who runs before whom. Sets of steps are bit masks: bit i is step i. */
export interface StepOrder {
  /** Direct successors by step. */
  readonly before: readonly (readonly number[])[];
  /** All that must be over before a step starts. */
  readonly ancestors: readonly bigint[];
  /** All that wait for a step, directly or not. */
  readonly descendants: readonly bigint[];
}

/** Works out the order from the direct predecessors, each of which stands earlier in the list. */
export function orderSteps(after: readonly (readonly number[])[]): StepOrder {
  const before: number[][] = after.map(() => []);
  const ancestors: bigint[] = [];
  const descendants = after.map(() => 0n);
  after.forEach((predecessors, i) => {
    let mask = 0n;
    for (const p of predecessors) {
      before[p]?.push(i);
      mask |= ancestors[p]! | (1n << BigInt(p));
    }
    ancestors.push(mask);
    for (let p = 0; p < i; p++) if (contains(mask, p)) descendants[p]! |= 1n << BigInt(i);
  });
  return { before, ancestors, descendants };
}

/** Whether a step is in a set of steps. */
export function contains(steps: bigint, step: number): boolean {
  return ((steps >> BigInt(step)) & 1n) === 1n;
}

/** The steps of a set, ascending. */
export function membersOf(steps: bigint): readonly number[] {
  const members: number[] = [];
  for (let i = 0, rest = steps; rest > 0n; i++, rest >>= 1n) if ((rest & 1n) === 1n) members.push(i);
  return members;
}

/** The index of the pivot; undefined: there is none. */
export function pivotOf(steps: readonly Pick<Step, "pivot">[]): number | undefined {
  const index = steps.findIndex((step) => step.pivot);
  return index < 0 ? undefined : index;
}
