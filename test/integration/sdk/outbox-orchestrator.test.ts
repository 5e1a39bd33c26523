import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createOutbox, type OutboxDelivery, saga } from "../../../sdk/typescript/src/index.ts";
import { script, startTestOrchestrator, type TestOrchestrator } from "../../../sdk/typescript/src/testing/index.ts";
import { startPostgres, type TestPostgres } from "../../support/postgres.ts";
import { until } from "../../support/until.ts";

let server: TestPostgres;
let backstitch: TestOrchestrator;
let pool: pg.Pool;

beforeAll(async () => {
  backstitch = await startTestOrchestrator({
    definitions: [saga("order").call("charge", "payment.charge")],
    participants: { payment: { charge: script.done() } },
  });
  server = await startPostgres();
  pool = openPool("the test");
  await createOutbox({ pool }).install();
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await server?.stop();
  await backstitch?.close();
});

function openPool(name: string): pg.Pool {
  const opened = new pg.Pool({ connectionString: server.url, application_name: name });
  opened.on("error", () => {});
  return opened;
}

test("a saga whose relay dies after the start and before the delete is started once, and charges once", async () => {
  const doomed = openPool("the doomed relay");
  const dead = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const start: Client["start"] = async (...request) => {
    const answer = await backstitch.client.start(...request);
    begun.resolve();
    await dead.promise;
    return answer;
  };
  const first = createOutbox({ pool: doomed }).relay({ client: { start } });
  const { sagaId } = await createOutbox({ pool }).start(pool, "order", { amount: 5 }, { labels: { from: "outbox" } });
  await begun.promise;
  await pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'the doomed relay'",
  );

  const deliveries: OutboxDelivery[] = [];
  const outbox = createOutbox({ pool });
  const onDelivery = (delivery: OutboxDelivery) => void deliveries.push(delivery);
  const second = outbox.relay({ client: backstitch.client, onDelivery });
  await until("the outbox is empty", async () => (await outbox.stats()).waiting === 0);
  expect(deliveries).toMatchObject([{ sagaId, started: false }]);
  const { labels, status } = await backstitch.until(sagaId, "COMPLETED");
  expect([labels, status]).toEqual([{ from: "outbox" }, "COMPLETED"]);
  expect(backstitch.calls("payment", "charge").map(({ effectId }) => effectId)).toEqual([`${sagaId}/charge`]);

  dead.resolve();
  await Promise.all([first.stop(), second.stop()]);
  await doomed.end();
});

test("what is refused for good is set aside with what the orchestrator says", async () => {
  const outbox = createOutbox({ pool });
  await backstitch.client.start("order", { amount: 1 }, { sagaId: "taken" });
  await outbox.start(pool, "order", { amount: 2 }, { sagaId: "taken" });
  await outbox.start(pool, "nobody_knows", {}, { sagaId: "unknown" });
  await outbox.start(pool, "order", { deep: nested(40) }, { sagaId: "deep" });
  const relay = outbox.relay({ client: backstitch.client, maxRefusals: 1 });
  await until("all are set aside", async () => (await outbox.stats()).setAside === 3);
  await relay.stop();
  const { rows } = await pool.query("SELECT saga_id, error FROM backstitch_outbox ORDER BY saga_id");
  expect(rows.map(({ saga_id, error }) => [saga_id, error.split(":", 1)[0]])).toEqual([
    ["deep", "INVALID_REQUEST"],
    ["taken", "SAGA_ID_IN_USE"],
    ["unknown", "DEFINITION_NOT_FOUND"],
  ]);
});

function nested(depth: number): { [key: string]: never } {
  let value = {};
  for (let i = 0; i < depth; i++) value = { value };
  return value;
}
