import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadWorkflow, workflowNames } from "../../../deploy/local/workflows.ts";
import type { Step } from "../../../orchestrator/src/definition/types.ts";
import { checkDefinitionText } from "../../../orchestrator/src/definition/validate.ts";
import type { ShopService } from "../../../participants/src/service.ts";

const folder = fileURLToPath(new URL("../../../participants/definitions", import.meta.url));
const files = globSync(`${folder}/*.yaml`);
const names = globSync(fileURLToPath(new URL("../../../participants/src/*/service.ts", import.meta.url)));

/** The services by name: the one export of each service.ts that has actions. */
const services = new Map<string, ShopService>();
for (const file of names) {
  const exported: unknown[] = Object.values(await import(file));
  const service = exported.find((value) => typeof value === "object" && value !== null && "actions" in value);
  if (service !== undefined) services.set((service as ShopService).name, service as ShopService);
}

function callOf(step: Step): { participant: string; action: string } | undefined {
  return step.kind === "call" ? step : step.kind === "for_each" ? step.call : undefined;
}

describe("the definitions of the samples", () => {
  test("there is one for each workflow", () => {
    expect(files.map((file) => basename(file, ".yaml"))).toEqual(expect.arrayContaining([...workflowNames]));
  });

  test.each(files)("%s has no faults, bears its file's name and calls actions that exist", (file) => {
    const checked = checkDefinitionText(readFileSync(file, "utf8"), { participants: [...services.keys()] });
    if ("faults" in checked) throw new Error(JSON.stringify(checked.faults, undefined, 2));
    const { definition } = checked;
    expect(`${definition.name}.yaml`).toBe(basename(file));
    for (const step of definition.steps) {
      const call = callOf(step);
      if (call === undefined) continue;
      expect(Object.keys(services.get(call.participant)?.actions ?? {})).toContain(call.action);
    }
  });
});

describe("the workflows", () => {
  test.each(workflowNames)("%s has scenarios of different names, and services that exist", async (name) => {
    const workflow = await loadWorkflow(name);
    expect(workflow.name).toBe(name);
    expect([...services.keys()]).toEqual(expect.arrayContaining([...workflow.services]));
    const scenarios = workflow.scenarios.map((scenario) => scenario.name);
    expect(scenarios.length).toBeGreaterThan(1);
    expect(new Set(scenarios).size).toBe(scenarios.length);
  });
});
