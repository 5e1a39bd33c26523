import { describe, expect, test } from "vitest";
import { listenOps } from "../../../orchestrator/src/api/ops-listener.ts";
import { SagaStatus } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { createMetrics } from "../../../orchestrator/src/metrics.ts";
import { clientOf, refusalOf, transportNames } from "../../support/api-clients.ts";
import { startTestApi } from "../../support/test-api.ts";
import { until } from "../../support/until.ts";

describe.each(transportNames)("when the API stops, over %s", (transport) => {
  test("a wait answers with the present state and a watch ends with STOPPING", async () => {
    const { deps, api } = await startTestApi();
    const sagas = clientOf(SagaService, api, transport);
    const waiting = sagas.startSaga({ definition: "order", sagaId: "s", wait: { seconds: 50n } });
    await until("the start waits", () => deps.store.watchers === 1);
    const seen: unknown[] = [];
    const watching = refusalOf(
      (async () => {
        for await (const answer of sagas.watchSaga({ sagaId: "s" })) seen.push(answer);
      })(),
    );
    await until("the watch has begun", () => seen.length === 1);
    const began = performance.now();
    await api.stop(10_000);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect((await waiting).saga!.status).toBe(SagaStatus.RUNNING);
    expect((await watching).code).toBe("STOPPING");
    expect(deps.store.watchers).toBe(0);
  });
});

test.each(transportNames)(
  "a watcher that reads no more does not keep the API from stopping, over %s",
  async (transport) => {
    const { deps, api } = await startTestApi();
    deps.store.feedPages = ["c1", "c2"].map((cursor) => ({ entries: [], cursor }));
    // The client leaves the loop without ending the call, and the second message unread.
    for await (const _ of clientOf(SagaService, api, transport).watchEvents({})) break;
    const began = performance.now();
    await api.stop(200);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(deps.store.feeds).toBe(0);
  },
);

test("the ops port tells of metrics, life and readiness", async () => {
  const metrics = createMetrics();
  metrics.sagasStarted.inc({ definition: "order" });
  let reasons: string[] = [];
  const ops = await listenOps(
    { registry: metrics.registry, readiness: () => ({ ready: reasons.length === 0, reasons }) },
    { host: "127.0.0.1", port: 0 },
  );
  try {
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${ops.port}${path}`);
      return [response.status, await response.text()] as const;
    };
    expect((await get("/metrics"))[1]).toContain('backstitch_sagas_started_total{definition="order"} 1');
    expect((await get("/healthz"))[0]).toBe(200);
    expect((await get("/readyz"))[0]).toBe(200);
    reasons = ["the store cannot be reached"];
    expect(await get("/readyz")).toEqual([503, "not ready\nthe store cannot be reached\n"]);
    expect((await get("/else"))[0]).toBe(404);
  } finally {
    await ops.stop(1_000);
  }
});

test("each call is counted by method and status", async () => {
  const { deps, api } = await startTestApi();
  try {
    const sagas = clientOf(SagaService, api, "gRPC on the gRPC port");
    await sagas.startSaga({ definition: "order" });
    await refusalOf(sagas.getSaga({ sagaId: "ghost" }));
    const { values } = await deps.metrics.requests.get();
    expect(values.filter((v) => v.value > 0).map((v) => v.labels)).toEqual([
      { method: "backstitch.v1.SagaService/StartSaga", status: "OK" },
      { method: "backstitch.v1.SagaService/GetSaga", status: "NOT_FOUND" },
    ]);
  } finally {
    await api.stop(1_000);
  }
});
