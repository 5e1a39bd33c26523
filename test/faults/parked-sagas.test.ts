import { readFileSync } from "node:fs";
import { setTimeout as pass } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStreamCaller } from "../../bench/stream-caller.ts";
import { type OrchestratorProcess, startOrchestrator } from "../../deploy/local/orchestrator.ts";
import { StartSagaRequestSchema } from "../../sdk/typescript/src/gen/backstitch/v1/saga_service_pb.js";
import { createClient, type ParticipantServer, participant } from "../../sdk/typescript/src/index.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { createTestProcesses, type TestProcesses } from "../support/test-processes.ts";
import { until } from "../support/until.ts";

const count = 100_000;
/** Over which CPU time is measured: four turns of the rarest housekeeping, and the 10 ms of /proc are 0.05 % of it. */
const windowMs = 20_000;

let processes: TestProcesses;
let redis: TestRedis;
let garage: ParticipantServer;
let orchestrator: OrchestratorProcess;

beforeAll(async () => {
  processes = await createTestProcesses();
  redis = await startRedis({ extra: ["--hash-max-listpack-value", "1024"] });
  const fail = () => {
    throw new Error("not today");
  };
  garage = participant({ garage: { park: { do: fail, undo: () => undefined } } }, { logger: { error: () => {} } });
  const { port } = await garage.listen(0);
  orchestrator = await startOrchestrator(processes, {
    redisUrl: redis.url,
    participants: { garage: { address: `127.0.0.1:${port}`, breaker: { min_calls: 1_000_000 } } },
    settings: { log_level: "warn" },
  });
  const client = createClient({ address: `127.0.0.1:${orchestrator.grpcPort}` });
  await client.register(`
name: park
steps:
  - name: wait
    call: { participant: garage, action: park, retry: { schedule: [1h] } }
`);
  client.close();
});
afterAll(async () => {
  await processes?.end();
  await garage?.stop();
  await redis?.stop();
});

/** User and system time of a process so far, in seconds; /proc counts hundredths. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13)
    .map(Number) as [number, number];
  return (user + system) / 100;
}

/** Starts them over one stream; their only step fails at once and is tried again in an hour. */
async function park(): Promise<void> {
  const caller = createStreamCaller(orchestrator.grpcPort);
  let left = count;
  const startOnesTurn = async () => {
    while (left-- > 0) await caller.call(create(StartSagaRequestSchema, { definition: "park", view: 1 }));
  };
  await Promise.all(Array.from({ length: 256 }, startOnesTurn));
  caller.close();
}

async function settled(admin: Redis): Promise<boolean> {
  const timers = await Promise.all((await admin.keys("*:timers")).map((key) => admin.zcard(key)));
  if (timers.reduce((a, b) => a + b, 0) < count) return false;
  return /aof_rewrite_in_progress:0/.test(await admin.info("persistence"));
}

/** What the orchestrator and Redis use over a while, in percent of a core. */
async function usage(): Promise<{ orchestrator: number; redis: number }> {
  const [orchestratorFrom, redisFrom, from] = [cpuSeconds(orchestrator.pid), cpuSeconds(redis.pid!), performance.now()];
  await pass(windowMs);
  const perSecond = 100_000 / (performance.now() - from);
  return {
    orchestrator: (cpuSeconds(orchestrator.pid) - orchestratorFrom) * perSecond,
    redis: (cpuSeconds(redis.pid!) - redisFrom) * perSecond,
  };
}

test.runIf(process.platform === "linux" && !process.env.BACKSTITCH_TEST_REDIS_URL)(
  "100,000 parked sagas take less than 1 % of a core, orchestrator and Redis together",
  async () => {
    const admin = new Redis(redis.url);
    await park();
    await until("all are parked", () => settled(admin), 60_000);
    // What the starts left to be cleaned up may take a window or two; what stays is what is asked for.
    await until(
      "both take less than 1 % of a core",
      async () => {
        const used = await usage();
        console.info(`orchestrator ${used.orchestrator.toFixed(2)} %, Redis ${used.redis.toFixed(2)} % of a core`);
        return used.orchestrator + used.redis < 1;
      },
      3 * windowMs,
    );
    expect(await settled(admin)).toBe(true);
    admin.disconnect();
  },
  180_000,
);
