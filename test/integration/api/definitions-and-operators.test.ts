import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { SagaDefinitionSchema } from "../../../orchestrator/src/gen/backstitch/v1/definition_pb.js";
import { DefinitionService } from "../../../orchestrator/src/gen/backstitch/v1/definition_service_pb.js";
import {
  BreakerState,
  OperatorService,
  Transport,
} from "../../../orchestrator/src/gen/backstitch/v1/operator_service_pb.js";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { clientOf, refusalOf } from "../../support/api-clients.ts";
import { ORDER, startTestApi, type TestDeps } from "../../support/test-api.ts";

let deps: TestDeps;
let api: ListeningApi;
const definitions = () => clientOf(DefinitionService, api, "gRPC on the gRPC port");
const operators = () => clientOf(OperatorService, api, "Connect over HTTP/1.1");
const textOf = (name: string, action = "x") =>
  `{name: ${name}, steps: [{name: s, call: {participant: payment, action: ${action}}}]}`;
const text = (value: string) => ({ case: "text" as const, value });

beforeAll(async () => {
  ({ deps, api } = await startTestApi());
});
afterAll(() => api.stop(1_000));

describe("definitions", () => {
  const namespace = "defs";

  test("get versions that never change; the same content is the same version, and becomes the latest again", async () => {
    const register = (action: string) =>
      definitions().registerDefinition({ namespace, source: text(textOf("a", action)) });
    const seen = [await register("x"), await register("y"), await register("x")];
    expect(seen.map(({ version, created }) => [version!.version, version!.latest, created])).toEqual([
      [1, true, true],
      [2, true, true],
      [1, true, false],
    ]);
    const { version } = await definitions().getDefinition({ namespace, name: "a" });
    expect(version).toMatchObject({ version: 1, latest: true, digest: seen[0]!.version!.digest });
    expect((await definitions().getDefinition({ namespace, name: "a", version: 2 })).version!.latest).toBe(false);
  });

  test("registered here are started from at once", async () => {
    const sagas = clientOf(SagaService, api, "gRPC on the gRPC port");
    await definitions().registerDefinition({ namespace, source: text(textOf("moving", "x")) });
    expect((await sagas.startSaga({ namespace, definition: "moving" })).saga!.version).toBe(1);
    await definitions().registerDefinition({ namespace, source: text(textOf("moving", "y")) });
    expect((await sagas.startSaga({ namespace, definition: "moving" })).saga!.version).toBe(2);
    expect((await sagas.startSaga({ namespace, definition: "moving", version: 1 })).saga!.version).toBe(1);
  });

  test("may be given as a message", async () => {
    const value = create(SagaDefinitionSchema, {
      name: "message",
      steps: [{ name: "s", kind: { case: "call", value: { participant: "payment", action: "x" } } }],
    });
    const { version } = await definitions().registerDefinition({ namespace, source: { case: "definition", value } });
    expect(version!.definition!.steps[0]!.name).toBe("s");
  });

  test("are listed by name, or by version, in pages", async () => {
    const where = { namespace: "listed", pageSize: 2 };
    for (const name of ["c", "a", "b"])
      await definitions().registerDefinition({ namespace: "listed", source: text(textOf(name)) });
    for (const action of ["y", "z"])
      await definitions().registerDefinition({ namespace: "listed", source: text(textOf("a", action)) });
    const first = await definitions().listDefinitions(where);
    const rest = await definitions().listDefinitions({ ...where, pageToken: first.nextPageToken });
    expect([...first.versions, ...rest.versions].map((v) => [v.definition!.name, v.version])).toEqual([
      ["a", 3],
      ["b", 1],
      ["c", 1],
    ]);
    expect(rest.nextPageToken).toBe("");
    const versions = await definitions().listDefinitions({ ...where, name: "a" });
    expect(versions.versions.map((v) => v.version)).toEqual([3, 2]);
    const older = await definitions().listDefinitions({ ...where, name: "a", pageToken: versions.nextPageToken });
    expect(older.versions.map((v) => v.version)).toEqual([1]);
    const mixed = definitions().listDefinitions({ ...where, pageToken: versions.nextPageToken });
    expect((await refusalOf(mixed)).code).toBe("INVALID_PAGE_TOKEN");
  });

  const bad = `
name: Bad Name
steps:
  - name: s
    call: { participant: nobody, action: x, input: { a: 'input.a[' } }
  - name: s
    call: { participant: payment, action: x }
`;

  test("with faults are refused, all told at once, and nothing is written", async () => {
    const before = deps.store.writes;
    const refusal = await refusalOf(definitions().registerDefinition({ source: text(bad) }));
    expect([refusal.code, refusal.status]).toEqual(["INVALID_DEFINITION", 3]);
    expect([...refusal.faults].sort()).toEqual([
      "definition.name pattern",
      "definition.steps[0].call.input.a invalid_expression",
      "definition.steps[0].call.participant unknown_participant",
      "definition.steps[1].name duplicate_step",
    ]);
    const { faults, definition } = await definitions().validateDefinition({ source: text(bad) });
    expect(faults.map(({ field, rule }) => `${field} ${rule}`).sort()).toEqual([...refusal.faults].sort());
    expect(definition).toBeUndefined();
    expect(deps.store.writes).toBe(before);
  });

  test("that are no YAML are refused", async () => {
    const refusal = await refusalOf(definitions().registerDefinition({ source: text("name: [") }));
    expect([refusal.code, refusal.faults[0]]).toEqual(["INVALID_DEFINITION", "text malformed"]);
  });

  test("are shown with their defaults when they are checked", async () => {
    const { faults, definition } = await definitions().validateDefinition({ source: text(ORDER) });
    expect(faults).toEqual([]);
    expect(definition!.steps[1]!.kind.value).toMatchObject({ timeout: { seconds: 10n } });
  });

  test.each([
    ["that are unknown", { name: "ghost" }, "DEFINITION_NOT_FOUND"],
    ["in a version that is unknown", { name: "order", version: 7 }, "DEFINITION_NOT_FOUND"],
    ["without a name", {}, "INVALID_REQUEST"],
  ])("%s are not given", async (_, request, code) => {
    expect((await refusalOf(definitions().getDefinition(request))).code).toBe(code);
  });
});

describe("operators", () => {
  test("see the participants by name, in pages", async () => {
    const first = await operators().listParticipants({ pageSize: 1 });
    const rest = await operators().listParticipants({ pageSize: 1, pageToken: first.nextPageToken });
    expect([...first.participants, ...rest.participants].map((p) => p.name)).toEqual(["inventory", "payment"]);
    expect(first.participants[0]).toMatchObject({
      address: "inventory:50051",
      transport: Transport.SERVE,
      doBreaker: { state: BreakerState.CLOSED },
      undoBreaker: { state: BreakerState.OPEN, openedAt: { seconds: 1_700_000_000n, nanos: 500_000_000 } },
      inFlight: 1,
      maxInFlight: 64,
    });
    expect(rest.nextPageToken).toBe("");
  });

  test("see the cluster", async () => {
    expect(await operators().getClusterInfo({})).toMatchObject({
      version: "1.2.3",
      partitions: 8,
      store: "scripted 1",
      replicas: [{ id: "a", lease: { seconds: 5n, nanos: 0 } }],
    });
  });
});
