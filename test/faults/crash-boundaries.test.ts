import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Fleet, startFleet } from "../support/fleet.ts";
import { type Tally, tallyOrders } from "../support/order-invariants.ts";
import { goodOrder, type Order, place, undeliverableOrder, untilSettled } from "../support/order-traffic.ts";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.reset());
afterAll(() => fleet?.end());

/** Every boundary as often as one saga passes it, given how many calls it makes. */
function boundaries(calls: number): string[] {
  const each = ["before-commit", "after-commit", "before-send", "after-answer"].flatMap((point) =>
    Array.from({ length: calls }, (_, i) => `${point}:${i + 1}`),
  );
  return ["before-start:1", "after-start:1", ...each];
}

/**
 * Lets an orchestrator die at each boundary of an order of its own. The process that follows takes that order up, and
 * dies at the next boundary of the next one; the last process is let live.
 */
async function dieEverywhere(traps: readonly string[], orderOf: (sagaId: string) => Order): Promise<Tally> {
  const sagaIds = traps.map((trap) => `${fleet.prefix}-${trap.replace(":", "-")}`);
  const at = (i: number) => ({ BACKSTITCH_CRASH_AT: traps[i] && `${traps[i]}@${sagaIds[i]}` });
  // A saga that is taken up may lose its next owners to the traps of others, and is innocent of that.
  const settings = { lease: "500ms", max_crashes: 100 };
  const replica = await fleet.launch({ settings, env: at(0) });
  for (const [i, sagaId] of sagaIds.entries()) {
    const placed = place([replica.client], orderOf(sagaId));
    const survived = placed.then(() => untilSettled(replica.client, [sagaId], 10_000)).then(() => "survived");
    expect(await Promise.race([replica.process.exited, survived]), traps[i]).toBe("SIGKILL");
    await replica.restart(at(i + 1));
    // Its caller may have been left without an answer, and asks again.
    await placed;
  }
  await untilSettled(replica.client, sagaIds, 10_000);
  return tallyOrders(replica.client, fleet.shop, sagaIds);
}

describe("an orchestrator that is killed at a commit or call boundary", () => {
  test("completes the order after its restart, every effect applied once", async () => {
    const tally = await dieEverywhere(boundaries(3), goodOrder);
    expect(tally).toEqual({ completed: boundaries(3).length, compensated: 0, suspended: [] });
  }, 120_000);

  test("compensates the order after its restart, every effect undone once", async () => {
    const tally = await dieEverywhere(boundaries(5), undeliverableOrder);
    expect(tally).toEqual({ completed: 0, compensated: boundaries(5).length, suspended: [] });
  }, 120_000);
});
