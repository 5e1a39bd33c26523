import { afterEach, describe, expect, test } from "vitest";
import { ErrorCode, FailureKind } from "../../../sdk/typescript/src/gen/backstitch/v1/errors_pb.js";
import {
  Direction,
  SagaStatus,
  StepStatus,
  WaitReason,
} from "../../../sdk/typescript/src/gen/backstitch/v1/saga_pb.js";
import { type Client, createClient, rejected } from "../../../sdk/typescript/src/index.ts";
import { shows } from "../../support/features.ts";
import { until } from "../../support/until.ts";
import { type Script, startScriptedGrpc } from "./scripted-orchestrator.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function connect(script: Script, namespace?: string): Promise<Client> {
  const server = await startScriptedGrpc(script);
  const client = createClient({ address: server.address, namespace });
  cleanups.push(
    () => server.stop(),
    () => client.close(),
  );
  return client;
}

const saga = { sagaId: "s1", status: SagaStatus.RUNNING, direction: Direction.FORWARD, revision: 1n };
const unavailable = { code: 14, message: "store away", detail: { code: ErrorCode.STORE_UNAVAILABLE } };

/** A client of an orchestrator that answers all these methods with the same, and what it was asked. */
async function recording(answer: object, ...names: string[]) {
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the requests it makes
  const requests: any[] = [];
  const script = Object.fromEntries(
    names.map((name) => [
      name,
      ({ request }: { request: unknown }) => {
        requests.push(request);
        return answer;
      },
    ]),
  );
  return { client: await connect(script, "shop"), requests };
}

describe("what happens outside", () => {
  test(
    "a signal goes with its payload and who gave it, repeated under one request id",
    shows("client.signal"),
    async () => {
      const ids: string[] = [];
      const client = await connect({
        SignalSaga({ request }) {
          ids.push(request.requestId);
          expect(request).toMatchObject({ sagaId: "s1", signal: "paid", payload: { ok: true }, identity: "ann" });
          if (ids.length < 3) throw unavailable;
          return { saga };
        },
      });
      expect(await client.signal("s1", "paid", { ok: true }, { identity: "ann" })).toMatchObject({ sagaId: "s1" });
      expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
    },
  );

  test("a completion is an output, a refusal or a failure", shows("client.complete"), async () => {
    const { client, requests } = await recording({}, "CompleteStep");
    await client.complete("t1", { id: 7 });
    await client.complete("t1");
    await client.complete("t1", rejected("FULL", "no room", { left: 0 }), { requestId: "r1" });
    await client.complete("t1", new Error("the printer broke"));
    expect(requests.map(({ outcome }) => outcome)).toMatchObject([
      { case: "done", value: { output: { id: 7 } } },
      { case: "done", value: { output: {} } },
      { case: "rejected", value: { code: "FULL", message: "no room", details: { left: 0 } } },
      { case: "failed", value: { message: "the printer broke" } },
    ]);
    expect(requests.every(({ completionToken }) => completionToken === "t1")).toBe(true);
    expect(requests[2].requestId).toBe("r1");
  });

  test("a completion that is refused is an error with its code", async () => {
    const client = await connect({
      CompleteStep() {
        throw { code: 9, message: "no longer", detail: { code: ErrorCode.COMPLETION_REFUSED } };
      },
    });
    const refused = { code: "COMPLETION_REFUSED", status: "FAILED_PRECONDITION" };
    await expect(client.complete("t1")).rejects.toMatchObject(refused);
  });

  test("a heartbeat tells whether the work is still wanted", shows("client.heartbeat"), async () => {
    const { client, requests } = await recording({ cancelled: true }, "HeartbeatStep");
    expect(await client.heartbeat("t1")).toEqual({ cancelled: true });
    expect(requests).toMatchObject([{ completionToken: "t1" }]);
  });

  test("work is reported as it ends, with heartbeats until then", shows("client.work"), async () => {
    let beats = 0;
    const outcomes: unknown[] = [];
    const client = await connect({
      HeartbeatStep() {
        // One that fails changes nothing.
        if (++beats === 1) throw { code: 13, message: "broken", detail: { code: ErrorCode.INTERNAL } };
        return {};
      },
      CompleteStep({ request }) {
        outcomes.push(request.outcome);
        return {};
      },
    });
    const work = async () => {
      await until("three heartbeats came", () => beats >= 3);
      return { pages: 2 };
    };
    expect(await client.work("t1", work, { heartbeatEvery: 5 })).toEqual({ completed: true });
    const after = beats;
    await client.work("t2", () => {
      throw rejected("FULL");
    });
    await client.work("t3", () => Promise.reject(new Error("jammed")));
    await client.work("t4", () => {});
    expect(outcomes).toMatchObject([
      { case: "done", value: { output: { pages: 2 } } },
      { case: "rejected", value: { code: "FULL" } },
      { case: "failed", value: { message: "jammed" } },
      { case: "done", value: { output: {} } },
    ]);
    expect(beats).toBeLessThanOrEqual(after + 1);
  });

  test("work that the saga no longer wants is aborted and not reported", async () => {
    let completions = 0;
    const client = await connect({
      HeartbeatStep: () => ({ cancelled: true }),
      CompleteStep: () => {
        completions++;
        return {};
      },
    });
    const work = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
    expect(await client.work("t1", work, { heartbeatEvery: 5 })).toEqual({ completed: false });
    expect(completions).toBe(0);
  });
});

describe("what people do", () => {
  const by = { identity: "ann", reason: "ticket 7", expectedRevision: 4, requestId: "r1" };
  const acted = { namespace: "shop", sagaId: "s1", ...by, expectedRevision: 4n };

  test("suspend, resume and abandon say who and why", shows("client.operator"), async () => {
    const { client, requests } = await recording({ saga }, "SuspendSaga", "ResumeSaga", "AbandonSaga");
    for (const verb of ["suspend", "resume", "abandon"] as const) {
      expect(await client[verb]("s1", by)).toMatchObject({ sagaId: "s1", status: "RUNNING" });
    }
    expect(requests).toMatchObject([acted, acted, acted]);
    await client.suspend("s1");
    expect(requests[3]).toMatchObject({ identity: "", reason: "", expectedRevision: 0n });
    expect(requests[3].requestId).not.toBe("");
  });

  test("steps are tried again, skipped and resolved, whole or one item of them", shows("client.operator"), async () => {
    const { client, requests } = await recording({ saga }, "RetryStep", "SkipStep", "ResolveStep");
    await client.retryStep("s1", "charge", { ...by, input: { card: "other" } });
    await client.retryStep("s1", "charge");
    await client.skipStep("s1", "nights", { item: 0, output: { held: true } });
    await client.resolveStep("s1", "charge", "DO_APPLIED", { output: { id: 1 } });
    await client.resolveStep("s1", "charge", "DO_NOT_APPLIED");
    await client.resolveStep("s1", "nights", "UNDO_APPLIED", { item: 2 });
    expect(requests).toMatchObject([
      { ...acted, step: "charge", input: { card: "other" } },
      { step: "charge" },
      { step: "nights", item: 0, output: { held: true } },
      { outcome: { case: "doApplied", value: { output: { id: 1 } } } },
      { outcome: { case: "doNotApplied" } },
      { outcome: { case: "undoApplied" }, item: 2 },
    ]);
    expect([requests[1].input, requests[1].item]).toEqual([undefined, undefined]);
  });

  test("many sagas are acted on by a filter, and each tells what came of it", async () => {
    const seen: unknown[] = [];
    const client = await connect({
      async *ActOnSagas({ request }) {
        seen.push(request);
        yield { sagaId: "a" };
        yield { sagaId: "b", error: { code: ErrorCode.CALL_IN_FLIGHT, message: "wait for its answer" } };
      },
    });
    const filter = { statuses: ["SUSPENDED"], definition: "order", failureCode: "UNAVAILABLE" } as const;
    const rate = { perSecond: 2.5, maxSagas: 10, dryRun: true, reason: "bank is back" };
    const found = await Array.fromAsync(client.act({ kind: "retryStep" }, { ...filter, ...rate }));
    expect(found).toEqual([
      { sagaId: "a" },
      { sagaId: "b", error: { code: "CALL_IN_FLIGHT", message: "wait for its answer" } },
    ]);
    const request = { ...filter, ...rate, statuses: [SagaStatus.SUSPENDED] };
    expect(seen).toMatchObject([{ ...request, action: { case: "retryStep", value: { step: "" } } }]);
  });
});

test("what only some sagas and steps have reads as plain values", async () => {
  const failure = { kind: FailureKind.SUSPENDED, code: "SUSPENDED", message: "look", step: "" };
  const since = { seconds: 1n, nanos: 0 };
  const { client } = await recording(
    {
      saga: {
        ...saga,
        output: { booked: true },
        lock: { name: "dates", key: "7", held: true },
        parent: { sagaId: "p", step: "stay" },
        suspension: { failure, since },
        signals: [{ name: "paid", payload: { ok: true }, receivedAt: since }],
        steps: [
          { name: "child", status: StepStatus.WAITING, waitReason: WaitReason.CHILD, childSagaId: "s1.child" },
          { name: "nights", status: StepStatus.RUNNING, items: [{ status: StepStatus.DONE, output: { id: 1 } }] },
          { name: "host", status: StepStatus.WAITING, waitReason: WaitReason.SIGNAL, signal: "host_answered" },
        ],
      },
    },
    "GetSaga",
  );
  const got = await client.get("s1");
  expect(got).toMatchObject({
    output: { booked: true },
    lock: { name: "dates", key: "7", held: true },
    parent: { sagaId: "p", step: "stay" },
    suspension: { failure: { kind: "SUSPENDED", code: "SUSPENDED" }, since: new Date(1000) },
    signals: [{ name: "paid", payload: { ok: true }, receivedAt: new Date(1000) }],
    steps: [
      { waitReason: "CHILD", childSagaId: "s1.child" },
      { items: [{ status: "DONE", output: { id: 1 } }] },
      { waitReason: "SIGNAL", signal: "host_answered" },
    ],
  });
  expect(Object.keys(got.steps[0]!)).not.toContain("items");
});

describe("the events of all sagas", () => {
  const event = (revision: bigint) => ({ ...saga, definition: "order", version: 1, revision, time: { seconds: 1n } });

  test("come with a cursor that never skips the rest of a page, over streams that break", {
    ...shows("client.events"),
    timeout: 20_000,
  }, async () => {
    const asked: unknown[] = [];
    const cursors: string[] = [];
    const client = await connect({
      async *WatchEvents({ request }) {
        const { cursor, fromOldest, definition, labels } = request;
        asked.push({ cursor, fromOldest });
        expect({ definition, labels }).toEqual({ definition: "order", labels: { team: "a" } });
        if (asked.length === 1) {
          yield { cursor: "c0" };
          yield { events: [event(1n), event(2n)], cursor: "c1" };
          throw unavailable;
        }
        if (asked.length === 2) return;
        if (asked.length < 8) throw unavailable;
        yield { events: [event(3n)], cursor: "c2" };
        await new Promise(() => {});
      },
    });
    const seen: unknown[] = [];
    const watch = { definition: "order", labels: { team: "a" }, fromOldest: true };
    const onCursor = (cursor: string) => cursors.push(cursor);
    for await (const { revision, cursor, status, time } of client.watchEvents({ ...watch, onCursor })) {
      expect([status, time]).toEqual(["RUNNING", new Date(1000)]);
      seen.push([revision, cursor]);
      if (revision === 3) break;
    }
    expect(seen).toEqual([
      [1, "c0"],
      [2, "c1"],
      [3, "c2"],
    ]);
    expect(asked[0]).toEqual({ cursor: "", fromOldest: true });
    expect(asked.slice(1)).toEqual(Array.from({ length: 7 }, () => ({ cursor: "c1", fromOldest: false })));
    expect(cursors).toEqual(["c0", "c1"]);
  });

  test("end with an error where the cursor is too old, or the orchestrator was never reached", async () => {
    let calls = 0;
    const client = await connect({
      // biome-ignore lint/correctness/useYield: the stream fails before its first message
      async *WatchEvents({ request }) {
        calls++;
        if (request.cursor === "") throw unavailable;
        throw { code: 11, message: "too old", detail: { code: ErrorCode.CURSOR_OUT_OF_RANGE } };
      },
    });
    const tooOld = client.watchEvents({ cursor: "c1" }).next();
    await expect(tooOld).rejects.toMatchObject({ code: "CURSOR_OUT_OF_RANGE", status: "OUT_OF_RANGE" });
    expect(calls).toBe(1);
    await expect(client.watchEvents().next()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(calls).toBe(6);
  });

  test("end with what their reader's own onCursor throws", async () => {
    let calls = 0;
    const client = await connect({
      async *WatchEvents() {
        calls++;
        yield { events: [{ revision: "1" }], cursor: "c0" };
      },
    });
    const onCursor = () => {
      throw new Error("the disk is full");
    };
    await expect(Array.fromAsync(client.watchEvents({ onCursor }))).rejects.toThrow("the disk is full");
    expect(calls).toBe(1);
  });
});
