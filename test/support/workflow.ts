import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cast, languagesOf } from "../../deploy/local/cast.ts";
import { createKit } from "../../deploy/local/kit.ts";
import { perform } from "../../deploy/local/perform.ts";
import { type Stage, startStage } from "../../deploy/local/stage.ts";
import type { ScenarioKit, Workflow } from "../../participants/scenarios/scenario.ts";
import { builtSamples } from "./built-samples.ts";
import { startRedis, type TestRedis } from "./redis.ts";
import { createTestProcesses, type TestProcesses } from "./test-processes.ts";

/** Redis, a development server and the services of a workflow, started before the tests of a describe block. */
export interface WorkflowStage {
  readonly stage: Stage;
  /** For a test beside the scenarios; `id` begins the ids of its sagas. */
  kit(id: string): ScenarioKit;
}

/** Declares a test for each scenario of a workflow: it must end as the scenario says, with the effects it says. */
export function describeWorkflow(workflow: Workflow, more: (at: WorkflowStage) => void = () => {}): void {
  describe(workflow.name, () => {
    let processes: TestProcesses;
    let redis: TestRedis;
    let stage: Stage;

    beforeAll(async () => {
      processes = await createTestProcesses();
      redis = await startRedis();
      const { services } = workflow;
      const languages = languagesOf(await cast(services, builtSamples));
      stage = await startStage(processes, { redisUrl: redis.url, services, languages, folder: processes.folder });
    }, 600_000);

    afterAll(async () => {
      stage?.close();
      await processes?.end();
      await redis?.stop();
    });

    test.each(workflow.scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (_, scenario) => {
      const { surprises } = await perform(scenario, scenario.name, stage);
      expect(surprises).toEqual([]);
    });

    more({
      get stage() {
        return stage;
      },
      kit: (id) => createKit(stage, id, "a test").kit,
    });
  });
}
