import { afterAll, beforeAll, expect, test } from "vitest";
import { type OrchestratorProcess, startOrchestrator } from "../../deploy/local/orchestrator.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { createTestProcesses, type TestProcesses } from "../support/test-processes.ts";
import { until } from "../support/until.ts";

let processes: TestProcesses;
let redis: TestRedis;
let orchestrator: OrchestratorProcess;

beforeAll(async () => {
  processes = await createTestProcesses();
  redis = await startRedis();
  orchestrator = await startOrchestrator(processes, { redisUrl: redis.url, participants: {} });
});
afterAll(async () => {
  await processes?.end();
  await redis?.stop();
});

async function ask(path: string): Promise<[status: number, text: string]> {
  const answer = await fetch(`http://127.0.0.1:${orchestrator.opsPort}/${path}`);
  return [answer.status, await answer.text()];
}

test("an orchestrator that cannot reach its store is alive but not ready, and ready again when the store is back", async () => {
  expect(await ask("readyz")).toEqual([200, "ready\n"]);
  await redis.kill9();
  await until("it says that it is not ready", async () => (await ask("readyz"))[0] === 503);
  expect(await ask("readyz")).toEqual([503, "not ready\nthe store does not answer\n"]);
  expect((await ask("healthz"))[0]).toBe(200);
  await redis.restart();
  await until("it is ready again", async () => (await ask("readyz"))[0] === 200);
});
