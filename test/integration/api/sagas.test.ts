import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { BackstitchError } from "../../../orchestrator/src/errors.ts";
import { SagaStatus } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { clientOf, refusalOf } from "../../support/api-clients.ts";
import { startTestApi, type TestDeps } from "../../support/test-api.ts";
import { until } from "../../support/until.ts";

let deps: TestDeps;
let api: ListeningApi;
const sagas = () => clientOf(SagaService, api, "gRPC on the gRPC port");
const keyOf = (sagaId: string, namespace = "default") => ({ namespace, sagaId });

beforeAll(async () => {
  ({ deps, api } = await startTestApi());
  await deps.catalog.register("lists", {
    text: "name: a\nsteps: [{ name: s, call: { participant: payment, action: x } }]",
  });
  await deps.catalog.register("lists", {
    text: "name: b\nsteps: [{ name: s, call: { participant: payment, action: x } }]",
  });
});
afterAll(() => api.stop(1_000));

async function startAs(sagaId: string) {
  await sagas().startSaga({ definition: "order", sagaId });
  return keyOf(sagaId);
}

describe("waiting", () => {
  test("answers with the present state when the wait runs out", async () => {
    const { saga, started } = await sagas().startSaga({
      definition: "order",
      sagaId: "slow",
      wait: { nanos: 50_000_000 },
    });
    expect([saga!.status, started]).toEqual([SagaStatus.RUNNING, true]);
  });

  test("ends a little before the call's own deadline, so that the answer still arrives", async () => {
    const answer = sagas().startSaga(
      { definition: "order", sagaId: "hasty", wait: { seconds: 30n } },
      { timeoutMs: 500 },
    );
    expect((await answer).saga!.status).toBe(SagaStatus.RUNNING);
  });

  test("finds out about a final state whose news was lost", async () => {
    const key = await startAs("unheard");
    const answer = sagas().getSaga({ ...key, wait: { nanos: 300_000_000 } });
    await until("the saga is watched", () => deps.store.watchers > 0);
    deps.store.change(key, { status: "COMPLETED" }, { silently: true });
    expect((await answer).saga!.status).toBe(SagaStatus.COMPLETED);
  });

  test("stops when the caller goes, and the saga goes on", async () => {
    const caller = new AbortController();
    const answer = sagas().startSaga(
      { definition: "order", sagaId: "left", wait: { seconds: 30n } },
      { signal: caller.signal },
    );
    await until("the saga is watched", () => deps.store.watchers > 0);
    caller.abort();
    await expect(answer).rejects.toThrow();
    await until("nobody watches", () => deps.store.watchers === 0);
    expect((await deps.store.get(keyOf("left")))!.state.status).toBe("RUNNING");
  });
});

describe("cancelling", () => {
  test("answers once the owner has, with the saga as it is then", async () => {
    const key = await startAs("cancelled");
    const answer = sagas().cancelSaga({
      ...key,
      requestId: "c-1",
      identity: "ann",
      reason: "asked",
      expectedRevision: 1n,
    });
    await until("the owner has mail", () => deps.store.inbox(key).length > 0);
    expect(deps.store.inbox(key)).toEqual([
      { requestId: "c-1", command: { kind: "cancel", identity: "ann", reason: "asked", expectedRevision: 1 } },
    ]);
    deps.store.answer(key, undefined, { status: "COMPENSATING" });
    expect((await answer).saga).toMatchObject({ status: SagaStatus.COMPENSATING, revision: 2n });
    // The same request again is answered from what is stored.
    expect((await sagas().cancelSaga({ ...key, requestId: "c-1" })).saga!.status).toBe(SagaStatus.COMPENSATING);
  });

  test("waits for the final state if asked to", async () => {
    const key = await startAs("cancelled-to-the-end");
    const answer = sagas().cancelSaga({ ...key, wait: { seconds: 20n } });
    await until("the owner has mail", () => deps.store.inbox(key).length > 0);
    deps.store.answer(key, undefined);
    deps.store.finish(key, "COMPENSATED");
    expect((await answer).saga!.status).toBe(SagaStatus.COMPENSATED);
  });

  test.each([
    ["PAST_PIVOT", "PAST_PIVOT"],
    ["COMPENSATING", "WRONG_STATE"],
    ["REVISION_MISMATCH", "REVISION_MISMATCH"],
    ["SAGA_FINAL", "SAGA_FINAL"],
  ] as const)("is refused: %s is %s", async (refusal, code) => {
    const key = await startAs(`refused-${refusal}`);
    const answer = refusalOf(sagas().cancelSaga(key));
    await until("the owner has mail", () => deps.store.inbox(key).length > 0);
    deps.store.answer(key, refusal);
    expect((await answer).code).toBe(code);
  });

  test("is refused for a saga that is final or missing", async () => {
    const key = await startAs("done");
    deps.store.finish(key);
    expect((await refusalOf(sagas().cancelSaga(key))).code).toBe("SAGA_FINAL");
    expect((await refusalOf(sagas().cancelSaga(keyOf("ghost")))).code).toBe("SAGA_NOT_FOUND");
    const tooLong = { ...key, identity: "x".repeat(201), reason: "x".repeat(1_001), expectedRevision: 2n ** 63n };
    expect((await refusalOf(sagas().cancelSaga(tooLong))).faults).toEqual([
      "identity max_length",
      "reason max_length",
      "expected_revision range",
    ]);
  });
});

describe("lists", () => {
  test("come in pages, newest first, of the sagas asked for", async () => {
    for (let i = 0; i < 5; i++)
      await sagas().startSaga({
        namespace: "lists",
        definition: i === 3 ? "b" : "a",
        sagaId: `l${i}`,
        labels: { n: `${i % 2}` },
      });
    deps.store.finish(keyOf("l1", "lists"));
    const idsOf = async (query: object) => {
      const ids: string[][] = [];
      let pageToken = "";
      do {
        const page = await sagas().listSagas({ namespace: "lists", pageSize: 2, ...query, pageToken });
        ids.push(page.sagas.map((saga) => saga.sagaId));
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
      return ids;
    };
    expect(await idsOf({})).toEqual([["l4", "l3"], ["l2", "l1"], ["l0"]]);
    expect(await idsOf({ definition: "a" })).toEqual([
      ["l4", "l2"],
      ["l1", "l0"],
    ]);
    expect(await idsOf({ labels: { n: "1" } })).toEqual([["l3", "l1"]]);
    expect(await idsOf({ statuses: [SagaStatus.COMPLETED, SagaStatus.SUSPENDED] })).toEqual([["l1"]]);
    expect(await idsOf({ createdBefore: { seconds: 1n } })).toEqual([[]]);
  });

  test("refuse a token of another query", async () => {
    const { nextPageToken: pageToken } = await sagas().listSagas({ namespace: "lists", pageSize: 1 });
    const refusal = await refusalOf(sagas().listSagas({ namespace: "lists", definition: "a", pageToken }));
    expect([refusal.code, ...refusal.faults]).toEqual(["INVALID_PAGE_TOKEN", "page_token same_query"]);
    expect((await sagas().listSagas({ namespace: "lists", pageSize: 4, pageToken })).sagas).toHaveLength(4);
  });

  test.each([
    ["page_size range", { pageSize: 501 }],
    ["page_size range", { pageSize: -1 }],
    ["definition pattern", { definition: "?" }],
    ["created_from range", { createdFrom: { seconds: 2n ** 60n } }],
    ["created_before range", { createdBefore: { nanos: -5 } }],
    ['labels[""] pattern', { labels: { "": "x" } }],
  ])("refuse what breaks a rule: %s", async (fault, query) => {
    expect((await refusalOf(sagas().listSagas(query))).faults).toEqual([fault]);
  });
});

test("a history is read in pages, forth and back", async () => {
  const key = await startAs("told");
  deps.store.addHistory(key, {
    revision: 2,
    at: 1,
    events: [
      { kind: "stepDone", step: 0, output: "{}" },
      { kind: "stepStarted", step: 1, attempt: 1 },
      { kind: "stepDone", step: 1, output: "{}" },
      { kind: "sagaFinished", status: "COMPLETED" },
    ],
  });
  const read = async (descending: boolean) => {
    const pages: bigint[][] = [];
    let pageToken = "";
    do {
      const page = await sagas().getSagaHistory({ ...key, pageSize: 4, descending, pageToken });
      pages.push(page.events.map((event) => event.sequence));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    return pages;
  };
  expect(await read(false)).toEqual([
    [1n, 2n, 3n, 4n],
    [5n, 6n],
  ]);
  expect(await read(true)).toEqual([
    [6n, 5n, 4n, 3n],
    [2n, 1n],
  ]);
  const { nextPageToken: pageToken } = await sagas().getSagaHistory({ ...key, pageSize: 1 });
  expect((await refusalOf(sagas().getSagaHistory({ ...key, descending: true, pageToken }))).code).toBe(
    "INVALID_PAGE_TOKEN",
  );
  expect((await refusalOf(sagas().getSagaHistory(keyOf("ghost")))).code).toBe("SAGA_NOT_FOUND");
});

describe("a start that cannot be taken", () => {
  test("is refused with the time to try again while the store is full", async () => {
    deps.store.full = true;
    const refusal = await refusalOf(sagas().startSaga({ definition: "order" }));
    deps.store.full = false;
    expect([refusal.code, refusal.status]).toEqual(["OVERLOADED", 8]);
    expect(refusal.error.details.map((detail) => ("type" in detail ? detail.type : ""))).toContain(
      "google.rpc.RetryInfo",
    );
  });

  test("for a reason inside is an INTERNAL error without the reason", async () => {
    const broken = await startTestApi({ start: () => Promise.reject(new Error("secret at /srv/app.ts:1")) });
    try {
      const refusal = await refusalOf(
        clientOf(SagaService, broken.api, "Connect over HTTP/1.1").startSaga({ definition: "order" }),
      );
      expect([refusal.code, refusal.status, refusal.error.rawMessage]).toEqual(["INTERNAL", 13, "internal error"]);
      expect(JSON.stringify(refusal.error)).not.toContain("secret");
    } finally {
      await broken.api.stop(0);
    }
  });

  test("keeps the code of what refused it", async () => {
    const stopping = await startTestApi({ start: () => Promise.reject(new BackstitchError("STOPPING", "bye")) });
    try {
      const client = clientOf(SagaService, stopping.api, "gRPC on the gRPC port");
      expect((await refusalOf(client.startSaga({ definition: "order" }))).code).toBe("STOPPING");
    } finally {
      await stopping.api.stop(0);
    }
  });

  test("leaves nothing behind when the request is bad", async () => {
    const before = deps.store.writes;
    await refusalOf(sagas().startSaga({ definition: "order", sagaId: "?" }));
    await refusalOf(sagas().startSaga({ definition: "ghost" }));
    await refusalOf(sagas().startSaga({ definition: "order", input: { a: "x".repeat(300_000) } }));
    await refusalOf(sagas().cancelSaga({ sagaId: "?" }));
    expect(deps.store.writes).toBe(before);
  });
});
