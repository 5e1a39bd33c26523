import { randomBytes } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ReflectionService } from "@grpc/reflection";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMethods, type ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { createLatch } from "../../../orchestrator/src/api/latch.ts";
import {
  GetSagaRequestSchema,
  StartSagaRequestSchema,
} from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { healthOf, reflectedServices } from "../../support/grpc-tools.ts";
import { createTestDeps, LOOPBACK, startTestApi } from "../../support/test-api.ts";

let api: ListeningApi;
let client: Client;
const paths: string[] = [];

beforeAll(async () => {
  ({ api } = await startTestApi({}, { ...LOOPBACK, grpc: { ...LOOPBACK.grpc, reflection: true } }));
  client = new Client(`127.0.0.1:${api.grpcPort}`, credentials.createInsecure());
  for (const { kind, desc } of createMethods(await createTestDeps(), createLatch()))
    if (kind === "unary") paths.push(`/${desc.parent.typeName}/${desc.name}`);
});
afterAll(async () => {
  client.close();
  await api.stop(1_000);
});

const same = (bytes: Buffer) => bytes;
const SERVING = "SERVING";

function call(path: string, bytes: Uint8Array, options = {}): Promise<Buffer | ServiceError> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, same, same, Buffer.from(bytes), new Metadata(), options, (error, value) =>
      resolve(error ?? value!),
    );
  });
}

const GET = "/backstitch.v1.SagaService/GetSaga";

describe("the gRPC port", () => {
  test("refuses bytes that are no message, with a detail", async () => {
    const error = (await call(GET, Buffer.from([0x0a, 0xff]))) as ServiceError;
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(error.metadata.get("grpc-status-details-bin")).toHaveLength(1);
  });

  test.each([1_048_577, 2_000_000])("refuses a message of %i bytes", async (size) => {
    const bytes = toBinary(StartSagaRequestSchema, create(StartSagaRequestSchema, { definition: "x".repeat(size) }));
    expect(((await call("/backstitch.v1.SagaService/StartSaga", bytes)) as ServiceError).code).toBe(
      status.RESOURCE_EXHAUSTED,
    );
  });

  test("answers anything with a status and goes on", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.uint8Array({ maxLength: 300 }), async (path, bytes) => {
        const answer = await call(path, bytes);
        if (!(answer instanceof Error)) return;
        expect([status.INTERNAL, status.UNKNOWN, status.UNAVAILABLE, status.CANCELLED]).not.toContain(answer.code);
        expect(answer.details).not.toMatch(/\.ts:|node_modules| {4}at /);
      }),
      { numRuns: 300 },
    );
  });

  test("answers huge and deep nonsense too", async () => {
    const deep = Buffer.concat(Array.from({ length: 20_000 }, () => Buffer.from([0x0a, 0xff, 0xff, 0x03])));
    for (const bytes of [randomBytes(1_000_000), Buffer.alloc(1_000_000, 0x0a), deep, Buffer.alloc(500_000, 0x2a)])
      for (const path of [
        "/backstitch.v1.SagaService/StartSaga",
        "/backstitch.v1.DefinitionService/RegisterDefinition",
      ])
        expect(await call(path, bytes)).toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test("says whether it serves", async () => {
    const health = () => healthOf(client, "backstitch.v1.SagaService");
    expect(await health()).toBe(SERVING);
    api.setServing(false);
    expect(await health()).toBe("NOT_SERVING");
    api.setServing(true);
    expect(await health()).toBe(SERVING);
  });

  test("lists its services by reflection", async () => {
    expect(ReflectionService).toBeDefined();
    const names = await reflectedServices(client);
    expect(names).toEqual(
      expect.arrayContaining([
        "backstitch.v1.SagaService",
        "backstitch.v1.DefinitionService",
        "backstitch.v1.OperatorService",
      ]),
    );
  });

  test("ends a call at the caller's deadline", async () => {
    const wait = { sagaId: "ghost", wait: { seconds: 1n } };
    const bytes = toBinary(GetSagaRequestSchema, create(GetSagaRequestSchema, wait));
    expect(await call(GET, bytes, { deadline: Date.now() + 5_000 })).toMatchObject({ code: status.NOT_FOUND });
  });
});
