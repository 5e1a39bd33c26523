import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { refusalOf } from "../../support/api-clients.ts";
import { LOOPBACK, startTestApi } from "../../support/test-api.ts";

let folder: string;
let certificate: string;
let key: string;
let api: ListeningApi;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "backstitch-api-tls-"));
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  execFileSync("openssl", [...request, ...names, "-keyout", "key.pem", "-out", "cert.pem"], {
    cwd: folder,
    stdio: "pipe",
  });
  certificate = readFileSync(join(folder, "cert.pem"), "utf8");
  key = readFileSync(join(folder, "key.pem"), "utf8");
  // The certificate is its own authority: whoever shows it is let in.
  const tls = { certificate, key, clientCa: certificate };
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
  rmSync(folder, { recursive: true });
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
    const known = createClient(SagaService, transport({ ca: certificate, cert: certificate, key }));
    expect((await refusalOf(known.getSaga({ sagaId: "ghost" }))).code).toBe("SAGA_NOT_FOUND");
    const stranger = createClient(SagaService, transport({ ca: certificate }));
    expect((await refusalOf(stranger.getSaga({ sagaId: "ghost" }))).code).toBe("none");
  });
});
