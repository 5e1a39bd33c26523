import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorld } from "./world.ts";

const HOUR = 3_600_000;
const definition = `
name: patient
steps:
  - { name: a, call: { participant: shop, action: a } }
  - { name: nap, sleep: 1h }
  - { name: b, call: { participant: shop, action: b } }
  - { name: rest, sleep: 24h }
  - { name: c, call: { participant: shop, action: c } }
`;

let world: ReturnType<typeof createWorld>;
beforeEach(async () => {
  world = createWorld();
  await world.register(definition);
});
afterEach(() => world.end());

test("sagas live through days in the time it takes to move the clock", async () => {
  const replica = world.launch();
  for (const id of ["p1", "p2"]) await world.start(replica, "patient", { id });
  const started = world.store.now();
  const { signal } = new AbortController();
  const halfway = await replica.worker.advance({ byMs: 12 * HOUR }, signal);
  expect(halfway.timers).toBe(2);
  expect(halfway.now).toBeGreaterThanOrEqual(started + 12 * HOUR);
  expect(world.called.sort()).toEqual(["do p1/a", "do p1/b", "do p2/a", "do p2/b"]);
  const { now, timers } = await replica.worker.advance({ toMs: started + 25 * HOUR + 1_000 }, signal);
  expect(timers).toBe(2);
  expect(now - started).toBeLessThan(25 * HOUR + 10_000);
  for (const id of ["p1", "p2"]) {
    const { status, createdAt, finishedAt, steps } = (await world.record(id)).state;
    expect(status).toBe("COMPLETED");
    expect(steps[2]!.startedAt! - createdAt).toBeGreaterThanOrEqual(HOUR);
    expect(steps[2]!.startedAt! - createdAt).toBeLessThan(HOUR + 10_000);
    expect(finishedAt! - createdAt).toBeGreaterThanOrEqual(25 * HOUR);
  }
});
