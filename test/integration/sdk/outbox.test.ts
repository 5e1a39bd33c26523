import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../../../deploy/local/free-port.ts";
import { ErrorCode } from "../../../sdk/typescript/src/gen/backstitch/v1/errors_pb.js";
import {
  type Client,
  createClient,
  createOutbox,
  type Outbox,
  type OutboxDelivery,
  type OutboxFailure,
  type OutboxRelay,
  type RelayOptions,
} from "../../../sdk/typescript/src/index.ts";
import { shows } from "../../support/features.ts";
import { startPostgres, type TestPostgres } from "../../support/postgres.ts";
import { until } from "../../support/until.ts";
import { type ScriptedServer, startScriptedGrpc } from "./scripted-orchestrator.ts";

let server: TestPostgres;
let pool: pg.Pool;
let outbox: Outbox;

beforeAll(async () => {
  server = await startPostgres();
  pool = new pg.Pool({ connectionString: server.url, max: 20 });
  pool.on("error", () => {});
  outbox = createOutbox({ pool });
  await Promise.all(Array.from({ length: 5 }, () => createOutbox({ pool }).install()));
  await pool.query("CREATE TABLE orders (id text)");
}, 60_000);

afterAll(async () => {
  await pool?.end();
  await server?.stop();
});

const cleanups: (() => unknown)[] = [];
beforeEach(() => pool.query("TRUNCATE backstitch_outbox, orders"));
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

// biome-ignore lint/suspicious/noExplicitAny: StartSagaRequest as the script sees it
type Start = any;

/** Keeps sagas as an orchestrator does: once for an id. What `on` throws is the answer. */
async function startOrchestrator(on: (request: Start) => unknown = () => {}, port = 0) {
  const sagas = new Map<string, Start>();
  const calls: string[] = [];
  const scripted: ScriptedServer = await startScriptedGrpc(
    {
      async StartSaga({ request }) {
        calls.push(request.sagaId);
        await on(request);
        const started = !sagas.has(request.sagaId);
        if (started) sagas.set(request.sagaId, request);
        return { saga: { sagaId: request.sagaId, definition: request.definition }, started };
      },
    },
    port,
  );
  cleanups.push(() => scripted.stop());
  return { sagas, calls, ...scripted };
}

/** A relay, and what it told. */
function startRelay(address: string, options: Partial<RelayOptions> = {}, from: Outbox = outbox) {
  const client: Client = createClient({ address });
  const deliveries: OutboxDelivery[] = [];
  const failures: OutboxFailure[] = [];
  const relay: OutboxRelay = from.relay({
    client,
    onDelivery: (delivery) => void deliveries.push(delivery),
    onFailure: (failure) => void failures.push(failure),
    ...options,
  });
  cleanups.push(async () => {
    await relay.stop();
    client.close();
  });
  return { relay, deliveries, failures };
}

/** Orders in a transaction, which writes an order and has a saga started. */
async function order(sagaId: string, end: "COMMIT" | "ROLLBACK" = "COMMIT", of: Outbox = outbox) {
  const tx = await pool.connect();
  try {
    await tx.query("BEGIN");
    await tx.query("INSERT INTO orders VALUES ($1)", [sagaId]);
    await of.start(tx, "order", { sku: sagaId }, { sagaId });
    await tx.query(end);
  } finally {
    tx.release();
  }
}

const waiting = async () => (await outbox.stats()).waiting;
const emptied = (what: string) => until(what, async () => (await waiting()) === 0);
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i}`);

describe("the outbox", () => {
  test("starts a saga with all that was said, once its transaction has committed", shows("outbox.relay"), async () => {
    const { sagas, address } = await startOrchestrator();
    // Nothing but the notification can bring it here in time.
    const { deliveries } = startRelay(address, { poll: "1h" });
    const tx = await pool.connect();
    await tx.query("BEGIN");
    const options = { version: 3, labels: { a: "b" }, deadlineMs: 60_000, metadata: { traceparent: "00-1" } };
    const { sagaId } = await outbox.start(tx, "order", { text: "ä\u0000", n: 1.5 }, options);
    await order("another", "COMMIT");
    await until("the other saga has started", () => sagas.size === 1);
    expect(sagas.has(sagaId)).toBe(false);
    await tx.query("COMMIT");
    tx.release();
    await emptied("the outbox is empty");
    expect(sagas.get(sagaId)).toMatchObject({
      definition: "order",
      version: 3,
      input: { text: "ä\u0000", n: 1.5 },
      labels: { a: "b" },
      deadline: { seconds: 60n },
      metadata: { traceparent: "00-1" },
    });
    expect(deliveries.map(({ started }) => started)).toEqual([true, true]);
    expect(deliveries.every(({ waitedMs }) => waitedMs >= 0 && waitedMs < 30_000)).toBe(true);
  });

  test("starts nothing for a transaction that is rolled back", async () => {
    const { sagas, address } = await startOrchestrator();
    await order("rolled-back", "ROLLBACK");
    await order("committed");
    startRelay(address);
    await emptied("the outbox is empty");
    expect([...sagas.keys()]).toEqual(["committed"]);
    const { rows } = await pool.query("SELECT id FROM orders");
    expect(rows).toEqual([{ id: "committed" }]);
  });

  test("is looked through now and then, where notifications are off", async () => {
    const quiet = createOutbox({ pool, notify: false });
    const { sagas, address } = await startOrchestrator();
    startRelay(address, { poll: "20ms" }, quiet);
    await order("polled", "COMMIT", quiet);
    await emptied("the outbox is empty");
    expect([...sagas.keys()]).toEqual(["polled"]);
  });

  test("refuses what no orchestrator would take, and the transaction goes on", async () => {
    const tx = await pool.connect();
    await tx.query("BEGIN");
    await expect(outbox.start(tx, "order", {}, { sagaId: "with space" })).rejects.toThrow(RangeError);
    await expect(outbox.start(tx, "order", { text: "x".repeat(300_000) })).rejects.toThrow(RangeError);
    await expect(outbox.start(tx, "order", [] as never)).rejects.toThrow(TypeError);
    await outbox.start(tx, "order");
    await tx.query("COMMIT");
    tx.release();
    expect(await outbox.stats()).toMatchObject({ waiting: 1, setAside: 0 });
  });
});

describe("relays", () => {
  test("several at once share the rows, and each is delivered by one", async () => {
    const { sagas, calls, address } = await startOrchestrator();
    const relays = Array.from({ length: 3 }, () => startRelay(address, { batch: 7 }));
    const ids = names("shared", 200);
    await Promise.all(ids.map((id) => order(id)));
    await emptied("the outbox is empty");
    expect([...sagas.keys()].sort()).toEqual(ids.sort());
    expect(calls).toHaveLength(200);
    expect(relays.flatMap(({ deliveries }) => deliveries)).toHaveLength(200);
    expect(relays.flatMap(({ failures }) => failures)).toEqual([]);
  });

  test("one that is killed between start and delete leaves a row that the next one delivers, started once", async () => {
    let victim: ChildProcess | undefined;
    const { sagas, calls, address } = await startOrchestrator(async ({ sagaId, ...request }) => {
      if (victim === undefined) return;
      // Started, but the answer never comes: the relay dies first.
      sagas.set(sagaId, request);
      victim.kill("SIGKILL");
      victim = undefined;
      await new Promise(() => {});
    });
    await order("killed");
    const program = fileURLToPath(new URL("./outbox-relay-process.ts", import.meta.url));
    victim = spawn(process.execPath, [program, server.url, address], { stdio: "ignore" });
    const exited = once(victim, "exit");
    await exited;
    expect([calls, await waiting()]).toEqual([["killed"], 1]);
    const { deliveries } = startRelay(address);
    await emptied("the outbox is empty");
    expect(deliveries).toMatchObject([{ sagaId: "killed", started: false }]);
    expect([calls, sagas.size]).toEqual([["killed", "killed"], 1]);
  });

  test("wait for an orchestrator that is away, and hold it against no row", async () => {
    const port = await freePort();
    const { failures } = startRelay(`127.0.0.1:${port}`);
    const ids = names("away", 60);
    await Promise.all(ids.map((id) => order(id)));
    await until("failures were told", () => failures.length >= 2);
    expect(failures.every(({ sagaId }) => sagaId === undefined)).toBe(true);
    expect(await outbox.stats()).toMatchObject({ waiting: 60, setAside: 0 });
    const { rows } = await pool.query("SELECT max(attempts) AS attempts FROM backstitch_outbox");
    expect(rows).toEqual([{ attempts: 0 }]);
    const { sagas } = await startOrchestrator(undefined, port);
    await emptied("the outbox is empty");
    expect(sagas.size).toBe(60);
  }, 30_000);

  test("set a row aside that is refused again and again, and deliver the others; a person may have it tried anew", async () => {
    const refusals: Record<string, object> = {
      "bad-input": { code: 3, message: "bad", detail: { code: ErrorCode.INVALID_REQUEST, faults: [fault] } },
      "other-content": { code: 6, message: "in use", detail: { code: ErrorCode.SAGA_ID_IN_USE } },
      "too-large": { code: 8, message: "large", detail: { code: ErrorCode.TOO_LARGE } },
    };
    let mended = false;
    const { sagas, address } = await startOrchestrator(({ sagaId }) => {
      if (!mended && refusals[sagaId]) throw refusals[sagaId];
    });
    const { failures } = startRelay(address, { maxRefusals: 2, poll: "50ms" });
    for (const id of [...Object.keys(refusals), "good"]) await order(id);
    await emptied("nothing is to be delivered");
    expect(await outbox.stats()).toMatchObject({ waiting: 0, oldestMs: 0, setAside: 3 });
    expect([...sagas.keys()]).toEqual(["good"]);
    const { rows } = await pool.query("SELECT saga_id, refusals, error FROM backstitch_outbox ORDER BY saga_id");
    expect(rows).toEqual([
      { saga_id: "bad-input", refusals: 2, error: "INVALID_REQUEST: bad; labels: too many" },
      { saga_id: "other-content", refusals: 2, error: "SAGA_ID_IN_USE: in use" },
      { saga_id: "too-large", refusals: 2, error: "TOO_LARGE: large" },
    ]);
    const told = (id: string) => failures.filter(({ sagaId }) => sagaId === id).map(({ setAside }) => setAside);
    expect([told("bad-input"), told("good")]).toEqual([[false, true], []]);
    mended = true;
    expect(await outbox.retry({ sagaIds: ["bad-input"] })).toBe(1);
    expect(await outbox.retry()).toBe(2);
    await until("all are gone", async () => (await outbox.stats()).setAside + (await waiting()) === 0);
    expect(sagas.size).toBe(4);
  });

  test("put off a row that the orchestrator has no answer for, while others come through", async () => {
    const { sagas, address } = await startOrchestrator(({ sagaId }) => {
      if (sagaId === "odd") throw { code: 13, message: "fault", detail: { code: ErrorCode.INTERNAL } };
    });
    await order("odd");
    for (const id of names("even", 3)) await order(id);
    startRelay(address, { batch: 1 });
    await until("the others are gone", async () => sagas.size === 3 && (await waiting()) === 1);
    const { rows } = await pool.query(
      "SELECT saga_id, refusals, error, due_at > now() AS later FROM backstitch_outbox",
    );
    expect(rows).toEqual([{ saga_id: "odd", refusals: 0, error: "INTERNAL: fault", later: true }]);
  });

  test("go on after all of their connections broke", async () => {
    const { sagas, address } = await startOrchestrator();
    const own = new pg.Pool({ connectionString: server.url, application_name: "relay" });
    own.on("error", () => {});
    cleanups.push(() => own.end());
    startRelay(address, { poll: "1h" }, createOutbox({ pool: own }));
    await order("before");
    await until("the first one has started", () => sagas.size === 1);
    await emptied("the outbox is empty");
    await pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'relay'");
    await order("after");
    await emptied("the outbox is empty again");
    expect([...sagas.keys()]).toEqual(["before", "after"]);
  });

  test("one that is stopped deals with what it has at hand, and takes no more", async () => {
    const gate = Promise.withResolvers<void>();
    const { sagas, calls, address } = await startOrchestrator(() => gate.promise);
    for (const id of names("stop", 4)) await order(id);
    const { relay } = startRelay(address, { batch: 2 });
    await until("two are at hand", () => calls.length === 2);
    let stopped = false;
    const stopping = relay.stop().then(() => {
      stopped = true;
    });
    await new Promise(setImmediate);
    expect(stopped).toBe(false);
    gate.resolve();
    await stopping;
    expect([sagas.size, await waiting()]).toEqual([2, 2]);
  });

  test("a hook that throws harms nothing", async () => {
    const { sagas, address } = await startOrchestrator();
    const broken = () => {
      throw new Error("a broken hook");
    };
    startRelay(address, { onDelivery: broken, onFailure: broken });
    await order("hooked");
    await emptied("the outbox is empty");
    expect(sagas.size).toBe(1);
  });
});

const fault = { field: "labels", rule: "max_items", message: "too many" };
