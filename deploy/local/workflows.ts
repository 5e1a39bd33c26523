import { didYouMean } from "../../orchestrator/src/definition/suggest.ts";
import type { Workflow } from "../../participants/scenarios/scenario.ts";

/** The workflows that `npm start -- <name>` shows, in the order of the tour. */
export const workflowNames = [
  "food-order",
  "order-fulfilment",
  "trip-creation",
  "payment",
  "journey",
  "ride",
  "delivery",
  "booking",
  "instance-launch",
  "merchant-order",
] as const;

export type WorkflowName = (typeof workflowNames)[number];

/** Reads a workflow; `name` is one of `workflowNames`. */
export async function loadWorkflow(name: WorkflowName): Promise<Workflow> {
  const { workflow } = await import(`../../participants/scenarios/${name}.ts`);
  return workflow as Workflow;
}

/** Throws a TypeError that suggests another name if there is no such workflow. */
export function assertWorkflowName(name: string): asserts name is WorkflowName {
  if ((workflowNames as readonly string[]).includes(name)) return;
  const hint = didYouMean(name, workflowNames) || `; there are ${workflowNames.join(", ")}`;
  throw new TypeError(`There is no workflow '${name}'${hint}`);
}
