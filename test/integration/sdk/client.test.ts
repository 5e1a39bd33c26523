import { afterEach, describe, expect, test } from "vitest";
import { ErrorCode } from "../../../sdk/typescript/src/gen/backstitch/v1/errors_pb.js";
import {
  Direction,
  SagaStatus,
  SagaView,
  StepStatus,
  WaitReason,
} from "../../../sdk/typescript/src/gen/backstitch/v1/saga_pb.js";
import { BackstitchError, type Client, createClient, saga } from "../../../sdk/typescript/src/index.ts";
import { shows } from "../../support/features.ts";
import { type Received, type Script, startScriptedConnect, startScriptedGrpc } from "./scripted-orchestrator.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function connect(
  transport: "grpc" | "connect",
  script: Script,
  options: { token?: string; namespace?: string } = {},
): Promise<Client> {
  const server = await (transport === "grpc" ? startScriptedGrpc : startScriptedConnect)(script);
  const client = createClient({ address: server.address, transport, ...options });
  cleanups.push(
    () => server.stop(),
    () => client.close(),
  );
  return client;
}

const running = { sagaId: "s1", status: SagaStatus.RUNNING, direction: Direction.FORWARD, revision: 1n };
const completed = { ...running, status: SagaStatus.COMPLETED, revision: 5n };
const unavailable = { code: 14, message: "store away", detail: { code: ErrorCode.STORE_UNAVAILABLE } };

describe.each(["grpc", "connect"] as const)("the client over %s", (transport) => {
  test(
    "starting a saga sends what was asked for and gives the saga as a plain object",
    shows("client.start", "client.get"),
    async () => {
      const seen: Received[] = [];
      const script: Script = {
        StartSaga(received) {
          seen.push(received);
          return {
            saga: {
              ...running,
              namespace: "shop",
              definition: "order",
              version: 2,
              input: { amount: 5 },
              labels: { customer: "c1" },
              createdAt: { seconds: 1700000000n, nanos: 5e6 },
              steps: [
                {
                  name: "reserve",
                  status: StepStatus.WAITING,
                  waitReason: WaitReason.BACKOFF,
                  attempt: 2,
                  armed: true,
                  failure: { kind: 2, code: "UNAVAILABLE", message: "away", details: { a: 1 }, step: "reserve" },
                },
              ],
            },
            started: true,
          };
        },
      };
      const client = await connect(transport, script, { token: "t0k", namespace: "shop" });
      const { saga, started } = await client.start(
        "order",
        { amount: 5 },
        { sagaId: "s1", version: 2, labels: { customer: "c1" }, deadlineMs: 1500, view: "BRIEF", requestId: "r1" },
      );
      expect(seen[0]?.authorization).toBe("Bearer t0k");
      expect(seen[0]?.request).toMatchObject({
        namespace: "shop",
        definition: "order",
        version: 2,
        sagaId: "s1",
        input: { amount: 5 },
        labels: { customer: "c1" },
        deadline: { seconds: 1n, nanos: 5e8 },
        requestId: "r1",
        view: SagaView.BRIEF,
      });
      expect(started).toBe(true);
      expect(saga).toEqual({
        namespace: "shop",
        sagaId: "s1",
        definition: "order",
        version: 2,
        status: "RUNNING",
        direction: "FORWARD",
        input: { amount: 5 },
        labels: { customer: "c1" },
        createdAt: new Date(1700000000005),
        overdue: false,
        revision: 1,
        signals: [],
        steps: [
          {
            name: "reserve",
            status: "WAITING",
            waitReason: "BACKOFF",
            attempt: 2,
            round: 0,
            returns: 0,
            reverting: false,
            armed: true,
            failure: { kind: "TECHNICAL", code: "UNAVAILABLE", message: "away", details: { a: 1 }, step: "reserve" },
          },
        ],
      });
    },
  );

  test("a start without ids repeats itself with one request id", shows("client.repeat"), async () => {
    const ids: string[] = [];
    const client = await connect(transport, {
      StartSaga({ request }) {
        ids.push(request.requestId);
        if (ids.length < 3) throw unavailable;
        return { saga: running, started: true };
      },
    });
    await client.start("order");
    await client.start("order");
    expect(ids).toHaveLength(4);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(ids[0]).not.toBe("");
    expect(ids[3]).not.toBe(ids[0]);
  });

  test(
    "an error has the server's code, status and faults, and a definite one is not tried again",
    shows("client.errors"),
    async () => {
      let calls = 0;
      const faults = [{ field: "saga_id", rule: "exists", message: "there is none" }];
      const client = await connect(transport, {
        GetSaga() {
          calls++;
          throw { code: 5, message: "no such saga", detail: { code: ErrorCode.SAGA_NOT_FOUND, faults } };
        },
      });
      const error = await client.get("nope").catch((caught) => caught);
      expect(error).toBeInstanceOf(BackstitchError);
      expect(error).toMatchObject({ code: "SAGA_NOT_FOUND", status: "NOT_FOUND", message: "no such saga", faults });
      expect(calls).toBe(1);
    },
  );

  test("a failure that lasts is given up after a few attempts", async () => {
    let calls = 0;
    const client = await connect(transport, {
      GetSaga() {
        calls++;
        throw unavailable;
      },
    });
    await expect(client.get("s1")).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", status: "UNAVAILABLE" });
    expect(calls).toBe(5);
  });

  test("waiting asks again until the saga is final", shows("client.wait"), async () => {
    const states = [running, running, completed];
    const waits: number[] = [];
    const client = await connect(transport, {
      GetSaga({ request }) {
        waits.push(Number(request.wait.seconds));
        return { saga: states.shift() };
      },
    });
    expect(await client.wait("s1")).toMatchObject({ status: "COMPLETED" });
    expect(waits).toEqual([60, 60, 60]);
  });

  test("a wait that runs out gives the saga as it is", async () => {
    const client = await connect(transport, { GetSaga: () => ({ saga: running }) });
    expect(await client.wait("s1", { timeout: 30 })).toMatchObject({ status: "RUNNING" });
  });

  test("starting with a wait goes on waiting where one call is not enough", async () => {
    const seen: Received[] = [];
    const client = await connect(transport, {
      StartSaga(received) {
        seen.push(received);
        return seen.length === 1 ? { saga: running, started: true } : { saga: completed, started: false };
      },
    });
    const { saga, started } = await client.start("order", {}, { wait: "5m" });
    expect([saga.status, started]).toEqual(["COMPLETED", true]);
    // It is the same start that is repeated: where the store has lost the saga meanwhile, it begins anew.
    expect(seen[1]!.request).toMatchObject({ requestId: seen[0]!.request.requestId });
  });

  test("an aborted call ends at once", async () => {
    const client = await connect(transport, { GetSaga: () => new Promise(() => {}) });
    const failure = client.wait("s1", { signal: AbortSignal.timeout(50) });
    await expect(failure).rejects.toBeInstanceOf(BackstitchError);
  });

  test("cancelling says who and why", shows("client.cancel"), async () => {
    const seen: Received[] = [];
    const client = await connect(transport, {
      CancelSaga(received) {
        seen.push(received);
        return { saga: { ...running, status: SagaStatus.COMPENSATING, direction: Direction.BACKWARD } };
      },
    });
    const saga = await client.cancel("s1", { reason: "wrong size", identity: "ann", expectedRevision: 7 });
    expect(saga).toMatchObject({ status: "COMPENSATING", direction: "BACKWARD" });
    expect(seen[0]?.request).toMatchObject({ reason: "wrong size", identity: "ann", expectedRevision: 7n });
    expect(seen[0]?.request.requestId).not.toBe("");
  });

  test("listing reads all pages of one query", shows("client.lists"), async () => {
    const seen: Received[] = [];
    const client = await connect(transport, {
      ListSagas(received) {
        seen.push(received);
        const page = Number(received.request.pageToken || 0);
        return { sagas: [{ ...running, sagaId: `s${page}` }], nextPageToken: page < 2 ? String(page + 1) : "" };
      },
    });
    const ids: string[] = [];
    for await (const { sagaId } of client.list({
      statuses: ["RUNNING", "SUSPENDED"],
      labels: { a: "b" },
      pageSize: 1,
    })) {
      ids.push(sagaId);
    }
    expect(ids).toEqual(["s0", "s1", "s2"]);
    const query = { statuses: [SagaStatus.RUNNING, SagaStatus.SUSPENDED], labels: { a: "b" }, pageSize: 1 };
    for (const { request } of seen) expect(request).toMatchObject(query);
  });

  test("a history reads as plain events", shows("client.lists"), async () => {
    const time = { seconds: 1n, nanos: 0 };
    const client = await connect(transport, {
      GetSagaHistory: () => ({
        events: [
          { sequence: 1n, time, event: { case: "sagaStarted", value: { definition: "order", version: 2 } } },
          { sequence: 2n, time, event: { case: "stepDone", value: { step: "pay", attempt: 1, output: { id: 1 } } } },
          { sequence: 3n, time, event: { case: "sagaFinished", value: { status: SagaStatus.COMPLETED } } },
        ],
      }),
    });
    const events = [];
    for await (const event of client.history("s1")) events.push(event);
    expect(events).toEqual([
      { sequence: 1, time: new Date(1000), kind: "sagaStarted", definition: "order", version: 2 },
      { sequence: 2, time: new Date(1000), kind: "stepDone", step: "pay", attempt: 1, output: { id: 1 } },
      { sequence: 3, time: new Date(1000), kind: "sagaFinished", status: "COMPLETED" },
    ]);
  });

  test(
    "a definition is registered as message, JSON or text, and validated with all its faults",
    shows("client.register"),
    async () => {
      const sources: { case: string; value: unknown }[] = [];
      const faults = [{ field: "definition.steps[0].name", rule: "pattern", message: "no" }];
      const client = await connect(transport, {
        RegisterDefinition({ request }) {
          sources.push(request.source);
          const definition = request.source.case === "definition" ? request.source.value : undefined;
          return { created: true, version: { definition, version: 3, latest: true, digest: "d" } };
        },
        ValidateDefinition: () => ({ faults }),
      });
      const builder = saga("order").call("reserve", "inventory.reserve");
      const { version, created } = await client.register(builder.build());
      expect(created).toBe(true);
      expect(version).toMatchObject({ version: 3, latest: true, digest: "d", definition: builder.toJson() });
      await client.register(builder.toJson());
      await client.register("name: order");
      expect(sources.slice(1)).toEqual([
        { case: "text", value: JSON.stringify(builder.toJson()) },
        { case: "text", value: "name: order" },
      ]);
      expect(await client.validate("name: order")).toEqual(faults);
    },
  );
});

test("a request whose connection broke is made again", async () => {
  let calls = 0;
  const client = await connect("connect", { GetSaga: () => (++calls < 3 ? "drop" : { saga: running }) });
  expect(await client.get("s1")).toMatchObject({ sagaId: "s1" });
  expect(calls).toBe(3);
});

test("watching follows a saga to its end over streams that break", shows("client.watch"), async () => {
  const after: bigint[] = [];
  const client = await connect("grpc", {
    async *WatchSaga({ request }) {
      after.push(request.afterRevision);
      if (after.length === 1) {
        yield { saga: running };
        yield { saga: { ...running, revision: 2n } };
        throw unavailable;
      }
      if (after.length === 2) return;
      yield { saga: { ...running, revision: 2n } };
      yield { saga: completed };
    },
  });
  const revisions: number[] = [];
  for await (const { revision } of client.watch("s1")) revisions.push(revision);
  expect(revisions).toEqual([1, 2, 5]);
  expect(after).toEqual([0n, 2n, 2n]);
});

test("watching from a revision asks for what comes after it", async () => {
  const after: bigint[] = [];
  const client = await connect("grpc", {
    async *WatchSaga({ request }) {
      after.push(request.afterRevision);
      yield { saga: completed };
    },
  });
  const revisions: number[] = [];
  for await (const { revision } of client.watch("s1", { afterRevision: 3 })) revisions.push(revision);
  expect([revisions, after]).toEqual([[5], [3n]]);
});

test("watching a saga that is not there fails", async () => {
  const client = await connect("grpc", {
    // biome-ignore lint/correctness/useYield: the stream fails before its first message
    async *WatchSaga() {
      throw { code: 5, message: "no such saga", detail: { code: ErrorCode.SAGA_NOT_FOUND } };
    },
  });
  await expect(client.watch("nope").next()).rejects.toMatchObject({ code: "SAGA_NOT_FOUND" });
});

test("watching ends when its reader leaves", async () => {
  const client = await connect("grpc", {
    async *WatchSaga() {
      yield { saga: running };
      await new Promise(() => {});
    },
  });
  for await (const { status } of client.watch("s1")) {
    expect(status).toBe("RUNNING");
    break;
  }
});

test("a client needs exactly one address", () => {
  expect(() => createClient({})).toThrow(TypeError);
  expect(() => createClient({ address: "a:1", baseUrl: "http://a:1" })).toThrow(TypeError);
});

test("TLS that is asked for in part is refused, rather than left out", () => {
  const pem = Buffer.from("pem");
  expect(() => createClient({ baseUrl: "http://a:1", tls: {} })).toThrow(/https:/);
  expect(() => createClient({ address: "a:1", tls: { cert: pem } })).toThrow(/key/);
  expect(() => createClient({ address: "a:1", tls: { key: pem } })).toThrow(/certificate/);
});

test("whatever is caught becomes a BackstitchError once", () => {
  const error = BackstitchError.from(new Error("odd"));
  expect(error).toMatchObject({ code: "UNKNOWN", status: "UNKNOWN", message: "odd", faults: [] });
  expect(BackstitchError.from(error)).toBe(error);
});
