import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { OperatorService } from "../../../orchestrator/src/gen/backstitch/v1/operator_service_pb.js";
import { type Saga, SagaStatus, StepStatus } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { clientOf, refusalOf } from "../../support/api-clients.ts";
import { done, FAILED, type LiveApi, REFUSED, startLiveApi } from "../../support/live-api.ts";
import { until } from "../../support/until.ts";

const ONCE = "retry: { max_attempts: 1 }, undo: { with: { retry: { max_attempts: 1 } } }";
const ORDER = `
name: order
steps:
  - name: reserve
    call: { participant: shop, action: reserve, ${ONCE} }
  - name: charge
    call: { participant: shop, action: charge, ${ONCE} }
    on_failure: SUSPEND
  - name: nap
    sleep: 3600s
  - name: ship
    call: { participant: shop, action: ship, ${ONCE} }
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
const sagas = () => clientOf(SagaService, live.api, "gRPC on the gRPC port");
const operators = () => clientOf(OperatorService, live.api, "Connect over HTTP/1.1");

beforeAll(async () => {
  live = await startLiveApi();
  await live.register(ORDER);
  await live.register(PIVOT);
});
afterAll(() => live.stop());
beforeEach(() => {
  for (const name of ["reserve", "undo reserve", "charge", "undo charge", "ship", "undo ship"])
    live.answer(name, done());
});

const suspended = (saga: Saga) => saga.status === SagaStatus.SUSPENDED;
const napping = (saga: Saga) => saga.steps.some((step) => step.name === "nap" && step.status === StepStatus.WAITING);
const stepOf = (saga: Saga | undefined, name: string) => saga!.steps.find((step) => step.name === name)!;

/** Started, and come to where `holds`. */
async function startAs(sagaId: string, holds: (saga: Saga) => boolean, definition = "order") {
  await sagas().startSaga({ definition, sagaId });
  await live.untilSaga(sagaId, holds);
  return { sagaId, identity: "ann", reason: "outage" };
}

/** Suspended because its charge failed, with an outcome that nobody knows. */
async function stuckAs(sagaId: string) {
  live.answer("charge", FAILED);
  const key = await startAs(sagaId, suspended);
  live.answer("charge", done());
  return key;
}

/** Suspended on its way back, because the Undo of its reservation cannot be done. */
async function stuckBackwardAs(sagaId: string) {
  const key = await startAs(sagaId, napping);
  live.answer("undo reserve", REFUSED);
  await sagas().cancelSaga(key);
  await live.untilSaga(sagaId, suspended);
  live.answer("undo reserve", done());
  return key;
}

const wrongState = async (call: Promise<unknown>, says: string) => {
  const { code, error } = await refusalOf(call);
  expect([code, error.rawMessage]).toEqual(["WRONG_STATE", expect.stringContaining(says)]);
};

describe("a saga", () => {
  test("is suspended and resumed by a person, and says why it stood still", async () => {
    const key = await startAs("paused", napping);
    const { saga } = await operators().suspendSaga(key);
    expect(saga).toMatchObject({ status: SagaStatus.SUSPENDED, suspension: { failure: { message: "outage" } } });
    expect(stepOf(saga, "nap").nextAttemptAt).toBeUndefined();
    await wrongState(operators().suspendSaga(key), "suspended already");
    const resumed = await operators().resumeSaga(key);
    expect([resumed.saga!.status, resumed.saga!.suspension]).toEqual([SagaStatus.RUNNING, undefined]);
    expect(stepOf(resumed.saga, "nap").nextAttemptAt).toBeDefined();
    await wrongState(operators().resumeSaga(key), "not suspended");
  });

  test("that waits for a decision is not resumed", async () => {
    await wrongState(operators().resumeSaga(await stuckAs("undecided")), "needs a decision on a step first");
  });

  test("is abandoned as it is, with who did it in its history", async () => {
    const key = await stuckAs("given-up");
    const { saga } = await operators().abandonSaga(key);
    expect([saga!.status, saga!.finishedAt === undefined]).toEqual([SagaStatus.ABANDONED, false]);
    expect((await refusalOf(operators().abandonSaga(key))).code).toBe("SAGA_FINAL");
    const { events } = await sagas().getSagaHistory(key);
    const acts = events.flatMap(({ event }) => (event.case === "operatorActed" ? [event.value] : []));
    expect(acts).toMatchObject([{ verb: "AbandonSaga", identity: "ann", reason: "outage" }]);
  });

  test("past its pivot is not cancelled", async () => {
    const key = await startAs("paid", napping, "pivot");
    expect((await refusalOf(sagas().cancelSaga(key))).code).toBe("PAST_PIVOT");
  });

  test("that moved on from the expected revision is left alone", async () => {
    const key = await startAs("moved", napping);
    const refusal = await refusalOf(operators().suspendSaga({ ...key, expectedRevision: 1n }));
    expect([refusal.code, refusal.status]).toEqual(["REVISION_MISMATCH", 10]);
  });

  test("that waits for a person on its way back is not cancelled once more", async () => {
    await wrongState(sagas().cancelSaga(await stuckBackwardAs("twice-cancelled")), "backward already");
  });
});

describe("a step", () => {
  test("is tried again, and the saga goes on", async () => {
    const key = await stuckAs("retried");
    await operators().retryStep({ ...key, step: "charge" });
    expect(stepOf(await live.untilSaga(key.sagaId, napping), "charge").status).toBe(StepStatus.DONE);
  });

  test("is skipped with an output", async () => {
    const key = await stuckAs("skipped");
    const { saga } = await operators().skipStep({ ...key, step: "charge", output: { free: true } });
    expect(stepOf(saga, "charge")).toMatchObject({ status: StepStatus.SKIPPED, output: { free: true } });
    await live.untilSaga(key.sagaId, napping);
  });

  test("is resolved as applied, and as not applied", async () => {
    const applied = await stuckAs("applied");
    const { saga } = await operators().resolveStep({
      ...applied,
      step: "charge",
      outcome: { case: "doApplied", value: { output: { id: 7 } } },
    });
    expect(stepOf(saga, "charge")).toMatchObject({ status: StepStatus.DONE, output: { id: 7 }, armed: true });
    const lost = await stuckAs("lost");
    const answer = await operators().resolveStep({
      ...lost,
      step: "charge",
      outcome: { case: "doNotApplied", value: {} },
    });
    expect(stepOf(answer.saga, "charge").armed).toBe(false);
  });

  test("whose Undo cannot be done is resolved as undone, and the compensation ends", async () => {
    const key = await stuckBackwardAs("undone-by-hand");
    await operators().resolveStep({ ...key, step: "reserve", outcome: { case: "undoApplied", value: {} } });
    const { saga } = await sagas().getSaga({ ...key, wait: { seconds: 10n } });
    expect(saga!.status).toBe(SagaStatus.COMPENSATED);
  });

  test("whose Undo cannot be done is tried again", async () => {
    const key = await stuckBackwardAs("undone-later");
    await operators().retryStep({ ...key, step: "reserve" });
    expect((await sagas().getSaga({ ...key, wait: { seconds: 10n } })).saga!.status).toBe(SagaStatus.COMPENSATED);
  });

  test("in flight is neither retried, skipped nor resolved", async () => {
    live.answer("reserve", "never");
    const key = await startAs("flying", (saga) => stepOf(saga, "reserve").status === StepStatus.RUNNING);
    const at = { ...key, step: "reserve" };
    for (const call of [
      operators().retryStep(at),
      operators().skipStep(at),
      operators().resolveStep({ ...at, outcome: { case: "doNotApplied", value: {} } }),
    ])
      expect((await refusalOf(call)).code).toBe("CALL_IN_FLIGHT");
  });

  test("that has not begun, is over, or makes no call is not retried", async () => {
    const key = await startAs("resting", napping);
    await wrongState(operators().retryStep({ ...key, step: "ship" }), "not begun");
    await wrongState(operators().retryStep({ ...key, step: "charge" }), "is over with this step");
    await wrongState(operators().retryStep({ ...key, step: "nap" }), "makes no call");
  });
});

test("an act is done once for a request id, and another says so", async () => {
  const key = { ...(await startAs("once", napping)), requestId: "r-1" };
  const first = await operators().suspendSaga(key);
  const again = await operators().suspendSaga(key);
  expect(again.saga!.revision).toBe(first.saga!.revision);
  await until("the saga rests", async () => (await sagas().getSaga(key)).saga!.status === SagaStatus.SUSPENDED);
});
