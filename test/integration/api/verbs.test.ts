import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { refusals } from "../../../orchestrator/src/api/refusals.ts";
import { OperatorService } from "../../../orchestrator/src/gen/backstitch/v1/operator_service_pb.js";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import type { Refusal } from "../../../orchestrator/src/machine/effect.ts";
import { pendingCall } from "../../../orchestrator/src/machine/initial.ts";
import { clientOf, refusalOf } from "../../support/api-clients.ts";
import { startTestApi, type TestDeps } from "../../support/test-api.ts";
import { until } from "../../support/until.ts";

let deps: TestDeps;
let api: ListeningApi;
const sagas = () => clientOf(SagaService, api, "gRPC on the gRPC port");
const operators = () => clientOf(OperatorService, api, "Connect over HTTP/2 in JSON");

beforeAll(async () => {
  ({ deps, api } = await startTestApi());
});
afterAll(() => api.stop(1_000));

async function startAs(sagaId: string, definition = "tour") {
  await sagas().startSaga({ definition, sagaId });
  return { namespace: "default", sagaId };
}

type Key = Awaited<ReturnType<typeof startAs>>;
type Ask = (
  request: Key & { requestId?: string; identity?: string; reason?: string; expectedRevision?: bigint },
) => Promise<{
  saga?: { revision: bigint };
}>;
const place = { step: 0, item: undefined };

/** Every verb, with what its owner finds in the inbox. */
const verbs: [string, Ask, object][] = [
  ["SuspendSaga", (by) => operators().suspendSaga(by), { kind: "suspend" }],
  ["ResumeSaga", (by) => operators().resumeSaga(by), { kind: "resume" }],
  ["AbandonSaga", (by) => operators().abandonSaga(by), { kind: "abandon" }],
  ["CancelSaga", (by) => sagas().cancelSaga(by), { kind: "cancel" }],
  [
    "RetryStep",
    (by) => operators().retryStep({ ...by, step: "reserve" }),
    { kind: "retry", ...place, input: undefined },
  ],
  [
    "RetryStep with another input",
    (by) => operators().retryStep({ ...by, step: "reserve", input: { b: 1, a: 2 } }),
    { kind: "retry", ...place, input: '{"a":2,"b":1}' },
  ],
  [
    "RetryStep of an item",
    (by) => operators().retryStep({ ...by, step: "ship", item: 1 }),
    { kind: "retry", step: 3, item: 1, input: undefined },
  ],
  [
    "SkipStep",
    (by) => operators().skipStep({ ...by, step: "approval", output: { by: "ann" } }),
    { kind: "skip", step: 2, item: undefined, output: '{"by":"ann"}' },
  ],
  [
    "SkipStep without an output",
    (by) => operators().skipStep({ ...by, step: "reserve" }),
    { kind: "skip", ...place, output: undefined },
  ],
  [
    "ResolveStep as applied",
    (by) =>
      operators().resolveStep({
        ...by,
        step: "reserve",
        outcome: { case: "doApplied", value: { output: { id: 1 } } },
      }),
    { kind: "resolve", ...place, resolution: "doApplied", output: '{"id":1}' },
  ],
  [
    "ResolveStep as not applied",
    (by) => operators().resolveStep({ ...by, step: "reserve", outcome: { case: "doNotApplied", value: {} } }),
    { kind: "resolve", ...place, resolution: "doNotApplied", output: undefined },
  ],
  [
    "ResolveStep as undone",
    (by) => operators().resolveStep({ ...by, step: "reserve", outcome: { case: "undoApplied", value: {} } }),
    { kind: "resolve", ...place, resolution: "undoApplied", output: undefined },
  ],
];

describe.each(verbs)("%s", (name, ask, command) => {
  const id = name.replaceAll(/\W/g, "-");

  test("goes into the inbox with who asks and why, and answers once the owner has, the same again when repeated", async () => {
    const key = await startAs(`asked-${id}`);
    const request = { ...key, requestId: "r-1", identity: "ann", reason: "outage", expectedRevision: 1n };
    const answer = ask(request);
    await until("the owner has mail", () => deps.store.inbox(key).length > 0);
    const by = { identity: "ann", reason: "outage", expectedRevision: 1 };
    expect(deps.store.inbox(key)).toEqual([{ requestId: "r-1", command: { ...by, ...command } }]);
    deps.store.answer(key, undefined);
    expect((await answer).saga).toMatchObject({ ...key, revision: 2n });
    expect((await ask(request)).saga!.revision).toBe(2n);
    expect(deps.store.inbox(key)).toEqual([]);
  });

  test("gets a request id of its own where the caller gives none", async () => {
    const key = await startAs(`anonymous-${id}`);
    const answers = [ask(key), ask(key)];
    await until("the owner has mail", () => deps.store.inbox(key).length === 2);
    const ids = deps.store.inbox(key).map(({ requestId }) => requestId);
    expect(new Set(ids).size).toBe(2);
    deps.store.answer(key, undefined);
    await Promise.all(answers);
  });

  test("is refused for a saga that is missing or final, and with every bad field named", async () => {
    const ghost = { namespace: "default", sagaId: "ghost" };
    expect((await refusalOf(ask(ghost))).code).toBe("SAGA_NOT_FOUND");
    const key = await startAs(`final-${id}`);
    deps.store.finish(key);
    expect((await refusalOf(ask(key))).code).toBe("SAGA_FINAL");
    const long = { requestId: "r".repeat(129), identity: "x".repeat(201), reason: "x".repeat(1_001) };
    const bad = ask({ namespace: "A b", sagaId: "?", ...long, expectedRevision: 2n ** 63n });
    expect([...(await refusalOf(bad)).faults].sort()).toEqual([
      "expected_revision range",
      "identity max_length",
      "namespace pattern",
      "reason max_length",
      "request_id max_length",
      "saga_id pattern",
    ]);
  });
});

const statuses: Record<string, number> = { RESOURCE_EXHAUSTED: 8, FAILED_PRECONDITION: 9, ABORTED: 10 };

test.each(Object.keys(refusals) as NonNullable<Refusal>[])(
  "an owner's %s reaches the caller as a clear error",
  async (refusal) => {
    const key = await startAs(`refused-${refusal}`);
    const answer = refusalOf(operators().retryStep({ ...key, step: "reserve" }));
    await until("the owner has mail", () => deps.store.inbox(key).length > 0);
    deps.store.answer(key, refusal);
    const { code, says } = refusals[refusal];
    const { error, ...told } = await answer;
    expect([told.code, error.rawMessage]).toEqual([code, `saga '${key.sagaId}' ${says}`]);
    expect(told.status).toBe(
      statuses[
        code === "OVERLOADED" ? "RESOURCE_EXHAUSTED" : code === "REVISION_MISMATCH" ? "ABORTED" : "FAILED_PRECONDITION"
      ],
    );
    const types = error.details.map((detail) => ("type" in detail ? detail.type : ""));
    expect(types.includes("google.rpc.RetryInfo")).toBe(code === "OVERLOADED");
  },
);

describe("a step that is asked for", () => {
  test("by an unknown name is refused with the name that was meant", async () => {
    const key = await startAs("no-such-step");
    const refusal = await refusalOf(operators().retryStep({ ...key, step: "reserv" }));
    expect([refusal.code, ...refusal.faults]).toEqual(["INVALID_REQUEST", "step unknown_step"]);
    expect(refusal.error.rawMessage).toContain(
      "'reserv' is no step of definition 'tour' version 1; did you mean 'reserve'?",
    );
    expect((await refusalOf(operators().skipStep({ ...key, step: "" }))).faults).toEqual(["step required"]);
  });

  test("by an item that it has not is refused", async () => {
    const key = await startAs("no-such-item");
    const retry = (step: string, item: number) => refusalOf(operators().retryStep({ ...key, step, item }));
    expect((await retry("reserve", 0)).faults).toEqual(["item range"]);
    const { steps } = (await deps.store.get(key))!.state;
    const items = [pendingCall, pendingCall];
    deps.store.change(key, { steps: steps.map((step, i) => (i === 3 ? { ...step, items } : step)) });
    const refusal = await retry("ship", 2);
    expect([refusal.code, ...refusal.faults]).toEqual(["INVALID_REQUEST", "item range"]);
    expect(refusal.error.rawMessage).toContain("has 2 items");
  });

  test.each([
    ["input.n unsafe_integer", () => ({ input: { n: 2 ** 60 } })],
    ["input max_size", () => ({ input: { a: "x".repeat(300_000) } })],
  ])("is refused with a bad payload: %s", async (fault, payload) => {
    const key = await startAs("bad-payload");
    expect((await refusalOf(operators().retryStep({ ...key, step: "reserve", ...payload() }))).faults).toEqual([fault]);
  });

  test("and resolved without an outcome is refused", async () => {
    const key = await startAs("unresolved");
    expect((await refusalOf(operators().resolveStep({ ...key, step: "reserve" }))).faults).toEqual([
      "outcome required",
    ]);
  });
});

test("a verb whose owner does not answer is told to be recorded when the API stops", async () => {
  const other = await startTestApi();
  const client = clientOf(SagaService, other.api, "gRPC on the gRPC port");
  const key = { namespace: "default", sagaId: "unheard" };
  await client.startSaga({ definition: "order", ...key });
  const answer = refusalOf(client.cancelSaga({ ...key, requestId: "r-1" }));
  await until("the owner has mail", () => other.deps.store.inbox(key).length > 0);
  await other.api.stop(5_000);
  const { code, error } = await answer;
  expect([code, error.rawMessage]).toEqual(["STOPPING", expect.stringContaining("with the same request_id")]);
  expect(other.deps.store.watchers).toBe(0);
});
