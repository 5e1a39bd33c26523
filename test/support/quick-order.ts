import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allDefinitions } from "../../deploy/local/definitions.ts";
import type { OrchestratorOptions } from "../../deploy/local/orchestrator.ts";

export type TransportName = "serve" | "unary";

/** The shop's food order over one transport; its name is `food-order-<transport>`. */
export function foodOrderOver(transport: TransportName): string {
  return readFileSync(join(allDefinitions, "food-order.yaml"), "utf8")
    .replace("name: food-order", `name: food-order-${transport}`)
    .replaceAll(/participant: (\w+)/g, `participant: $1_${transport}`);
}

/**
 * The same with attempts that take half a second at most and come quickly after one another, six of a Do and twenty of
 * an Undo; its name is `quick-order-<transport>`.
 */
export function quickOrderOver(transport: TransportName): string {
  const undo = "undo: { retry: { schedule: [50ms], max_attempts: 20 } }";
  return foodOrderOver(transport)
    .replace("name: food-order", "name: quick-order")
    .replaceAll("timeout: 2s", "timeout: 500ms")
    .replaceAll(/retry: .*/g, `retry: { schedule: [50ms], max_attempts: 6 }\n      ${undo}`);
}

/** Each service once over Serve and once over unary calls, as these definitions name them. */
export function overBothTransports(
  services: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, unknown>> = {},
): OrchestratorOptions["participants"] {
  const entries = Object.entries(services).flatMap(([name, address]) => [
    [`${name}_serve`, { address, ...settings }] as const,
    [`${name}_unary`, { address, serve: "off", ...settings }] as const,
  ]);
  return Object.fromEntries(entries);
}
