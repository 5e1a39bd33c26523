import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { DefinitionService } from "../../../orchestrator/src/gen/backstitch/v1/definition_service_pb.js";
import { OperatorService } from "../../../orchestrator/src/gen/backstitch/v1/operator_service_pb.js";
import { SagaStatus, SagaView } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { clientOf, refusalOf, transportNames } from "../../support/api-clients.ts";
import { startTestApi, type TestDeps } from "../../support/test-api.ts";
import { until } from "../../support/until.ts";

let deps: TestDeps;
let api: ListeningApi;

beforeAll(async () => {
  ({ deps, api } = await startTestApi());
});
afterAll(() => api.stop(1_000));

describe.each(transportNames)("over %s", (transport) => {
  const sagaId = (name: string) => `${name}-${transport.replaceAll(/\W/g, "_")}`;
  const sagas = () => clientOf(SagaService, api, transport);

  test("a saga starts once, is shown, and its second start is told as such", async () => {
    const start = { definition: "order", sagaId: sagaId("once"), input: { amount: 7 } };
    const first = await sagas().startSaga(start);
    expect(first).toMatchObject({
      started: true,
      saga: { definition: "order", version: 1, status: SagaStatus.RUNNING, input: { amount: 7 }, revision: 1n },
    });
    expect(first.saga!.steps.map((step) => step.name)).toEqual(["reserve", "charge"]);
    expect((await sagas().startSaga(start)).started).toBe(false);
    const { saga } = await sagas().getSaga({ sagaId: start.sagaId, view: SagaView.BRIEF });
    expect([saga!.sagaId, saga!.input]).toEqual([start.sagaId, undefined]);
  });

  test("errors are the same: code, status and faults", async () => {
    const start = { definition: "order", sagaId: sagaId("taken") };
    await sagas().startSaga(start);
    const refusals = [
      await refusalOf(sagas().startSaga({ ...start, input: { other: 1 } })),
      await refusalOf(sagas().startSaga({ definition: "No", sagaId: "?" })),
      await refusalOf(sagas().getSaga({ sagaId: "ghost" })),
      await refusalOf(sagas().listSagas({ statuses: [42 as SagaStatus] })),
      await refusalOf(sagas().signalSaga({})),
      await refusalOf(clientOf(OperatorService, api, transport).abandonSaga({})),
      await refusalOf(clientOf(DefinitionService, api, transport).registerDefinition({})),
    ];
    expect(refusals.map(({ code, status, faults }) => [code, status, ...faults])).toEqual([
      ["SAGA_ID_IN_USE", 6, "saga_id same_content"],
      ["INVALID_REQUEST", 3, "definition pattern", "saga_id pattern"],
      ["SAGA_NOT_FOUND", 5],
      ["INVALID_REQUEST", 3, "statuses[0] unknown_value"],
      ["INVALID_REQUEST", 3, "saga_id required", "signal required"],
      ["INVALID_REQUEST", 3, "saga_id required"],
      ["INVALID_REQUEST", 3, "definition required"],
    ]);
  });

  test("a saga is watched from now on until it is final", async () => {
    const key = { namespace: "default", sagaId: sagaId("watched") };
    await sagas().startSaga({ definition: "order", ...key });
    const seen: [bigint, SagaStatus][] = [];
    for await (const { saga } of sagas().watchSaga(key)) {
      seen.push([saga!.revision, saga!.status]);
      if (seen.length === 1) deps.store.change(key, { status: "COMPENSATING" }, { elsewhere: true });
      if (seen.length === 2) deps.store.finish(key, "COMPENSATED");
    }
    expect(seen).toEqual([
      [1n, SagaStatus.RUNNING],
      [2n, SagaStatus.COMPENSATING],
      [3n, SagaStatus.COMPENSATED],
    ]);
    expect((await refusalOf(firstOf(sagas().watchSaga({ sagaId: "ghost" })))).code).toBe("SAGA_NOT_FOUND");
    const both = sagas().watchEvents({ cursor: "c", fromOldest: true });
    expect((await refusalOf(firstOf(both))).faults).toEqual(["from_oldest conflicting_fields"]);
  });

  test("a start that waits answers with the final state", async () => {
    const key = { namespace: "default", sagaId: sagaId("waiting") };
    const answer = sagas().startSaga({ definition: "order", ...key, wait: { seconds: 20n } });
    await until("the saga is there", async () => (await deps.store.get(key)) !== undefined);
    deps.store.finish(key);
    expect((await answer).saga).toMatchObject({ status: SagaStatus.COMPLETED, revision: 2n });
    expect(deps.store.watchers).toBe(0);
  });
});

async function firstOf<T>(messages: AsyncIterable<T>): Promise<T | undefined> {
  for await (const message of messages) return message;
  return undefined;
}
