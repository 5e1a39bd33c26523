import { fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { historyToWire } from "../../../orchestrator/src/api/wire-history.ts";
import { sagaToWire } from "../../../orchestrator/src/api/wire-saga.ts";
import { timestampToWire } from "../../../orchestrator/src/api/wire-time.ts";
import { SagaSchema, SagaView, WaitReason } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import type { HistoryEvent } from "../../../orchestrator/src/machine/effect.ts";
import type { Failure } from "../../../orchestrator/src/machine/state.ts";
import { begin } from "../../../orchestrator/src/machine/transition.ts";
import type { SagaRecord } from "../../../orchestrator/src/store/store.ts";
import { createTestDeps } from "../../support/test-api.ts";

const at = 1_700_000_000_123;
const failure: Failure = {
  kind: "REJECTED",
  code: "CARD_DECLINED",
  message: "no",
  details: '{"limit":5}',
  step: "charge",
};

async function sample() {
  const { catalog } = await createTestDeps();
  const plan = await catalog.latest("default", "order");
  const { state } = begin(plan, { sagaId: "s", input: '{"amount":12}', deadlineMs: 60_000, now: at });
  const header = {
    namespace: "default",
    sagaId: "s",
    definition: "order",
    version: 1,
    labels: { a: "b" },
    metadata: {},
    contentDigest: "",
  };
  const [reserve, charge] = state.steps;
  const record: SagaRecord = {
    header,
    state: {
      ...state,
      failure,
      steps: [
        { ...reserve!, output: '{"id":"r1"}' },
        { ...charge!, status: "WAITING", wait: { reason: "BACKOFF", until: at + 7 }, attempt: 2, armed: true, failure },
      ],
    },
    revision: 5,
    updatedAt: at + 1,
    wakeAt: at + 7,
  };
  return { plan, header, record };
}

describe("a saga on the wire", () => {
  test("shows all of its state", async () => {
    const { plan, record } = await sample();
    const saga = sagaToWire(record, plan, SagaView.UNSPECIFIED);
    // Through the bytes: the literals must be what the contract's encoder expects.
    const json = toJson(SagaSchema, fromBinary(SagaSchema, toBinary(SagaSchema, saga)));
    expect(json).toMatchObject({
      namespace: "default",
      sagaId: "s",
      status: "SAGA_STATUS_RUNNING",
      direction: "DIRECTION_FORWARD",
      input: { amount: 12 },
      labels: { a: "b" },
      createdAt: "2023-11-14T22:13:20.123Z",
      deadline: "2023-11-14T22:14:20.123Z",
      revision: "5",
      failure: { kind: "FAILURE_KIND_REJECTED", code: "CARD_DECLINED", details: { limit: 5 }, step: "charge" },
      steps: [
        { name: "reserve", output: { id: "r1" } },
        {
          name: "charge",
          status: "STEP_STATUS_WAITING",
          waitReason: "WAIT_REASON_BACKOFF",
          attempt: 2,
          armed: true,
          nextAttemptAt: "2023-11-14T22:13:20.130Z",
        },
      ],
    });
  });

  test("is without payloads in a BRIEF view", async () => {
    const { plan, record } = await sample();
    const json = JSON.stringify(toJson(SagaSchema, sagaToWire(record, plan, SagaView.BRIEF)));
    expect(json).not.toMatch(/"input"|"output"|"details"/);
    expect(json).toContain("CARD_DECLINED");
  });
});

describe("a history on the wire", () => {
  const events: HistoryEvent[] = [
    { kind: "sagaStarted" },
    { kind: "stepStarted", step: 0, attempt: 1, input: "{}" },
    { kind: "stepWaiting", step: 0, reason: "BREAKER", until: undefined },
    { kind: "recovered" },
    { kind: "stepStarted", step: 0, attempt: 2 },
    { kind: "stepDone", step: 0, output: '{"id":1}' },
    { kind: "undoStarted", step: 0, attempt: 1 },
    { kind: "undoFailed", step: 0, failure, nextAttemptAt: at },
    { kind: "stepUndone", step: 0 },
    { kind: "stepStarted", step: 0, attempt: 1 },
    { kind: "operatorActed", verb: "CancelSaga", step: undefined, identity: "ann", reason: "asked" },
    { kind: "sagaFinished", status: "COMPENSATED" },
  ];

  test("is numbered without gaps and carries attempts and rounds forward", async () => {
    const { plan, header } = await sample();
    const batches = [
      { revision: 1, at, events: events.slice(0, 3) },
      { revision: 2, at: at + 1, events: events.slice(3) },
    ];
    const wire = historyToWire(batches, header, plan, SagaView.FULL);
    expect(wire.map((e) => e.sequence)).toEqual(wire.map((_, i) => BigInt(i + 1)));
    expect(wire.map((e) => e.event.case)).toEqual([
      "sagaStarted",
      "stepStarted",
      "stepWaiting",
      "recovered",
      "stepStarted",
      "stepDone",
      "undoStarted",
      "undoFailed",
      "stepUndone",
      "stepStarted",
      "operatorActed",
      "sagaFinished",
    ]);
    expect(wire[5]!.event.value).toMatchObject({ step: "reserve", attempt: 2, output: { id: 1 } });
    expect(wire[2]!.event.value).toMatchObject({ step: "reserve", reason: WaitReason.BREAKER });
    expect(wire[4]!.event.value).toMatchObject({ attempt: 2, round: 0 });
    expect(wire[9]!.event.value).toMatchObject({ attempt: 1, round: 1 });
    expect(wire[3]!.time).toEqual(timestampToWire(at + 1));
    const [, , , , , brief] = historyToWire(batches, header, plan, SagaView.BRIEF);
    expect(brief!.event.value).not.toHaveProperty("output.id");
  });
});

test("a time keeps its milliseconds, before 1970 too", () => {
  expect(timestampToWire(1_234)).toMatchObject({ seconds: 1n, nanos: 234_000_000 });
  expect(timestampToWire(-1)).toMatchObject({ seconds: -1n, nanos: 999_000_000 });
  expect(timestampToWire(undefined)).toBeUndefined();
});
