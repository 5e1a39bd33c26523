import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { ErrorCode } from "../../../orchestrator/src/gen/backstitch/v1/errors_pb.js";
import { SagaView } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService, type StartSagasResponse } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { clientOf } from "../../support/api-clients.ts";
import { startTestApi, type TestDeps } from "../../support/test-api.ts";
import { until } from "../../support/until.ts";

let deps: TestDeps;
let api: ListeningApi;

beforeAll(async () => {
  ({ deps, api } = await startTestApi());
});
afterAll(() => api.stop(1_000));

describe.each(["gRPC on the gRPC port", "gRPC on the Connect port", "Connect over HTTP/2 in JSON"] as const)(
  "StartSagas over %s",
  (transport) => {
    const prefix = transport.replaceAll(/\W/g, "_");
    const startAll = async (messages: object[]) => {
      const answers = new Map<bigint, StartSagasResponse>();
      let received = 0;
      async function* requests() {
        yield* messages;
      }
      for await (const message of clientOf(SagaService, api, transport).startSagas(requests())) {
        received++;
        for (const answer of [message, ...message.more]) answers.set(answer.correlationId, answer);
      }
      return { answers, received };
    };
    const start = (correlationId: number, patch = {}) => ({
      correlationId: BigInt(correlationId),
      start: { definition: "order", sagaId: `${prefix}-${correlationId}`, view: SagaView.BRIEF, ...patch },
    });

    test("answers every start, many in one message", async () => {
      const messages = Array.from({ length: 20 }, (_, m) => ({
        ...start(m * 100),
        more: Array.from({ length: 99 }, (_, i) => start(m * 100 + i + 1)),
      }));
      const { answers, received } = await startAll(messages);
      expect(answers.size).toBe(2_000);
      expect(received).toBeLessThan(200);
      for (const [id, { result }] of answers)
        expect(result).toMatchObject({ case: "answer", value: { started: true, saga: { sagaId: `${prefix}-${id}` } } });
    });

    test("tells of a start that fails, and the others go on", async () => {
      const { answers } = await startAll([
        { ...start(9_001, { sagaId: "?" }), more: [start(9_002), { correlationId: 9_003n }] },
      ]);
      expect(answers.get(9_001n)!.result).toMatchObject({
        case: "error",
        value: {
          status: 3,
          detail: { code: ErrorCode.INVALID_REQUEST, faults: [{ field: "saga_id", rule: "pattern" }] },
        },
      });
      expect(answers.get(9_002n)!.result.case).toBe("answer");
      expect(answers.get(9_003n)!.result).toMatchObject({
        case: "error",
        value: { detail: { faults: [{ field: "start" }] } },
      });
    });

    test("keeps its messages within what clients take", async () => {
      const input = { text: "x".repeat(200_000) };
      const big = (id: number) => start(id, { input, view: SagaView.FULL });
      const { answers, received } = await startAll([1, 2, 3, 4, 5, 6].map((i) => big(9_100 + i)));
      expect(answers.size).toBe(6);
      expect(received).toBeGreaterThanOrEqual(2);
    });
  },
);

test("a client that goes away leaves its sagas running and nothing else", async () => {
  const caller = new AbortController();
  async function* requests() {
    yield { correlationId: 1n, start: { definition: "order", sagaId: "alone", wait: { seconds: 30n } } };
    await new Promise((resolve) => caller.signal.addEventListener("abort", resolve));
  }
  const stream = clientOf(SagaService, api, "gRPC on the gRPC port").startSagas(requests(), { signal: caller.signal });
  const reading = (async () => {
    for await (const _ of stream) expect.unreachable();
  })();
  await until("the saga is watched", () => deps.store.watchers > 0);
  caller.abort();
  await expect(reading).rejects.toThrow();
  await until("nobody watches", () => deps.store.watchers === 0);
  expect((await deps.store.get({ namespace: "default", sagaId: "alone" }))!.state.status).toBe("RUNNING");
});
