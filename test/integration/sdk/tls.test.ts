import { createClient as createRpcClient } from "@connectrpc/connect";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OrchestratorProcess, startOrchestrator } from "../../../deploy/local/orchestrator.ts";
import { OperatorService, Transport } from "../../../orchestrator/src/gen/backstitch/v1/operator_service_pb.js";
import {
  type Client,
  createClient,
  isFinal,
  type ParticipantServer,
  participant,
  rejected,
  saga,
} from "../../../sdk/typescript/src/index.ts";
import { type ClientTls, createConnection } from "../../../sdk/typescript/src/transport.ts";
import { type Certificates, createCertificates } from "../../support/certificates.ts";
import { shows } from "../../support/features.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";
import { createTestProcesses, type TestProcesses } from "../../support/test-processes.ts";

let certificates: Certificates;
let processes: TestProcesses;
let redis: TestRedis;
let servers: ParticipantServer[];
let orchestrator: OrchestratorProcess;
let client: Client;
/** What the participants were called for, in order. */
const calls: string[] = [];

/** Serves one action, `book`, with TLS; an input with `full` is refused. */
async function startParticipant(asksForCertificate: boolean): Promise<string> {
  const server = participant(
    {
      seats: {
        book: {
          do({ full }: { full?: boolean }, { sagaId, step }) {
            calls.push(`do ${sagaId}/${step}`);
            if (full) throw rejected("NO_SEAT");
            return { step };
          },
          undo: (_input, { sagaId, step }) => void calls.push(`undo ${sagaId}/${step}`),
        },
      },
    },
    {
      tls: {
        key: certificates.read("seats.key"),
        cert: certificates.read("seats.pem"),
        ...(asksForCertificate && { clientCa: certificates.read("ca.pem") }),
      },
    },
  );
  servers.push(server);
  return (await server.listen()).address;
}

const path = (file: string) => certificates.path(file);
/** The files with which a caller proves who it is. */
const pairOf = (name: string) => ({ cert_file: path(`${name}.pem`), key_file: path(`${name}.key`) });

beforeAll(async () => {
  certificates = createCertificates();
  certificates.authority("ca");
  certificates.authority("other-ca");
  certificates.issue("seats", "ca", "IP:127.0.0.1");
  certificates.issue("orchestrator", "ca", "IP:127.0.0.1");
  certificates.issue("caller", "ca", "DNS:caller");
  certificates.issue("stranger", "other-ca", "IP:127.0.0.1");
  servers = [];
  const [open, guarded] = [await startParticipant(false), await startParticipant(true)];
  const tls = { ca_file: path("ca.pem") };
  const mtls = { ...tls, ...pairOf("orchestrator") };
  const secured = {
    tls_serve: { address: open, tls },
    tls_unary: { address: open, tls, serve: "off" },
    mtls_serve: { address: guarded, tls: mtls },
    mtls_unary: { address: guarded, tls: mtls, serve: "off" },
  };
  const refused = {
    plain: { address: open },
    other_ca: { address: open, tls: { ca_file: path("other-ca.pem") } },
    without_certificate: { address: guarded, tls },
    stranger: { address: guarded, tls: { ...tls, ...pairOf("stranger") } },
  };
  processes = await createTestProcesses();
  redis = await startRedis();
  orchestrator = await startOrchestrator(processes, {
    redisUrl: redis.url,
    participants: { ...secured, ...refused },
    settings: {
      // The gRPC port asks for certificates, the Connect port does not.
      grpc: { port: 0, tls: { ...pairOf("orchestrator"), client_ca_file: path("ca.pem") } },
      connect: { port: 0, tls: pairOf("orchestrator") },
    },
  });
  client = createClient({ address: `127.0.0.1:${orchestrator.grpcPort}`, tls: clientTls("caller") });
});

afterAll(async () => {
  client?.close();
  await processes?.end();
  await Promise.all((servers ?? []).map((server) => server.stop({ graceMs: 0 })));
  await redis?.stop();
  certificates?.remove();
});

function clientTls(name?: string, ca = "ca"): ClientTls {
  const pair = name && { cert: certificates.read(`${name}.pem`), key: certificates.read(`${name}.key`) };
  return { ca: certificates.read(`${ca}.pem`), ...pair };
}

const trip = saga("trip")
  .call("a", "tls_serve.book", { input: {} })
  .call("b", "tls_unary.book", { input: {} })
  .call("c", "mtls_serve.book", { input: {} })
  .call("d", "mtls_unary.book", { input: { full: "input.full" } });

test(
  "Dos and Undos reach participants over TLS and mTLS, over Serve and unary calls",
  shows("participant.tls"),
  async () => {
    await client.register(trip.build());
    const good = await client.start("trip", { full: false }, { sagaId: "good", wait: "10s" });
    expect(good.saga.status).toBe("COMPLETED");
    expect(good.saga.steps.map(({ output }) => output)).toEqual(["a", "b", "c", "d"].map((step) => ({ step })));

    const full = await client.start("trip", { full: true }, { sagaId: "full", wait: "10s" });
    expect(full.saga.status).toBe("COMPENSATED");
    expect(calls.filter((call) => call.includes("full"))).toEqual([
      ...["a", "b", "c", "d"].map((step) => `do full/${step}`),
      ...["c", "b", "a"].map((step) => `undo full/${step}`),
    ]);

    const connection = createConnection({
      address: `127.0.0.1:${orchestrator.grpcPort}`,
      tls: clientTls("caller"),
    });
    const { participants } = await createRpcClient(OperatorService, connection.transport).listParticipants({});
    connection.close();
    const transports = new Map(participants.map(({ name, transport }) => [name, transport]));
    for (const way of ["tls", "mtls"]) {
      expect(transports.get(`${way}_serve`)).toBe(Transport.SERVE);
      expect(transports.get(`${way}_unary`)).toBe(Transport.UNARY);
    }
  },
);

test.each([
  ["speaks plain text", "plain"],
  ["knows another authority", "other_ca"],
  ["shows no certificate to one that asks for it", "without_certificate"],
  ["shows a certificate of another authority", "stranger"],
])("no call reaches a participant from an orchestrator that %s", async (_, name) => {
  const attempt = { retry: { maxAttempts: 1 }, timeout: "2s" } as const;
  await client.register(saga(name).call("a", `${name}.book`, attempt).build());
  const { saga: ended } = await client.start(name, {}, { sagaId: name, wait: "10s" });
  expect(isFinal(ended)).toBe(true);
  expect(ended.status).toBe("COMPENSATED");
  expect(ended.failure?.code).toBe("UNAVAILABLE");
  expect(calls.filter((call) => call.includes(`${name}/`))).toEqual([]);
});

/** What came of a call with these credentials: the orchestrator's answer, or not even that. */
async function reach(transport: "grpc" | "connect", tls: ClientTls): Promise<string> {
  const port = transport === "grpc" ? orchestrator.grpcPort : orchestrator.connectPort;
  const one = createClient({ address: `127.0.0.1:${port}`, transport, tls });
  const code = await one.get("ghost").then(
    () => "found",
    (error) => error.code,
  );
  one.close();
  return code;
}

test(
  "a client knows the orchestrator by its authority, and shows its certificate where it is asked for one",
  shows("client.tls"),
  async () => {
    expect(await reach("grpc", clientTls("caller"))).toBe("SAGA_NOT_FOUND");
    expect(await reach("connect", clientTls())).toBe("SAGA_NOT_FOUND");
    for (const tls of [clientTls(), clientTls("stranger"), clientTls("caller", "other-ca")]) {
      expect(await reach("grpc", tls)).not.toBe("SAGA_NOT_FOUND");
    }
    expect(await reach("connect", clientTls(undefined, "other-ca"))).not.toBe("SAGA_NOT_FOUND");
  },
);
