import { createHash } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiOptions, createApi, type ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { isLoopback } from "../../../orchestrator/src/api/auth.ts";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { refusalOf } from "../../support/api-clients.ts";
import { createTestDeps, LOOPBACK, startTestApi } from "../../support/test-api.ts";

const tokens = ["first-token", "second-token"];
const tokenHashes = tokens.map((token) => createHash("sha256").update(token).digest("hex"));

describe("a token", () => {
  let api: ListeningApi;
  beforeAll(async () => {
    ({ api } = await startTestApi({}, { ...LOOPBACK, auth: { tokenHashes, allowUnauthenticated: false } }));
  });
  afterAll(() => api.stop(1_000));

  const clients = () => [
    createClient(SagaService, createGrpcTransport({ baseUrl: `http://127.0.0.1:${api.grpcPort}` })),
    createClient(
      SagaService,
      createConnectTransport({ baseUrl: `http://127.0.0.1:${api.connectPort}`, httpVersion: "1.1" }),
    ),
  ];

  test.each([
    ["no token", {}],
    ["another token", { authorization: "Bearer third-token" }],
    ["the hash in place of the token", { authorization: `Bearer ${tokenHashes[0]}` }],
    ["another scheme", { authorization: `Basic ${tokens[0]}` }],
  ])("is asked for: %s is refused on both ports", async (_, headers) => {
    for (const client of clients()) {
      const refusal = await refusalOf(client.getSaga({ sagaId: "ghost" }, { headers }));
      expect([refusal.code, refusal.status]).toEqual(["UNAUTHENTICATED", 16]);
      const watching = (async () => {
        for await (const _ of client.watchSaga({ sagaId: "ghost" }, { headers })) expect.unreachable();
      })();
      expect((await refusalOf(watching)).code).toBe("UNAUTHENTICATED");
    }
  });

  test.each(tokens)("lets in: %s", async (token) => {
    for (const client of clients()) {
      const headers = { authorization: `Bearer ${token}` };
      expect((await refusalOf(client.getSaga({ sagaId: "ghost" }, { headers }))).code).toBe("SAGA_NOT_FOUND");
    }
  });
});

describe("a listener beyond this machine", () => {
  const beyond = (patch: Partial<ApiOptions> = {}): ApiOptions => ({
    ...LOOPBACK,
    connect: { host: "0.0.0.0", port: 0 },
    ...patch,
  });

  test("without any guard is refused", async () => {
    const deps = await createTestDeps();
    expect(() => createApi(deps, beyond())).toThrow(/connect\.host.*no credentials/);
    expect(() => createApi(deps, { ...LOOPBACK, grpc: { ...LOOPBACK.grpc, host: "::" } })).toThrow(/grpc\.host/);
  });

  test("with tokens, client certificates or an explicit word is accepted", async () => {
    const deps = await createTestDeps();
    createApi(deps, beyond({ auth: { tokenHashes, allowUnauthenticated: false } }));
    createApi(deps, beyond({ auth: { tokenHashes: [], allowUnauthenticated: true } }));
    createApi(
      deps,
      beyond({ connect: { host: "0.0.0.0", port: 0, tls: { certificate: "", key: "", clientCa: "ca" } } }),
    );
  });

  test.each([
    ["127.0.0.1", true],
    ["127.9.9.9", true],
    ["::1", true],
    ["localhost", true],
    ["0.0.0.0", false],
    ["::", false],
    ["10.0.0.1", false],
    ["127.0.0.1.example.com", false],
    ["", false],
  ])("is told from loopback: %s", (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback);
  });
});
