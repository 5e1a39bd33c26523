import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DevelopmentService } from "../../../orchestrator/src/gen/backstitch/v1/development_service_pb.js";
import {
  type HistoryEvent,
  type Saga,
  SagaStatus,
  StepStatus,
  WaitReason,
} from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { clientOf, refusalOf } from "../../support/api-clients.ts";
import { done, type LiveApi, startLiveApi } from "../../support/live-api.ts";
import { until } from "../../support/until.ts";

const CHILD =
  "name: child\nsteps: [{ name: pack, call: { participant: shop, action: pack } }]\noutput: { n: steps.pack.output.n }";
const PARENT = `
name: parent
steps:
  - name: send
    saga: { definition: child }
  - name: gate
    await: { signal: open }
`;
const GATED = "name: gated\nsteps: [{ name: gate, await: go }]\noutput: { by: steps.gate.output.by }";
const WAITER = "name: waiter\nsteps: [{ name: wait, saga: { definition: gated } }]";
const LOCKED = "name: locked\nlock: input.room\nsteps: [{ name: nap, sleep: 3600s }]";
const QUEUED = "name: queued\nlock: { key: input.room, when_held: WAIT }\nsteps: [{ name: nap, sleep: 3600s }]";

let live: LiveApi;
const sagas = () => clientOf(SagaService, live.api, "gRPC on the gRPC port");

beforeAll(async () => {
  live = await startLiveApi();
  for (const text of [CHILD, PARENT, GATED, WAITER, LOCKED, QUEUED]) await live.register(text);
});
afterAll(() => live.stop());

const atGate = ({ steps }: Saga) => steps[1]!.status === StepStatus.WAITING;

describe("a saga and the one that it runs", () => {
  test("name each other, and the output goes up", async () => {
    live.answer("pack", done({ n: 5 }));
    await sagas().startSaga({ definition: "parent", sagaId: "p" });
    await live.untilSaga("p", atGate);
    const { saga } = await sagas().getSaga({ sagaId: "p" });
    const [send] = saga!.steps;
    expect(send).toMatchObject({ status: StepStatus.DONE, childSagaId: "p.send", output: { n: 5 } });
    const child = (await sagas().getSaga({ sagaId: "p.send" })).saga!;
    expect([child.status, child.output]).toEqual([SagaStatus.COMPLETED, { n: 5 }]);
    expect(child.parent).toMatchObject({ sagaId: "p", step: "send" });
    const { sagas: listed } = await sagas().listSagas({ definition: "child" });
    expect(listed[0]!.parent).toMatchObject({ sagaId: "p", step: "send" });
  });

  test("are told apart: a child that a person cancels rejects its parent's step", async () => {
    await sagas().startSaga({ definition: "waiter", sagaId: "q" });
    const child = { sagaId: "q.wait" };
    await until(
      "the child is there",
      async () => (await live.store.get({ namespace: "default", ...child })) !== undefined,
    );
    const [step] = (await sagas().getSaga({ sagaId: "q" })).saga!.steps;
    expect([step!.status, step!.waitReason]).toEqual([StepStatus.WAITING, WaitReason.CHILD]);
    await sagas().cancelSaga({ ...child, identity: "ann", reason: "no longer wanted" });
    const { saga } = await sagas().getSaga({ sagaId: "q", wait: { seconds: 10n } });
    expect([saga!.status, saga!.steps[0]!.status]).toEqual([SagaStatus.COMPENSATED, StepStatus.REJECTED]);
  });

  test("take signals each for itself", async () => {
    await sagas().startSaga({ definition: "waiter", sagaId: "r" });
    await until(
      "the child is there",
      async () => (await live.store.get({ namespace: "default", sagaId: "r.wait" })) !== undefined,
    );
    expect((await refusalOf(sagas().signalSaga({ sagaId: "r", signal: "go" }))).faults).toEqual([
      "signal unknown_signal",
    ]);
    await sagas().signalSaga({ sagaId: "r.wait", signal: "go", payload: { by: "ann" } });
    const { saga } = await sagas().getSaga({ sagaId: "r", wait: { seconds: 10n } });
    expect([saga!.status, saga!.steps[0]!.output]).toEqual([SagaStatus.COMPLETED, { by: "ann" }]);
  });
});

describe("a history that is read in pages", () => {
  const kinds = (events: readonly HistoryEvent[]) => events.map(({ sequence, event }) => `${sequence} ${event.case}`);

  test("stays the same in both directions while the saga goes on", async () => {
    live.answer("pack", done({ n: 1 }));
    await sagas().startSaga({ definition: "parent", sagaId: "h" });
    await live.untilSaga("h", atGate);
    const key = { sagaId: "h", pageSize: 2 };
    const firstUp = await sagas().getSagaHistory(key);
    const firstDown = await sagas().getSagaHistory({ ...key, descending: true });
    const before = Number(firstDown.events[0]!.sequence);
    await sagas().signalSaga({ sagaId: "h", signal: "open", payload: { by: "ann" } });
    await sagas().getSaga({ sagaId: "h", wait: { seconds: 10n } });

    const read = async (descending: boolean, page: typeof firstUp) => {
      const events = [...page.events];
      for (let next = page.nextPageToken; next !== ""; ) {
        const { events: more, nextPageToken } = await sagas().getSagaHistory({ ...key, descending, pageToken: next });
        events.push(...more);
        next = nextPageToken;
      }
      return kinds(events);
    };
    const whole = kinds((await sagas().getSagaHistory({ sagaId: "h" })).events);
    expect(whole.length).toBeGreaterThan(before);
    expect(await read(false, firstUp)).toEqual(whole);
    expect(await read(true, firstDown)).toEqual(whole.slice(0, before).reverse());
    expect(whole).toEqual(expect.arrayContaining([expect.stringContaining("signalReceived")]));
  });
});

describe("a watcher", () => {
  test("of a saga begins after the revision that it has seen", async () => {
    await sagas().startSaga({ definition: "parent", sagaId: "w" });
    await live.untilSaga("w", atGate);
    const { revision } = (await sagas().getSaga({ sagaId: "w" })).saga!;
    const seen: bigint[] = [];
    const watching = (async () => {
      for await (const { saga } of sagas().watchSaga({ sagaId: "w", afterRevision: revision }))
        seen.push(saga!.revision);
    })();
    await sagas().signalSaga({ sagaId: "w", signal: "open" });
    await watching;
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((each) => each > revision)).toBe(true);
    for await (const { saga } of sagas().watchSaga({ sagaId: "w", afterRevision: seen.at(-1)! }))
      expect.unreachable(`revision ${saga!.revision}`);
  });

  test("of all sagas goes on after the cursor it has seen, and misses nothing of the one it looks for", async () => {
    const caller = new AbortController();
    const filter = { labels: { for: "watcher" } };
    let cursor = "";
    const seen: string[] = [];
    const watch = async (request: object, enough: () => boolean) => {
      try {
        for await (const page of sagas().watchEvents({ ...filter, ...request }, { signal: caller.signal })) {
          cursor = page.cursor;
          seen.push(...page.events.map(({ sagaId, revision }) => `${sagaId}@${revision}`));
          if (enough()) return;
        }
      } catch (thrown) {
        if (!caller.signal.aborted) throw thrown;
      }
    };
    // The first message tells where now is.
    await watch({}, () => cursor !== "");
    expect(seen).toEqual([]);
    live.answer("pack", done({ n: 1 }));
    for (const [sagaId, labels] of [
      ["e1", filter.labels],
      ["e2", {}],
      ["e3", filter.labels],
    ] as const) {
      await sagas().startSaga({ definition: "child", sagaId, labels, wait: { seconds: 10n } });
    }
    await watch({ cursor }, () => seen.some((each) => each.startsWith("e3@2")));
    expect(seen.filter((each) => each.startsWith("e1")).slice(0, 2)).toEqual(["e1@1", "e1@2"]);
    expect(seen.some((each) => each.startsWith("e2"))).toBe(false);
    caller.abort();
  });

  test("with a cursor that is none is refused", async () => {
    const watching = (async () => {
      for await (const _ of sagas().watchEvents({ cursor: "nonsense" })) expect.unreachable();
    })();
    expect((await refusalOf(watching)).code).toBe("CURSOR_OUT_OF_RANGE");
  });
});

describe("a lock", () => {
  test("that another saga holds refuses a start and names the holder; the start that holds it may be repeated", async () => {
    const start = (sagaId: string) => sagas().startSaga({ definition: "locked", sagaId, input: { room: 1 } });
    expect((await start("l1")).saga!.lock).toMatchObject({ name: "locked", key: "1", held: true });
    const refusal = await refusalOf(start("l2"));
    expect([refusal.code, refusal.status, ...refusal.faults]).toEqual(["LOCKED", 9, "input locked"]);
    expect(refusal.error.rawMessage).toContain("'l1'");
    expect((await start("l1")).started).toBe(false);
    expect((await refusalOf(sagas().getSaga({ sagaId: "l2" }))).code).toBe("SAGA_NOT_FOUND");
    await sagas().cancelSaga({ sagaId: "l1", wait: { seconds: 10n } });
    await until("the lock is free", async () => (await start("l2").catch(() => undefined)) !== undefined);
  });

  test("whose key the input does not give refuses the start", async () => {
    const refusal = await refusalOf(sagas().startSaga({ definition: "locked", input: {} }));
    expect([refusal.code, ...refusal.faults]).toEqual(["INVALID_REQUEST", "input lock_key"]);
  });

  test("that is waited for is shown as not held, and then as held", async () => {
    const start = (sagaId: string) => sagas().startSaga({ definition: "queued", sagaId, input: { room: "a" } });
    await start("k1");
    const { saga } = await start("k2");
    expect([saga!.lock!.held, saga!.steps[0]!.status]).toEqual([false, StepStatus.PENDING]);
    await sagas().cancelSaga({ sagaId: "k1", wait: { seconds: 10n } });
    await until("it has the lock", async () => (await sagas().getSaga({ sagaId: "k2" })).saga!.lock!.held);
  });
});

test("time that is advanced wakes the sagas on the way, and answers when they are at rest", async () => {
  const own = await startLiveApi();
  try {
    await own.register("name: nap\nsteps: [{ name: nap, sleep: 36000s }]");
    const client = clientOf(SagaService, own.api, "gRPC on the gRPC port");
    await client.startSaga({ definition: "nap", sagaId: "sleeper" });
    const clock = clientOf(DevelopmentService, own.api, "Connect over HTTP/2 in JSON");
    const { timers, now } = await clock.advanceTime({ target: { case: "by", value: { seconds: 36_001n } } });
    expect(timers).toBe(1);
    const { saga } = await client.getSaga({ sagaId: "sleeper" });
    expect(saga!.status).toBe(SagaStatus.COMPLETED);
    expect(saga!.finishedAt!.seconds).toBeLessThanOrEqual(now!.seconds);
  } finally {
    await own.stop();
  }
});
