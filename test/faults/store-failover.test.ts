import { afterEach, beforeEach, expect, test } from "vitest";
import { startOrchestrator } from "../../deploy/local/orchestrator.ts";
import { type Client, createClient, saga } from "../../sdk/typescript/src/index.ts";
import { eventsOf, type Lab, startLab } from "../support/lab.ts";
import { answered, untilSettled } from "../support/order-traffic.ts";
import { startSentinel, type TestSentinel } from "../support/redis-sentinel.ts";
import { until } from "../support/until.ts";

let sentinel: TestSentinel;
let lab: Lab | undefined;
beforeEach(async () => {
  sentinel = await startSentinel();
});
afterEach(async () => {
  await lab?.end();
  lab = undefined;
  await sentinel.stop();
});

const timeout = "500ms";
/** Leaves time for a failover between two attempts, and for an orchestrator to start and do something. */
const patient = { timeout, retry: { schedule: ["8s"] } } as const;
const someone = { identity: "ada", reason: "changed her mind" };

/** What the configuration says of Redis behind the sentinel. */
function bySentinel() {
  return { sentinels: sentinel.sentinels.map(({ host, port }) => `${host}:${port}`), name: sentinel.name };
}

/** a is done, and b waits for its second attempt. */
async function beginWaiting({ begin, client }: Lab, sagaId: string): Promise<void> {
  const definition = saga(sagaId)
    .call("a", "lab.a", { timeout })
    .call("b", "lab.b", patient)
    .call("c", "lab.c", { timeout });
  await begin(definition, { faults: { b: { fail: 1 } } });
  await until(`b of ${sagaId} waits`, async () => (await client.get(sagaId)).steps[1]!.status === "WAITING");
}

/** Another orchestrator, which asks the sentinel. */
async function startOnNewMaster({ processes, participants }: Lab): Promise<Client> {
  const { grpcPort } = await startOrchestrator(processes, {
    name: "on-the-new-master",
    participants,
    settings: { lease: "1s", redis: bySentinel() },
  });
  return createClient({ address: `127.0.0.1:${grpcPort}` });
}

async function statusAtEnd(client: Client, sagaId: string): Promise<string> {
  await untilSettled(client, [sagaId], 30_000);
  return (await client.get(sagaId)).status;
}

test("a failover loses acknowledged writes: what was undone is not taken for done", async () => {
  lab = await startLab(undefined, { settings: { redis: bySentinel() } });
  await beginWaiting(lab, "failed-over");
  await until("the replica has it all", sentinel.isReplicated);

  // The replica's connection goes on to be open, and nothing comes over it any more.
  sentinel.path.blackHoleSender("REPLCONF");
  await until("the replica lags", async () => !(await sentinel.isReplicated()));
  await lab.client.cancel("failed-over", someone);
  expect(await lab.settled("failed-over")).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });

  await sentinel.master.kill9();
  sentinel.path.cut();
  const { client } = lab;
  await until(
    "the replica that knows nothing of it is the master",
    async () => (await answered(() => client.get("failed-over")))?.status === "RUNNING",
    30_000,
  );
  expect(await statusAtEnd(client, "failed-over")).toBe("COMPENSATED");
  const ended = await lab.settled("failed-over");
  expect(ended.effects).toEqual(["do a", "undo a"]);
  expect(eventsOf(ended, "storeRolledBack")).toHaveLength(1);
});

test("an old master still takes writes: what its sagas did and undid is made good by those of the new one", async () => {
  // This orchestrator goes to the old master directly, and hears nothing of the failover.
  lab = await startLab(undefined, { settings: { redis: { url: sentinel.master.url } } });
  const names = ["undone-by-the-old", "completed-by-the-old", "cancelled-on-the-new"] as const;
  for (const name of names) await beginWaiting(lab, name);
  await until("the replica has it all", sentinel.isReplicated);

  sentinel.path.blackHole();
  await lab.client.cancel("undone-by-the-old", someone);
  const client = await startOnNewMaster(lab);
  try {
    await client.cancel("cancelled-on-the-new", someone);
    expect(await statusAtEnd(client, "cancelled-on-the-new")).toBe("COMPENSATED");
    expect(await statusAtEnd(client, "undone-by-the-old")).toBe("COMPENSATED");

    // The old master's sagas go on for as long as it takes writes.
    expect(await statusAtEnd(lab.client, "completed-by-the-old")).toBe("COMPLETED");
    expect(await statusAtEnd(lab.client, "cancelled-on-the-new")).toBe("COMPENSATED");
    await lab.orchestrator.kill9();
    await sentinel.master.kill9();

    expect(await statusAtEnd(client, "completed-by-the-old")).toBe("COMPLETED");
    expect(await lab.effects("undone-by-the-old")).toEqual(["do a", "undo a"]);
    expect(await lab.effects("cancelled-on-the-new")).toEqual(["do a", "undo a"]);
    expect(await lab.effects("completed-by-the-old")).toEqual(["do a", "do b", "do c"]);
  } finally {
    client.close();
  }
});

test("a saga that the old master completes and the new one cancels ends undone, whole", async () => {
  lab = await startLab(undefined, { settings: { redis: { url: sentinel.master.url } } });
  await beginWaiting(lab, "torn");
  await until("the replica has it all", sentinel.isReplicated);

  sentinel.path.blackHole();
  await lab.client.retryStep("torn", "b", someone);
  expect(await statusAtEnd(lab.client, "torn")).toBe("COMPLETED");
  const client = await startOnNewMaster(lab);
  try {
    await client.cancel("torn", someone);
    expect(await statusAtEnd(client, "torn")).toBe("COMPENSATED");
    // The new master's record knew nothing of b and c.
    expect(await lab.effects("torn")).toEqual(["do a", "do b", "do c", "undo c", "undo b", "undo a"]);
  } finally {
    client.close();
  }
});
