import type { Case } from "./options.ts";

const PARTICIPANTS = ["alpha", "beta", "gamma"];

/** Three steps, each reading the output of the one before: what an ordinary order does. */
function threeSteps(name: string, lastAction: string): object {
  return {
    name,
    steps: PARTICIPANTS.map((participant, i) => ({
      name: `step_${participant}`,
      call: {
        participant,
        action: i === 2 ? lastAction : "apply",
        input: {
          order: "input.order",
          amount: "input.amount",
          ...(i > 0 && { after: `steps.step_${PARTICIPANTS[i - 1]}.output.receipt` }),
        },
      },
    })),
  };
}

/** What the benchmark registers. `bench-empty` has no payloads: for the footprint. */
export const DEFINITIONS: readonly object[] = [
  threeSteps("bench-happy", "apply"),
  threeSteps("bench-compensated", "refuse"),
  {
    name: "bench-hung",
    steps: [
      { name: "hang", call: { participant: "hung", action: "hang", timeout: "600s", retry: { maxAttempts: 1 } } },
    ],
  },
  {
    name: "bench-items",
    steps: [
      {
        name: "each",
        forEach: {
          items: "input.items",
          concurrency: 3,
          call: { participant: "alpha", action: "apply", input: "item" },
        },
      },
    ],
  },
  { name: "bench-child", steps: [{ name: "order", saga: { definition: "bench-happy" } }] },
  { name: "bench-parked", steps: [{ name: "wait", sleep: { timestamp: "input.until" } }] },
  {
    name: "bench-empty",
    steps: PARTICIPANTS.map((participant) => ({ name: participant, call: { participant, action: "empty" } })),
  },
];

export const DEFINITION_OF: Readonly<Record<Case, string>> = {
  happy: "bench-happy",
  compensated: "bench-compensated",
  items: "bench-items",
  child: "bench-child",
  neighbour: "bench-happy",
};

export const OUTCOME_OF: Readonly<Record<Case, "COMPLETED" | "COMPENSATED">> = {
  happy: "COMPLETED",
  compensated: "COMPENSATED",
  items: "COMPLETED",
  child: "COMPLETED",
  neighbour: "COMPLETED",
};

let orders = 0;

/** A small order, different each time. */
export function order(): {
  order: string;
  amount: number;
  customer: string;
  items: { sku: string; quantity: number }[];
} {
  orders += 1;
  return {
    order: `order-${process.pid}-${orders}`,
    amount: 100 + (orders % 100),
    customer: "customer-4711",
    items: [
      { sku: "sku-1", quantity: 1 },
      { sku: "sku-2", quantity: 3 },
    ],
  };
}
