import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { serviceNames } from "../../../deploy/local/shop.ts";
import { checkDefinitionText } from "../../../orchestrator/src/definition/validate.ts";
import { inventoryService } from "../../../participants/src/inventory/service.ts";
import { orderService } from "../../../participants/src/order/service.ts";
import { paymentService } from "../../../participants/src/payment/service.ts";
import { shippingService } from "../../../participants/src/shipping/service.ts";

const folder = fileURLToPath(new URL("../../../participants/definitions", import.meta.url));
const files = globSync(`${folder}/*.yaml`);
const services = [orderService, inventoryService, paymentService, shippingService];

describe("the shop's definitions", () => {
  test("there are some", () => {
    expect(files.map((file) => basename(file)).sort()).toEqual(["food-order.yaml", "order-fulfilment.yaml"]);
  });

  test.each(files)("%s has no faults, bears its file's name and calls actions that exist", (file) => {
    const checked = checkDefinitionText(readFileSync(file, "utf8"), { participants: [...serviceNames] });
    if ("faults" in checked) throw new Error(JSON.stringify(checked.faults, undefined, 2));
    const { definition } = checked;
    expect(`${definition.name}.yaml`).toBe(basename(file));
    for (const { participant, action } of definition.steps) {
      const service = services.find(({ name }) => name === participant);
      expect(Object.keys(service?.actions ?? {})).toContain(action);
    }
  });
});
