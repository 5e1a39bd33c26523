import { afterAll, beforeAll, expect, test } from "vitest";
import { saga } from "../../sdk/typescript/src/index.ts";
import { eventsOf, type Lab, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await startLab(undefined, { redis: { aof: "always" } });
});
afterAll(() => lab?.end());

/** Short, as a saga that comes back from the past first waits for as long as a call of that past may last. */
const timeout = "500ms";
/** Leaves time to look at the saga, and to do something to it, between two attempts. */
const patient = { timeout, retry: { schedule: ["2500ms"] } } as const;

async function untilStep(sagaId: string, step: string, isThere: (status: string) => boolean): Promise<void> {
  await until(`${step} of ${sagaId} has come so far`, async () => {
    const { steps } = await lab.client.get(sagaId);
    return isThere(steps.find(({ name }) => name === step)!.status);
  });
}

const untilWaiting = (sagaId: string, step: string) => untilStep(sagaId, step, (status) => status === "WAITING");

test("a saga that was compensated in the lost past is compensated again: its Do is refused as undone", async () => {
  const definition = saga("lost-undo").call("a", "lab.a", { timeout }).call("b", "lab.b", patient);
  await lab.begin(definition, { faults: { b: { fail: 1 } } });
  await untilWaiting("lost-undo", "b");
  const rewind = await lab.redis.snapshot();

  await lab.client.cancel("lost-undo", { identity: "ada", reason: "changed her mind" });
  expect(await lab.settled("lost-undo")).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });

  await rewind();
  const ended = await lab.settled("lost-undo");
  expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
  expect(ended.failure).toMatchObject({ code: "UNDONE" });
  expect(eventsOf(ended, "storeRolledBack")).toHaveLength(1);
});

test("a saga that was completed in the lost past is completed again, and no effect is made twice", async () => {
  const definition = saga("lost-do")
    .call("a", "lab.a", { timeout })
    .call("b", "lab.b", patient)
    .call("c", "lab.c", { timeout });
  await lab.begin(definition, { faults: { b: { fail: 1 } } });
  await untilWaiting("lost-do", "b");
  const rewind = await lab.redis.snapshot();
  expect(await lab.settled("lost-do")).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b", "do c"] });

  await rewind();
  const ended = await lab.settled("lost-do");
  expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b", "do c"] });
  expect(eventsOf(ended, "storeRolledBack")).toHaveLength(1);
});

test("a saga that was going backward undoes every call, also one that it knows nothing of", async () => {
  const definition = saga("lost-back")
    .call("a", "lab.a", { timeout, undo: patient })
    .call("b", "lab.b", { timeout })
    .call("c", "lab.c", { timeout });
  await lab.begin(definition, { faults: { "a.undo": { fail: 1 }, c: { reject: "NO" } } });
  await untilWaiting("lost-back", "a");
  const rewind = await lab.redis.snapshot();
  const effects = ["do a", "do b", "undo b", "undo a"];
  expect(await lab.settled("lost-back")).toMatchObject({ status: "COMPENSATED", effects });

  await rewind();
  const ended = await lab.settled("lost-back");
  expect(ended).toMatchObject({ status: "COMPENSATED", effects });
  // c was refused, so that there was nothing to undo; now nobody can be sure.
  expect(eventsOf(ended, "undoStarted", "c")).toHaveLength(1);
});

test("a saga that was going back to an earlier step goes back again, round by round", async () => {
  const definition = saga("lost-round")
    .call("a", "lab.a", { timeout, undo: patient })
    .call("b", "lab.b", { timeout, goBack: { to: "a", times: 1 } });
  await lab.begin(definition, { faults: { "a.undo": { fail: 1 }, b: { reject: "AGAIN" } } });
  await untilWaiting("lost-round", "a");
  const rewind = await lab.redis.snapshot();
  // b is refused in the second round too: then it is over, and all is undone.
  const effects = ["do a", "undo a", "do a@1", "undo a@1"];
  expect(await lab.settled("lost-round")).toMatchObject({ status: "COMPENSATED", effects });

  await rewind();
  expect(await lab.settled("lost-round")).toMatchObject({ status: "COMPENSATED", effects });
});

test("nothing is sent to a saga of the past before the calls of the lost past must have ended", async () => {
  const definition = saga("lost-call")
    .call("a", "lab.a", { timeout })
    .call("b", "lab.b", { timeout: "2s", retry: { schedule: ["1s"] } });
  await lab.begin(definition, { faults: { b: { fail: 1, slow_answer_ms: 1500 } } });
  await untilWaiting("lost-call", "b");
  const rewind = await lab.redis.snapshot();
  await untilStep("lost-call", "b", (status) => status === "RUNNING");
  await rewind();
  const ended = await lab.settled("lost-call");
  expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b"] });
  const [rolledBack] = eventsOf(ended, "storeRolledBack");
  const after = ended.history.filter(({ kind, sequence }) => kind === "stepStarted" && sequence > rolledBack!.sequence);
  expect(after.length).toBeGreaterThan(0);
  for (const { time } of after) expect(time.getTime()).toBeGreaterThanOrEqual(rolledBack!.time.getTime() + 500);
});
