import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foodOrder } from "../../deploy/local/orders.ts";
import { faultMetadata } from "../../participants/src/faults.ts";
import { type Fleet, type Replica, startFleet } from "../support/fleet.ts";
import { untilSettled } from "../support/order-traffic.ts";
import { removeFolder, temporaryFolder } from "../support/redis-process.ts";

const minute = 60_000;
const preload = new URL("../support/wall-clock.ts", import.meta.url).href;

let folder: string;
let fleet: Fleet;
let replica: Replica;

beforeAll(async () => {
  folder = await temporaryFolder("clocks");
  for (const who of ["shop", "orchestrator"]) set(who, 0);
  // Inherited by the services of the shop.
  Object.assign(process.env, clockOf("shop"));
  try {
    fleet = await startFleet();
  } finally {
    for (const name of Object.keys(clockOf("shop"))) delete process.env[name];
  }
  replica = await fleet.launch({ env: clockOf("orchestrator") });
});
afterAll(async () => {
  await fleet?.end();
  await removeFolder(folder);
});

function clockOf(who: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${preload}`, BACKSTITCH_TEST_CLOCK: join(folder, who) };
}

function set(who: string, offsetMs: number): void {
  writeFileSync(join(folder, who), String(offsetMs));
}

/** Orders that are in flight, then in backoff, and are compensated if 30 s seem to pass. */
async function start(count: number, name: string): Promise<string[]> {
  const sagaIds = Array.from({ length: count }, (_, i) => `${fleet.prefix}-${name}-${i}`);
  const metadata = faultMetadata({ create: { slow_answer_ms: 400 }, charge: { fail: 2 } });
  const options = { metadata, deadlineMs: 30_000 };
  await Promise.all(
    sagaIds.map((sagaId) => replica.client.start("food-order", foodOrder() as never, { sagaId, ...options })),
  );
  return sagaIds;
}

/** By how much the last line of the orchestrator's log is off. */
function offsetInLog(): number {
  const lines = readFileSync(join(fleet.processes.logs, `${replica.process.name}.log`), "utf8")
    .trimEnd()
    .split("\n");
  return Date.parse(JSON.parse(lines.at(-1)!).time) - Date.now();
}

async function expectCompleted(sagaIds: readonly string[]): Promise<void> {
  await untilSettled(replica.client, sagaIds, 10_000);
  for (const sagaId of sagaIds) {
    const saga = await replica.client.get(sagaId);
    expect(saga.status, JSON.stringify(saga.failure)).toBe("COMPLETED");
    expect(Math.abs(saga.finishedAt!.getTime() - Date.now())).toBeLessThan(minute / 2);
    const actions = (await fleet.shop.ledger(sagaId)).map(({ action, direction }) => `${direction} ${action}`);
    expect(actions.sort()).toEqual(["do charge", "do confirm", "do create"]);
  }
  expect(await replica.metric("backstitch_leases_lost_total")).toBe(0);
}

test.each([
  ["the orchestrator's clock set forward", "orchestrator", minute],
  ["the orchestrator's clock set back", "orchestrator", -minute],
  ["the participants' clocks set forward", "shop", minute],
  ["the participants' clocks set back", "shop", -minute],
])("with %s by a minute, what runs and what starts is done in time", async (_, who, offset) => {
  const running = await start(20, `${who}${offset}-running`);
  set(who, offset);
  const fresh = await start(20, `${who}${offset}-fresh`);
  await untilSettled(replica.client, [...running, ...fresh], 10_000);
  if (who === "orchestrator") expect(Math.abs(offsetInLog() - offset)).toBeLessThan(minute / 2);
  set(who, 0);
  await expectCompleted([...running, ...fresh]);
});
