import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BackstitchError } from "../../../orchestrator/src/errors.ts";
import { ErrorCode } from "../../../orchestrator/src/gen/backstitch/v1/errors_pb.js";
import {
  type ActOnSagasResponse,
  OperatorService,
} from "../../../orchestrator/src/gen/backstitch/v1/operator_service_pb.js";
import { SagaStatus, StepStatus } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { clientOf, refusalOf, transportNames } from "../../support/api-clients.ts";
import { done, FAILED, type LiveApi, startLiveApi } from "../../support/live-api.ts";
import { until } from "../../support/until.ts";

const NAP = "name: nap\nsteps: [{ name: nap, sleep: 3600s }]";
const CHARGE = `
name: charge
steps:
  - name: charge
    call: { participant: shop, action: charge, retry: { max_attempts: 1 } }
    on_failure: SUSPEND
`;
const PIVOT = `
name: pivot
steps:
  - name: pay
    call: { participant: shop, action: pay }
    pivot: true
  - name: nap
    sleep: 3600s
`;

let live: LiveApi;
let runs = 0;
let namespace = "";
const sagas = () => clientOf(SagaService, live.api, "gRPC on the gRPC port");
const operators = () => clientOf(OperatorService, live.api, "gRPC on the gRPC port");

beforeAll(async () => {
  live = await startLiveApi();
});
afterAll(() => live.stop());
beforeEach(async () => {
  namespace = `run-${++runs}`;
  for (const text of [NAP, CHARGE, PIVOT]) await live.register(text, namespace);
  live.answer("charge", done());
});

async function start(definition: string, ids: readonly string[], labels: Record<string, string> = {}) {
  for (const sagaId of ids) await sagas().startSaga({ namespace, definition, sagaId, labels });
}
async function startStuck(ids: readonly string[]) {
  live.answer("charge", FAILED);
  await start("charge", ids);
  await until("all are suspended", async () => (await idsOf(SagaStatus.SUSPENDED)).length >= ids.length);
  live.answer("charge", done());
}
const idsOf = async (status: SagaStatus) =>
  (await sagas().listSagas({ namespace, statuses: [status] })).sagas.map(({ sagaId }) => sagaId).sort();

async function all(messages: AsyncIterable<ActOnSagasResponse>): Promise<string[]> {
  const told: string[] = [];
  for await (const { sagaId, error } of messages) told.push(error ? `${sagaId} ${ErrorCode[error.code]}` : sagaId);
  return told;
}
const cancel = { case: "cancel" as const, value: {} };
const suspend = { case: "suspend" as const, value: {} };
const fast = { perSecond: 1_000, identity: "ann", reason: "outage" };

test.each(transportNames)("many sagas are acted on over %s", async (transport) => {
  await start("nap", ["a", "b", "c"]);
  const client = clientOf(OperatorService, live.api, transport);
  const told = await all(client.actOnSagas({ ...fast, namespace, action: cancel, requestId: "r" }));
  expect(told).toEqual(["c", "b", "a"]);
  await until("all are undone", async () => (await idsOf(SagaStatus.COMPENSATED)).length === 3);
});

describe("acting on many sagas", () => {
  const act = (request: object) => all(operators().actOnSagas({ ...fast, namespace, ...request }));

  test("takes those that the filter finds", async () => {
    await start("nap", ["a", "b"], { team: "shop" });
    await start("nap", ["c"], { team: "lab" });
    await startStuck(["d"]);
    const find = (filter: object) => act({ action: cancel, dryRun: true, ...filter });
    expect(await find({})).toEqual(["d", "c", "b", "a"]);
    expect(await find({ labels: { team: "shop" } })).toEqual(["b", "a"]);
    expect(await find({ definition: "charge" })).toEqual(["d"]);
    expect(await find({ statuses: [SagaStatus.SUSPENDED] })).toEqual(["d"]);
    expect(await find({ failureCode: "INTERNAL" })).toEqual(["d"]);
    expect(await find({ failureCode: "OTHER" })).toEqual([]);
    expect(await find({ createdBefore: { seconds: 1n } })).toEqual([]);
    expect(await find({ maxSagas: 3 })).toEqual(["d", "c", "b"]);
  });

  test("only tells what would be done on a dry run, and where it could not be", async () => {
    await start("nap", ["a"]);
    await start("pivot", ["b"]);
    await until("it is paid", async () => {
      const { saga } = await sagas().getSaga({ namespace, sagaId: "b" });
      return saga!.steps[0]!.status === StepStatus.DONE;
    });
    expect(await act({ action: cancel, dryRun: true })).toEqual(["b PAST_PIVOT", "a"]);
    expect(await idsOf(SagaStatus.RUNNING)).toEqual(["a", "b"]);
  });

  test("goes on with the others where one refuses", async () => {
    await start("nap", ["a", "b", "c"]);
    await operatorsSuspend("b");
    expect(await act({ action: suspend, requestId: "r" })).toEqual(["c", "b WRONG_STATE", "a"]);
    expect(await idsOf(SagaStatus.SUSPENDED)).toEqual(["a", "b", "c"]);
  });

  test("acts on no saga twice for a request id", async () => {
    await start("nap", ["a", "b"]);
    expect(await act({ action: suspend, requestId: "r", maxSagas: 1 })).toEqual(["b"]);
    await operators().resumeSaga({ namespace, sagaId: "b" });
    expect(await act({ action: suspend, requestId: "r" })).toEqual(["b", "a"]);
    expect(await idsOf(SagaStatus.SUSPENDED)).toEqual(["a"]);
    expect(await act({ action: suspend, requestId: "r-2" })).toEqual(["b", "a WRONG_STATE"]);
  });

  test("retries every step that waits for a person", async () => {
    await start("nap", ["a"]);
    await startStuck(["b", "c"]);
    expect(await act({ action: { case: "retryStep", value: {} }, requestId: "r" })).toEqual(["c", "b"]);
    await until("both are done", async () => (await idsOf(SagaStatus.COMPLETED)).length === 2);
  });

  test("skips, resolves, resumes and abandons", async () => {
    await startStuck(["a", "b"]);
    const skip = { case: "skipStep", value: { step: "charge", output: { free: true } } };
    expect(await act({ action: skip, requestId: "r-1", maxSagas: 1 })).toEqual(["b"]);
    const resolve = {
      case: "resolveStep",
      value: { step: "charge", outcome: { case: "doApplied", value: { output: { id: 1 } } } },
    };
    expect(await act({ action: resolve, requestId: "r-2" })).toEqual(["a"]);
    const { saga } = await sagas().getSaga({ namespace, sagaId: "a", wait: { seconds: 10n } });
    expect([saga!.status, saga!.steps[0]!.output]).toEqual([SagaStatus.COMPLETED, { id: 1 }]);
    await start("nap", ["c"]);
    expect(await act({ action: suspend, requestId: "r-3" })).toEqual(["c"]);
    expect(await act({ action: { case: "resume", value: {} }, requestId: "r-4" })).toEqual(["c"]);
    expect(await act({ action: { case: "abandon", value: {} }, requestId: "r-5" })).toEqual(["c"]);
    expect(await idsOf(SagaStatus.ABANDONED)).toEqual(["c"]);
  });

  test("tells of sagas that have no such step", async () => {
    await start("nap", ["a"]);
    await start("pivot", ["b"]);
    const skip = { case: "skipStep", value: { step: "pay" } };
    expect((await act({ action: skip, requestId: "r" }))[1]).toBe("a INVALID_REQUEST");
  });

  test("keeps to the rate", async () => {
    await start("nap", ["a", "b", "c", "d"]);
    const began = performance.now();
    expect(await act({ action: suspend, requestId: "r", perSecond: 10 })).toHaveLength(4);
    expect(performance.now() - began).toBeGreaterThan(290);
  });

  test("is soon where an earlier run stopped, whatever the rate", async () => {
    await start("nap", ["a", "b", "c", "d"]);
    await act({ action: suspend, requestId: "r", maxSagas: 3 });
    const began = performance.now();
    expect(await act({ action: suspend, requestId: "r", perSecond: 0.1 })).toEqual(["d", "c", "b", "a"]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test("finds sagas beyond the first page", async () => {
    const ids = Array.from({ length: 230 }, (_, i) => `n${String(i).padStart(3, "0")}`);
    await Promise.all(ids.map((sagaId) => sagas().startSaga({ namespace, definition: "nap", sagaId })));
    expect((await act({ action: suspend, requestId: "r" })).sort()).toEqual(ids);
  });

  test("ends when the caller goes", async () => {
    await start("nap", ["a", "b", "c"]);
    const caller = new AbortController();
    const request = { ...fast, perSecond: 0.1, namespace, action: suspend, requestId: "r" };
    const told: string[] = [];
    const acting = (async () => {
      for await (const { sagaId } of operators().actOnSagas(request, { signal: caller.signal })) told.push(sagaId);
    })();
    await until("the first is done", () => told.length === 1);
    caller.abort();
    await expect(acting).rejects.toThrow();
    expect(await idsOf(SagaStatus.SUSPENDED)).toEqual(["c"]);
  });

  test("ends with STOPPING when the API stops", async () => {
    const other = await startLiveApi();
    await other.register(NAP);
    const client = clientOf(OperatorService, other.api, "Connect over HTTP/1.1");
    for (const sagaId of ["a", "b"])
      await clientOf(SagaService, other.api, "Connect over HTTP/1.1").startSaga({ definition: "nap", sagaId });
    const told: string[] = [];
    const acting = refusalOf(
      (async () => {
        const request = { ...fast, perSecond: 0.1, action: suspend, requestId: "r" };
        for await (const { sagaId } of client.actOnSagas(request)) told.push(sagaId);
      })(),
    );
    await until("the first is done", () => told.length === 1);
    await other.stop();
    const { code, error } = await acting;
    expect([code, error.rawMessage]).toEqual(["STOPPING", expect.stringContaining("same request_id")]);
  });

  test("ends where the store cannot be reached: it would be the same for all others", async () => {
    await start("nap", ["a", "b"]);
    const { append } = live.store;
    const down = new BackstitchError("STORE_UNAVAILABLE", "the store cannot be reached");
    live.store.append = () => Promise.reject(down);
    try {
      const refusal = await refusalOf(act({ action: suspend, requestId: "r" }));
      expect([refusal.code, refusal.status]).toEqual(["STORE_UNAVAILABLE", 14]);
    } finally {
      live.store.append = append;
    }
    expect(await act({ action: suspend, requestId: "r" })).toEqual(["b", "a"]);
  });

  test("is refused with all faults at once", async () => {
    const refusal = await refusalOf(act({ perSecond: 5_000, statuses: [99] }));
    expect([refusal.code, ...refusal.faults]).toEqual([
      "INVALID_REQUEST",
      "statuses[0] unknown_value",
      "action required",
      "per_second range",
      "request_id required",
    ]);
  });

  async function operatorsSuspend(sagaId: string) {
    await operators().suspendSaga({ namespace, sagaId });
  }
});
