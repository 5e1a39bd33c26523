import { Client, credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListeningApi } from "../../../orchestrator/src/api/api.ts";
import type { TimeTarget } from "../../../orchestrator/src/api/ports.ts";
import { DevelopmentService } from "../../../orchestrator/src/gen/backstitch/v1/development_service_pb.js";
import { clientOf, refusalOf, transportNames } from "../../support/api-clients.ts";
import { healthOf, reflectedServices } from "../../support/grpc-tools.ts";
import { LOOPBACK, startTestApi } from "../../support/test-api.ts";

const YEAR_S = 366n * 24n * 60n * 60n;
const targets: TimeTarget[] = [];
let api: ListeningApi;

beforeAll(async () => {
  const advance = async (target: TimeTarget) => {
    targets.push(target);
    return { now: 1_800_000_000_500, timers: 3 };
  };
  ({ api } = await startTestApi({ development: { advance } }));
});
afterAll(() => api.stop(1_000));

const by = (seconds: bigint) => ({ target: { case: "by" as const, value: { seconds } } });
const to = (seconds: bigint) => ({ target: { case: "to" as const, value: { seconds } } });

describe.each(transportNames)("the clock over %s", (transport) => {
  const client = () => clientOf(DevelopmentService, api, transport);

  test("moves by a time or to a time, and tells where it stands", async () => {
    targets.length = 0;
    expect(await client().advanceTime(by(90n))).toMatchObject({
      now: { seconds: 1_800_000_000n, nanos: 500_000_000 },
      timers: 3,
    });
    await client().advanceTime(to(1_800_000_000n));
    expect(targets).toEqual([{ byMs: 90_000 }, { toMs: 1_800_000_000_000 }]);
  });
});

describe("the clock", () => {
  const client = () => clientOf(DevelopmentService, api, "gRPC on the gRPC port");

  test.each([
    ["nowhere", {}, ["target required"]],
    ["back", by(-1n), ["by range"]],
    ["to a time that is past", to(1_600_000_000n), ["to range"]],
    ["by more than ten years", by(11n * YEAR_S), ["by range"]],
    ["to a time more than ten years ahead", to(1_700_000_000n + 11n * YEAR_S), ["to range"]],
    ["to a time that no calendar has", to(2n ** 60n), ["to range"]],
  ])("is not moved %s", async (_, request, faults) => {
    targets.length = 0;
    const refusal = await refusalOf(client().advanceTime(request));
    expect([refusal.code, ...refusal.faults]).toEqual(["INVALID_REQUEST", ...faults]);
    expect(targets).toEqual([]);
  });
});

describe("outside of development mode", () => {
  let ordinary: ListeningApi;
  beforeAll(async () => {
    const options = { ...LOOPBACK, grpc: { ...LOOPBACK.grpc, reflection: true } };
    ({ api: ordinary } = await startTestApi({}, options));
  });
  afterAll(() => ordinary.stop(1_000));

  test.each(transportNames)("the clock is not there, over %s", async (transport) => {
    const refusal = await refusalOf(clientOf(DevelopmentService, ordinary, transport).advanceTime(by(1n)));
    expect(refusal.status).toBe(12);
  });

  test("nor do its path, health and reflection tell of it", async () => {
    const url = `http://127.0.0.1:${ordinary.connectPort}/backstitch.v1.DevelopmentService/AdvanceTime`;
    const headers = { "content-type": "application/json" };
    expect((await fetch(url, { method: "POST", headers, body: "{}" })).status).toBe(404);
    const channel = new Client(`127.0.0.1:${ordinary.grpcPort}`, credentials.createInsecure());
    try {
      const names = await reflectedServices(channel);
      expect(names).toContain("backstitch.v1.SagaService");
      expect(names).not.toContain("backstitch.v1.DevelopmentService");
      expect(await healthOf(channel, "backstitch.v1.SagaService")).toBe("SERVING");
      expect(await healthOf(channel, "backstitch.v1.DevelopmentService")).toBe("NOT_FOUND");
    } finally {
      channel.close();
    }
  });
});
