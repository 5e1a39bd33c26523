import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApi, type ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { createDefinitionCatalog } from "../../../orchestrator/src/catalog.ts";
import { DefinitionService } from "../../../orchestrator/src/gen/backstitch/v1/definition_service_pb.js";
import { SagaStatus } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { begin, transition } from "../../../orchestrator/src/machine/transition.ts";
import { createMemoryBackend, createMemoryStore } from "../../../orchestrator/src/store/memory-store.ts";
import type { Lease, Store } from "../../../orchestrator/src/store/store.ts";
import { clientOf, refusalOf } from "../../support/api-clients.ts";
import { createTestDeps, LOOPBACK, ORDER } from "../../support/test-api.ts";
import { until } from "../../support/until.ts";

let store: Store;
let api: ListeningApi;
const leases = new Map<string, Lease>();

beforeAll(async () => {
  store = createMemoryStore(createMemoryBackend(), { replicaId: "a", leaseMs: 60_000, clock: Date.now });
  await store.open();
  const catalog = createDefinitionCatalog({ store, participants: () => ["payment", "inventory"] });
  await catalog.register("default", { text: ORDER });
  const deps = await createTestDeps();
  const description = createApi(
    {
      ...deps,
      store,
      catalog,
      async start({ header, plan, input, deadlineMs }) {
        const at = store.now();
        const first = begin(plan, { input, sagaId: header.sagaId, deadlineMs, now: at, blocked: false });
        const then = { kind: "hold" } as const;
        const started = await store.start({ header, state: first.state, history: first.history, at, then });
        if (started.kind === "started") leases.set(header.sagaId, started.lease!);
        return started;
      },
    },
    LOOPBACK,
  );
  api = await description.listen();
});
afterAll(async () => {
  await api.stop(1_000);
  await store.close();
});

describe("over the reference store", () => {
  const sagas = () => clientOf(SagaService, api, "gRPC on the gRPC port");

  test("sagas start once, are listed in pages and told in order", async () => {
    for (const sagaId of ["a", "b", "c"])
      await sagas().startSaga({ definition: "order", sagaId, labels: { n: sagaId } });
    expect((await sagas().startSaga({ definition: "order", sagaId: "a", labels: { n: "a" } })).started).toBe(false);
    expect((await refusalOf(sagas().startSaga({ definition: "order", sagaId: "a" }))).code).toBe("SAGA_ID_IN_USE");
    const first = await sagas().listSagas({ pageSize: 2 });
    const rest = await sagas().listSagas({ pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.sagas, ...rest.sagas].map((saga) => saga.sagaId).sort()).toEqual(["a", "b", "c"]);
    expect((await sagas().listSagas({ labels: { n: "b" } })).sagas.map((saga) => saga.sagaId)).toEqual(["b"]);
    const { events } = await sagas().getSagaHistory({ sagaId: "a" });
    expect(events.map((event) => event.event.case)).toEqual(["sagaStarted", "stepStarted"]);
    const { versions } = await clientOf(DefinitionService, api, "Connect over HTTP/1.1").listDefinitions({});
    expect(versions.map((version) => version.definition!.name)).toEqual(["order"]);
  });

  test("a cancel goes through the inbox to the owner, whose answer and change come back", async () => {
    await sagas().startSaga({ definition: "order", sagaId: "cancelled" });
    const key = { namespace: "default", sagaId: "cancelled" };
    const answer = sagas().cancelSaga({ ...key, requestId: "c" });
    const lease = leases.get("cancelled")!;
    await until("the owner has mail", async () => (await store.readInbox(lease)).length > 0);
    const { header, state } = (await store.get(key))!;
    const plan = await createDefinitionCatalog({ store, participants: () => [] }).latest("default", "order");
    const [item] = await store.readInbox(lease);
    const at = store.now();
    const next = transition(plan, state, item!.command, at);
    const results = [{ requestId: "c", refusal: next.refusal }];
    const then = { kind: "hold" } as const;
    await store.commit(lease, {
      header,
      before: state,
      after: next.state,
      history: next.history,
      at,
      consumed: 1,
      results,
      survived: true,
      then,
    });
    expect((await answer).saga!.status).toBe(SagaStatus.COMPENSATING);
  });
});
