import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { refusalOf } from "../../support/api-clients.ts";
import { type Certificates, createCertificates } from "../../support/certificates.ts";
import { LOOPBACK, startTestApi } from "../../support/test-api.ts";

let certificates: Certificates;
let api: ListeningApi;
const read = (file: string) => certificates.read(file).toString();

beforeAll(async () => {
  certificates = createCertificates();
  certificates.authority("ca");
  certificates.issue("me", "ca", "DNS:localhost,IP:127.0.0.1");
  const tls = { certificate: read("me.pem"), key: read("me.key"), clientCa: read("ca.pem") };
  ({ api } = await startTestApi(
    {},
    {
      ...LOOPBACK,
      grpc: { ...LOOPBACK.grpc, tls },
      connect: { ...LOOPBACK.connect, tls },
    },
  ));
});
afterAll(async () => {
  await api.stop(1_000);
  certificates.remove();
});

describe("with TLS and client certificates", () => {
  const ways = {
    "gRPC on the gRPC port": (nodeOptions: object) =>
      createGrpcTransport({ baseUrl: `https://127.0.0.1:${api.grpcPort}`, nodeOptions }),
    "Connect over HTTP/1.1": (nodeOptions: object) =>
      createConnectTransport({ baseUrl: `https://127.0.0.1:${api.connectPort}`, httpVersion: "1.1", nodeOptions }),
    "Connect over HTTP/2": (nodeOptions: object) =>
      createConnectTransport({ baseUrl: `https://127.0.0.1:${api.connectPort}`, httpVersion: "2", nodeOptions }),
  };

  test.each(Object.entries(ways))("%s lets in who has one, and nobody else", async (_, transport) => {
    const known = createClient(
      SagaService,
      transport({ ca: read("ca.pem"), cert: read("me.pem"), key: read("me.key") }),
    );
    expect((await refusalOf(known.getSaga({ sagaId: "ghost" }))).code).toBe("SAGA_NOT_FOUND");
    const stranger = createClient(SagaService, transport({ ca: read("ca.pem") }));
    expect((await refusalOf(stranger.getSaga({ sagaId: "ghost" }))).code).toBe("none");
  });
});
