import { afterEach, beforeEach, expect, test } from "vitest";
import { type Answers, by, createWorld, type Replica } from "./world.ts";

const ride = `
name: ride
lock: { key: input.rider, when_held: WAIT }
steps:
  - { name: match, call: { participant: shop, action: match } }
  - name: arrive
    await: { signal: driver, reject: "signal.event == 'cancelled'" }
    go_back: match
  - { name: fare, saga: { definition: fare } }
`;
const fare = `
name: fare
steps: [{ name: charge, call: { participant: shop, action: charge } }]
`;

let answers: Answers;
let world: ReturnType<typeof createWorld>;
let replica: Replica;
beforeEach(async () => {
  answers = {};
  world = createWorld(answers);
  for (const text of [ride, fare]) await world.register(text);
  replica = world.launch();
});
afterEach(() => world.end());

/** The values of a metric by its labels. */
async function counted(metric: keyof Replica["metrics"]): Promise<Record<string, number>> {
  const { values } = await (
    replica.metrics[metric] as { get(): Promise<{ values: { labels: object; value: number }[] }> }
  ).get();
  return Object.fromEntries(values.map(({ labels, value }) => [Object.values(labels).join(" "), value]));
}

test("what happens to sagas is counted", async () => {
  await world.start(replica, "ride", { id: "r1", input: { rider: "ann" } });
  await world.start(replica, "ride", { id: "r2", input: { rider: "ann" } });
  const signal = (payload: object) =>
    world.ask("r1", { kind: "signal", name: "driver", payload: JSON.stringify(payload), identity: "ann" });
  const waits = () =>
    world.stateWhere("r1", "waits for its driver", ({ steps }) => steps[1]!.wait?.reason === "SIGNAL");
  await waits();
  await signal({ event: "cancelled" });
  await waits();
  expect(await world.ask("r1", { kind: "retry", step: 1, item: undefined, input: undefined, ...by })).toMatchObject({
    refusal: "STEP_SENDS_NOTHING",
  });
  await signal({ event: "arrived" });
  expect((await world.settled("r1")).status).toBe("COMPLETED");
  await world.ask("r2", { kind: "cancel", ...by });
  await world.settled("r2");
  expect(world.callsOf("r1")).toEqual(["do r1/match", "undo r1/match", "do r1/match@1", "do r1.fare/charge"]);
  expect(await counted("sagasStarted")).toEqual({ ride: 2, fare: 1 });
  expect(await counted("signals")).toEqual({ ride: 2 });
  expect(await counted("goBacks")).toEqual({ ride: 1 });
  expect(await counted("completions")).toEqual({ done: 1 });
  expect(await counted("lockWaits")).toEqual({ ride: 1 });
  expect(await counted("locksGranted")).toEqual({ ride: 1 });
  expect(await counted("operatorActs")).toEqual({ CancelSaga: 1 });
});
