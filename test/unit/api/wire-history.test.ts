import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { countEvents, historyToWire } from "../../../orchestrator/src/api/wire-history.ts";
import { timestampToWire } from "../../../orchestrator/src/api/wire-time.ts";
import {
  HistoryEventSchema,
  SagaStatus,
  SagaView,
  StepResolution,
  WaitReason,
} from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import type { HistoryEvent } from "../../../orchestrator/src/machine/effect.ts";
import type { Failure } from "../../../orchestrator/src/machine/state.ts";
import type { SagaRecord } from "../../../orchestrator/src/store/store.ts";
import { createTestDeps } from "../../support/test-api.ts";

const at = 1_700_000_000_123;
const failure: Failure = { kind: "REJECTED", code: "NO", message: "no", details: '{"limit":5}', step: "approval" };
const { catalog } = await createTestDeps();
const plan = await catalog.latest("default", "tour");
const record = { header: { sagaId: "s" }, state: { createdAt: at, input: "{}" } } as SagaRecord;

const [reserve, nap, approval, ship, billing] = [0, 1, 2, 3, 4];

/** Everything that a history can hold, in an order in which it can happen. */
const events: readonly HistoryEvent[] = [
  { kind: "sagaStarted" },
  { kind: "lockGranted" },
  { kind: "stepStarted", step: reserve, attempt: 1, input: "{}" },
  { kind: "stepWaiting", step: reserve, reason: "BREAKER", until: undefined },
  { kind: "stepStarted", step: reserve, attempt: 1 },
  { kind: "recovered" },
  { kind: "stepFailed", step: reserve, failure, effect: "unknown", nextAttemptAt: at + 5 },
  { kind: "operatorActed", verb: "RetryStep", step: reserve, identity: "ann", reason: "asked" },
  { kind: "stepRetried", step: reserve },
  { kind: "stepStarted", step: reserve, attempt: 1 },
  { kind: "stepDone", step: reserve, output: '{"id":1}' },
  { kind: "stepWaiting", step: nap, reason: "TIMER", until: at + 10_000 },
  { kind: "stepDone", step: nap, output: "{}" },
  { kind: "stepWaiting", step: approval, reason: "SIGNAL", until: at + 60_000 },
  { kind: "signalReceived", name: "approved", payload: '{"by":"bob"}', identity: "bob" },
  { kind: "signalTaken", step: approval, place: 0 },
  { kind: "stepRejected", step: approval, failure },
  { kind: "goingBack", step: approval, to: reserve, failure },
  { kind: "undoStarted", step: reserve, attempt: 1 },
  { kind: "undoFailed", step: reserve, failure, nextAttemptAt: at + 20_000 },
  { kind: "undoStarted", step: reserve, attempt: 2 },
  { kind: "stepUndone", step: reserve },
  { kind: "roundStarted", steps: [reserve!, nap!, approval!] },
  { kind: "stepStarted", step: reserve, attempt: 1, input: "{}" },
  { kind: "stepDone", step: reserve, output: '{"id":2}' },
  { kind: "stepSkipped", step: nap, output: '{"skipped":true}' },
  { kind: "stepResolved", step: approval, resolution: "doApplied", output: '{"by":"ann"}' },
  { kind: "itemsListed", step: ship, inputs: ['{"n":1}', '{"n":2}'] },
  { kind: "stepStarted", step: ship, item: 0, attempt: 1 },
  { kind: "stepStarted", step: ship, item: 1, attempt: 1 },
  { kind: "stepDone", step: ship, item: 0, output: "{}" },
  { kind: "stepSuspended", step: ship, item: 1, failure },
  { kind: "sagaSuspended", failure },
  { kind: "sagaResumed" },
  { kind: "storeRolledBack", until: at + 30_000 },
  { kind: "deadlinePassed" },
  { kind: "stepStarted", step: billing, attempt: 1, input: "{}" },
  { kind: "compensationStarted", failure },
  { kind: "sagaFinished", status: "COMPLETED", output: '{"id":2}' },
] as HistoryEvent[];
const batches = [
  { revision: 1, at, events: events.slice(0, 3) },
  { revision: 2, at: at + 1, events: events.slice(3) },
];
const ALL = { first: 1, last: Number.POSITIVE_INFINITY };
const wireOf = (view = SagaView.FULL, range = ALL) => historyToWire(batches, record, plan, view, range);
const valuesOf = (kind: string, view?: SagaView) =>
  wireOf(view).flatMap(({ event }) => (event.case === kind ? [event.value as unknown as Record<string, unknown>] : []));

describe("a history on the wire", () => {
  test("tells all but which kept signal was taken, numbered without gaps", () => {
    const wire = wireOf();
    expect(wire.map((e) => e.event.case)).toEqual(events.map((e) => e.kind).filter((kind) => kind !== "signalTaken"));
    expect(wire.map((e) => e.sequence)).toEqual(wire.map((_, i) => BigInt(i + 1)));
    expect(countEvents(batches)).toBe(wire.length);
    expect([wire[2]!.time, wire[3]!.time]).toEqual([timestampToWire(at), timestampToWire(at + 1)]);
    // The contract's encoder takes each of them.
    for (const event of wire)
      expect(toBinary(HistoryEventSchema, create(HistoryEventSchema, event)).length).toBeGreaterThan(0);
  });

  test("has a place for every kind of the contract", () => {
    const kinds = HistoryEventSchema.oneofs[0]!.fields.map((field) => field.localName);
    expect([...new Set(wireOf().map((e) => e.event.case as string))].sort()).toEqual(kinds.sort());
  });

  test("is given in part, with the same numbers", () => {
    const all = wireOf();
    expect(wireOf(SagaView.FULL, { first: 5, last: 9 })).toEqual(all.slice(4, 9));
    expect(wireOf(SagaView.FULL, { first: -3, last: 2 })).toEqual(all.slice(0, 2));
    expect(wireOf(SagaView.FULL, { first: 100, last: 200 })).toEqual([]);
  });

  test("carries attempts and rounds", () => {
    expect(valuesOf("stepStarted").map(({ step, item, attempt, round }) => [step, item, attempt, round])).toEqual([
      ["reserve", undefined, 1, 0],
      ["reserve", undefined, 1, 0],
      ["reserve", undefined, 1, 0],
      ["reserve", undefined, 1, 1],
      ["ship", 0, 1, 0],
      ["ship", 1, 1, 0],
      ["billing", undefined, 1, 0],
    ]);
    expect(valuesOf("undoFailed")).toMatchObject([{ step: "reserve", attempt: 1 }]);
    expect(valuesOf("stepUndone")).toMatchObject([{ step: "reserve", attempt: 2 }]);
    expect(valuesOf("stepDone").map(({ step, item, attempt }) => [step, item, attempt])).toEqual([
      ["reserve", undefined, 1],
      ["nap", undefined, 0],
      ["reserve", undefined, 1],
      ["ship", 0, 1],
    ]);
  });

  test("tells what happened in the words of the definition", () => {
    expect(valuesOf("goingBack")).toMatchObject([{ step: "approval", to: "reserve", failure: { code: "NO" } }]);
    expect(valuesOf("roundStarted")).toMatchObject([{ steps: ["reserve", "nap", "approval"] }]);
    expect(valuesOf("itemsListed")).toMatchObject([{ step: "ship", count: 2 }]);
    expect(valuesOf("stepSuspended")).toMatchObject([{ step: "ship", item: 1 }]);
    expect(valuesOf("operatorActed")).toMatchObject([{ verb: "RetryStep", step: "reserve", identity: "ann" }]);
    expect(valuesOf("stepWaiting").map(({ reason }) => reason)).toEqual([
      WaitReason.BREAKER,
      WaitReason.TIMER,
      WaitReason.SIGNAL,
    ]);
    expect(valuesOf("storeRolledBack")).toMatchObject([{ until: timestampToWire(at + 30_000) }]);
    expect(valuesOf("stepResolved")).toMatchObject([
      { step: "approval", resolution: StepResolution.DO_APPLIED, output: { by: "ann" } },
    ]);
    expect(valuesOf("stepSkipped")).toMatchObject([{ step: "nap", output: { skipped: true } }]);
    expect(valuesOf("signalReceived")).toMatchObject([{ name: "approved", payload: { by: "bob" }, identity: "bob" }]);
    expect(valuesOf("sagaFinished")).toMatchObject([{ status: SagaStatus.COMPLETED, output: { id: 2 } }]);
  });

  test("is without payloads in a BRIEF view", () => {
    for (const kind of ["stepDone", "stepSkipped", "stepResolved", "sagaFinished"])
      for (const value of valuesOf(kind, SagaView.BRIEF)) expect(value.output).toBeUndefined();
    expect(valuesOf("signalReceived", SagaView.BRIEF)[0]!.payload).toBeUndefined();
    expect(valuesOf("stepRejected", SagaView.BRIEF)).toMatchObject([{ failure: { code: "NO", details: undefined } }]);
  });
});
