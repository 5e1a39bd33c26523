import { workflow as foodOrder } from "../../participants/scenarios/food-order.ts";
import { workflow as orderFulfilment } from "../../participants/scenarios/order-fulfilment.ts";
import type { Scenario, Workflow } from "../../participants/scenarios/scenario.ts";

/** What `npm start` shows where no workflow is named: four sagas of the shop, one of each kind of ending. */
export const shop: Workflow = {
  name: "shop",
  services: orderFulfilment.services,
  scenarios: [
    pick(foodOrder, "goes-through"),
    pick(orderFulfilment, "declined"),
    pick(orderFulfilment, "label-times-out"),
    pick(orderFulfilment, "orchestrator-dies"),
  ],
  example: foodOrder.example,
};

function pick({ name, scenarios }: Workflow, scenario: string): Scenario {
  const found = scenarios.find((candidate) => candidate.name === scenario);
  if (found === undefined) throw new Error(`${name} has no scenario "${scenario}"`);
  return found;
}
