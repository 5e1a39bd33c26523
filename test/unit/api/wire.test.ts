import { fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { sagaToWire } from "../../../orchestrator/src/api/wire-saga.ts";
import { timestampToWire } from "../../../orchestrator/src/api/wire-time.ts";
import {
  SagaSchema,
  SagaStatus,
  SagaView,
  StepStatus,
  WaitReason,
} from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { initialState, pendingCall } from "../../../orchestrator/src/machine/initial.ts";
import type { Failure, SagaState, StepState } from "../../../orchestrator/src/machine/state.ts";
import type { SagaHeader, SagaRecord } from "../../../orchestrator/src/store/store.ts";
import { createTestDeps } from "../../support/test-api.ts";

const at = 1_700_000_000_123;
const failure: Failure = {
  kind: "REJECTED",
  code: "CARD_DECLINED",
  message: "no",
  details: '{"limit":5}',
  step: "charge",
};
const { catalog } = await createTestDeps();

/** A saga of a definition, its steps changed in their order. */
async function recordOf(
  definition: string,
  steps: readonly Partial<StepState>[],
  { state, header }: { state?: Partial<SagaState>; header?: Partial<SagaHeader> } = {},
) {
  const plan = await catalog.latest("default", definition);
  const input = '{"amount":12}';
  const initial = initialState(plan, { sagaId: "s", input, deadlineMs: 60_000, now: at, blocked: false });
  const record: SagaRecord = {
    header: {
      namespace: "default",
      sagaId: "s",
      definition,
      version: 1,
      labels: { a: "b" },
      metadata: {},
      contentDigest: "",
      parent: undefined,
      lock: undefined,
      ...header,
    },
    state: { ...initial, ...state, steps: initial.steps.map((step, i) => ({ ...step, ...steps[i] })) },
    revision: 5,
    updatedAt: at + 1,
    wakeAt: at + 7,
  };
  return { plan, record };
}

async function wireOf(...[definition, steps, rest]: Parameters<typeof recordOf>) {
  const { plan, record } = await recordOf(definition, steps, rest);
  return sagaToWire(record, plan, SagaView.FULL);
}

const items: StepState["items"] = [
  { ...pendingCall, status: "DONE", attempt: 1, armed: true, input: '{"n":1}', output: '{"ok":true}' },
  { ...pendingCall, status: "WAITING", wait: { reason: "COMPLETION", until: at + 9 }, input: '{"n":2}', failure },
];

describe("a saga on the wire", () => {
  test("shows all of its state", async () => {
    const charge = { status: "WAITING", attempt: 2, armed: true, failure } as const;
    const { plan, record } = await recordOf(
      "order",
      [{ output: '{"id":"r1"}' }, { ...charge, wait: { reason: "BACKOFF", until: at + 7 } }],
      { state: { failure } },
    );
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

  test("shows output, lock, parent and the signals that are kept", async () => {
    const { plan, record } = await recordOf("tour", [], {
      state: {
        output: '{"id":1}',
        signals: [{ name: "approved", payload: '{"by":"ann"}', at: at + 2 }],
      },
      header: {
        parent: { sagaId: "p", step: 3, stepName: "visit", round: 0, depth: 1 },
        lock: { name: "tour", key: "42" },
      },
    });
    const saga = sagaToWire(record, plan, SagaView.FULL);
    expect(toJson(SagaSchema, fromBinary(SagaSchema, toBinary(SagaSchema, saga)))).toMatchObject({
      output: { id: 1 },
      lock: { name: "tour", key: "42", held: true },
      parent: { sagaId: "p", step: "visit" },
      signals: [{ name: "approved", payload: { by: "ann" }, receivedAt: "2023-11-14T22:13:20.125Z" }],
    });
  });

  test("holds its lock unless another saga does, and until it is final", async () => {
    const header = { lock: { name: "tour", key: "42" } };
    const held = async (state: Partial<SagaState>) => (await wireOf("tour", [], { state, header })).lock!.held;
    expect(await held({})).toBe(true);
    expect(await held({ status: "COMPENSATING" })).toBe(true);
    expect(await held({ blocked: true })).toBe(false);
    expect(await held({ status: "COMPLETED" })).toBe(false);
  });

  test("shows why it is suspended beside why it is compensated", async () => {
    const stuck: Failure = { kind: "TECHNICAL", code: "UNAVAILABLE", message: "down" };
    const suspension = { failure: stuck, since: at + 3 };
    const both = await wireOf("order", [], { state: { status: "SUSPENDED", failure, suspension } });
    expect([both.failure!.code, both.suspension!.failure!.code]).toEqual(["CARD_DECLINED", "UNAVAILABLE"]);
    expect(both.suspension!.since).toEqual(timestampToWire(at + 3));
    const one = await wireOf("order", [], { state: { status: "SUSPENDED", suspension } });
    expect(one.failure!.code).toBe("UNAVAILABLE");
  });

  test("shows of each step what its kind has", async () => {
    const saga = await wireOf("tour", [
      { status: "UNDOING", reverting: true, round: 1 },
      { status: "DONE" },
      { status: "REJECTED", returns: 2 },
      { status: "RUNNING", items },
      { status: "WAITING", wait: { reason: "CHILD", until: at + 10 }, startedAt: at, round: 1 },
    ]);
    const [reserve, nap, approval, ship, billing] = saga.steps;
    expect(reserve).toMatchObject({ reverting: true, round: 1, signal: "", childSagaId: "", items: [] });
    expect(nap).toMatchObject({ signal: "", returns: 0 });
    expect(approval).toMatchObject({ signal: "approved", returns: 2 });
    expect(ship!.items).toMatchObject([
      { status: StepStatus.DONE, attempt: 1, armed: true, input: { n: 1 }, output: { ok: true } },
      { status: StepStatus.WAITING, waitReason: WaitReason.COMPLETION, failure: { code: "CARD_DECLINED" } },
    ]);
    expect(billing).toMatchObject({ childSagaId: "s.billing:1", waitReason: WaitReason.CHILD });
    // What has not begun has no child yet.
    expect((await wireOf("tour", [])).steps[4]!.childSagaId).toBe("");
  });

  test.each(["TIMER", "SIGNAL", "COMPLETION", "CHILD", "BACKOFF", "BREAKER"] as const)(
    "tells of a step that waits for a %s until when",
    async (reason) => {
      const step = { status: "WAITING", wait: { reason, until: at + 5 } } as const;
      const [running] = (await wireOf("tour", [step])).steps;
      expect(running).toMatchObject({ waitReason: WaitReason[reason], nextAttemptAt: timestampToWire(at + 5) });
      // While no time passes, nothing goes on by itself.
      for (const status of ["SUSPENDED", "ABANDONED"] as const) {
        const [stopped] = (await wireOf("tour", [step], { state: { status } })).steps;
        expect([stopped!.waitReason, stopped!.nextAttemptAt]).toEqual([WaitReason[reason], undefined]);
      }
    },
  );

  test("waits without an end where there is none", async () => {
    const [step] = (await wireOf("tour", [{ status: "WAITING", wait: { reason: "SIGNAL", until: undefined } }])).steps;
    expect(step!.nextAttemptAt).toBeUndefined();
  });

  test("is without payloads in a BRIEF view", async () => {
    const suspension = { failure, since: at };
    const { plan, record } = await recordOf(
      "tour",
      [{ input: '{"x":1}', output: '{"x":1}', failure }, {}, {}, { items }],
      {
        state: {
          failure,
          suspension,
          status: "SUSPENDED",
          output: '{"x":1}',
          signals: [{ name: "approved", payload: '{"x":1}', at }],
        },
      },
    );
    const saga = sagaToWire(record, plan, SagaView.BRIEF);
    const json = JSON.stringify(toJson(SagaSchema, saga));
    expect(json).not.toMatch(/"input"|"output"|"details"|"payload"/);
    expect(json).toContain("CARD_DECLINED");
    expect(saga.status).toBe(SagaStatus.SUSPENDED);
    expect(saga.signals.map(({ name }) => name)).toEqual(["approved"]);
  });
});

test("a time keeps its milliseconds, before 1970 too", () => {
  expect(timestampToWire(1_234)).toMatchObject({ seconds: 1n, nanos: 234_000_000 });
  expect(timestampToWire(-1)).toMatchObject({ seconds: -1n, nanos: 999_000_000 });
  expect(timestampToWire(undefined)).toBeUndefined();
});
