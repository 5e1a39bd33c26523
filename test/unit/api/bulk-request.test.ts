import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { createPace } from "../../../orchestrator/src/api/act-on-sagas.ts";
import { checkBulk } from "../../../orchestrator/src/api/bulk-request.ts";
import { BackstitchError } from "../../../orchestrator/src/errors.ts";
import { ActOnSagasRequestSchema } from "../../../orchestrator/src/gen/backstitch/v1/operator_service_pb.js";
import { SagaStatus } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { initialState } from "../../../orchestrator/src/machine/initial.ts";
import type { Failure, StepState } from "../../../orchestrator/src/machine/state.ts";
import type { SagaRecord } from "../../../orchestrator/src/store/store.ts";
import { createTestDeps } from "../../support/test-api.ts";

type Init = MessageInitShape<typeof ActOnSagasRequestSchema>;

const cancel: Init["action"] = { case: "cancel", value: {} };
const check = (init: Init) => checkBulk(create(ActOnSagasRequestSchema, { action: cancel, requestId: "r", ...init }));

function faultsOf(init: Init): string[] {
  try {
    check(init);
  } catch (thrown) {
    if (!(thrown instanceof BackstitchError)) throw thrown;
    return [thrown.code, ...thrown.faults.map(({ field, rule }) => `${field} ${rule}`)];
  }
  return [];
}

describe("acting on many sagas is refused with field and rule", () => {
  test.each<[string, Init, string[]]>([
    ["no action", { action: { case: undefined } }, ["action required"]],
    ["no request id", { requestId: "" }, ["request_id required"]],
    ["a request id that is too long", { requestId: "r".repeat(129) }, ["request_id max_length"]],
    ["a rate below the least", { perSecond: 0.05 }, ["per_second range"]],
    ["a rate above the most", { perSecond: 1_001 }, ["per_second range"]],
    ["a negative rate", { perSecond: -1 }, ["per_second range"]],
    ["a rate that is no number", { perSecond: Number.NaN }, ["per_second range"]],
    ["a namespace out of pattern", { namespace: "A b" }, ["namespace pattern"]],
    ["a definition's name out of pattern", { definition: "?" }, ["definition pattern"]],
    ["a status that is none", { statuses: [99 as SagaStatus] }, ["statuses[0] unknown_value"]],
    ["a label out of pattern", { labels: { "1": "v" } }, ['labels["1"] pattern']],
    ["a time out of range", { createdFrom: { nanos: -5 } }, ["created_from range"]],
    ["a failure code that is too long", { failureCode: "X".repeat(101) }, ["failure_code max_length"]],
    [
      "an identity and a reason that are too long",
      { identity: "x".repeat(201), reason: "x".repeat(1_001) },
      ["identity max_length", "reason max_length"],
    ],
    ["a skip without a step", { action: { case: "skipStep", value: {} } }, ["skip_step.step required"]],
    [
      "a skip with an output that was rounded",
      { action: { case: "skipStep", value: { step: "a", output: { n: 2 ** 60 } } } },
      ["skip_step.output.n unsafe_integer"],
    ],
    [
      "a resolution without step and outcome",
      { action: { case: "resolveStep", value: {} } },
      ["resolve_step.step required", "resolve_step.outcome required"],
    ],
    [
      "a resolution with an output that was rounded",
      {
        action: {
          case: "resolveStep",
          value: { step: "a", outcome: { case: "doApplied", value: { output: { n: 2 ** 60 } } } },
        },
      },
      ["resolve_step.do_applied.output.n unsafe_integer"],
    ],
  ])("%s", (_, init, faults) => {
    expect(faultsOf(init)).toEqual(["INVALID_REQUEST", ...faults]);
  });

  test("but not for a rate or a request id that a dry run does not need", () => {
    expect(faultsOf({ requestId: "", dryRun: true })).toEqual([]);
  });
});

const suspendedFor = (code: string): { failure: Failure; since: number } => ({
  failure: { kind: "TECHNICAL", code, message: "" },
  since: 1,
});

async function recordWith(patch: Partial<SagaRecord["state"]>, steps: readonly Partial<StepState>[] = []) {
  const { catalog } = await createTestDeps();
  const plan = await catalog.latest("default", "order");
  const state = initialState(plan, { sagaId: "s", input: "{}", deadlineMs: undefined, now: 1, blocked: false });
  const merged = state.steps.map((step, i) => ({ ...step, ...steps[i] }));
  return { plan, record: { state: { ...state, ...patch, steps: merged } } as unknown as SagaRecord };
}

describe("acting on many sagas", () => {
  test("means all that are not final, ten a second, unless the request says otherwise", () => {
    expect(check({})).toMatchObject({
      filter: { namespace: "default", statuses: ["COMPENSATING", "RUNNING", "SUSPENDED"] },
      perSecond: 10,
      maxSagas: Number.POSITIVE_INFINITY,
      dryRun: false,
    });
    const statuses = [SagaStatus.SUSPENDED];
    expect(check({ statuses, perSecond: 0.1, maxSagas: 7 })).toMatchObject({
      filter: { statuses: ["SUSPENDED"] },
      perSecond: 0.1,
      maxSagas: 7,
    });
  });

  test("by failure code looks at why a saga is compensated and at why it is suspended", async () => {
    const failing = await recordWith({ failure: { kind: "REJECTED", code: "A", message: "" } });
    const stuck = await recordWith({ failure: undefined, suspension: suspendedFor("B") });
    const both = await recordWith({
      failure: { kind: "REJECTED", code: "A", message: "" },
      suspension: suspendedFor("B"),
    });
    const found = (failureCode: string) =>
      [failing, stuck, both].map(({ record }) => check({ failureCode }).wants(record));
    expect(found("A")).toEqual([true, false, true]);
    expect(found("B")).toEqual([false, true, true]);
    expect(found("C")).toEqual([false, false, false]);
    expect(found("")).toEqual([true, true, true]);
  });

  test("asks each saga under the same request id every time, and in the name of who asked", async () => {
    const { plan, record } = await recordWith({});
    const bulk = check({ identity: "ann", reason: "outage", requestId: "r-1" });
    expect(bulk.itemsFor(record, plan)).toEqual([
      {
        requestId: "act:r-1",
        command: { kind: "cancel", identity: "ann", reason: "outage", expectedRevision: undefined },
      },
    ]);
    expect(bulk.itemsFor(record, plan)).toEqual(bulk.itemsFor(record, plan));
  });

  test("retries the named step, and refuses one that the saga has not", async () => {
    const { plan, record } = await recordWith({});
    const retry = (step: string) => check({ action: { case: "retryStep", value: { step } } });
    expect(retry("charge").itemsFor(record, plan)).toMatchObject([
      { requestId: "act:r/1", command: { kind: "retry", step: 1, item: undefined, input: undefined } },
    ]);
    expect(() => retry("chrge").itemsFor(record, plan)).toThrow(/did you mean 'charge'/);
  });

  test("retries without a name every step and item that waits for a person, and finds no saga without one", async () => {
    const bulk = check({ action: { case: "retryStep", value: {} } });
    const calm = await recordWith({});
    expect(bulk.wants(calm.record)).toBe(false);
    const item = calm.record.state.steps[1]!;
    const items = (["DONE", "SUSPENDED", "SUSPENDED"] as const).map((status) => ({ ...item, status }));
    const stuck = await recordWith({}, [{ status: "SUSPENDED" }, { status: "SUSPENDED", items }]);
    expect(bulk.wants(stuck.record)).toBe(true);
    expect(bulk.itemsFor(stuck.record, stuck.plan)).toMatchObject([
      { requestId: "act:r/0", command: { kind: "retry", step: 0, item: undefined } },
      { requestId: "act:r/1#1", command: { kind: "retry", step: 1, item: 1 } },
      { requestId: "act:r/1#2", command: { kind: "retry", step: 1, item: 2 } },
    ]);
  });

  test("carries outputs and resolutions along", async () => {
    const { plan, record } = await recordWith({});
    const skip = check({ action: { case: "skipStep", value: { step: "reserve", output: { id: 1 } } } });
    expect(skip.itemsFor(record, plan)).toMatchObject([{ command: { kind: "skip", step: 0, output: '{"id":1}' } }]);
    const resolve = check({
      action: { case: "resolveStep", value: { step: "charge", outcome: { case: "undoApplied", value: {} } } },
    });
    expect(resolve.itemsFor(record, plan)).toMatchObject([
      { command: { kind: "resolve", step: 1, resolution: "undoApplied", output: undefined } },
    ]);
  });
});

describe("the pace", () => {
  test("lets the first go at once, and the others one after another, also those that ask at the same time", async () => {
    const pace = createPace(100, new AbortController().signal);
    const began = performance.now();
    const at = await Promise.all(
      Array.from({ length: 5 }, async () => {
        await pace();
        return performance.now() - began;
      }),
    );
    for (const [i, ms] of at.entries()) expect(ms).toBeGreaterThan(i * 10 - 2);
    expect(at[0]).toBeLessThan(at[4]!);
  });

  test("does not save up what was not used", async () => {
    const pace = createPace(50, new AbortController().signal);
    await pace();
    await new Promise((resolve) => setTimeout(resolve, 60));
    const began = performance.now();
    for (let i = 0; i < 3; i++) await pace();
    expect(performance.now() - began).toBeGreaterThan(38);
  });

  test("lets nobody go once it is over", async () => {
    const end = new AbortController();
    const pace = createPace(0.1, end.signal);
    await pace();
    const waiting = pace();
    end.abort();
    await expect(waiting).rejects.toMatchObject({ code: "STOPPING" });
    await expect(pace()).rejects.toMatchObject({ code: "STOPPING" });
  });
});
