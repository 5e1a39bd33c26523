import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SagaStatus, SagaView, StepStatus, WaitReason } from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { clientOf, refusalOf, transportNames } from "../../support/api-clients.ts";
import { type LiveApi, REFUSED, startLiveApi } from "../../support/live-api.ts";

const APPROVAL = `
name: approval
steps:
  - name: ask
    call: { participant: shop, action: ask }
  - name: approved
    await: { signal: approved, timeout: 3600s, condition: signal.level > 1, reject: has(signal.no) }
  - name: book
    call: { participant: shop, action: book, input: { by: steps.approved.output.by } }
output: { by: steps.approved.output.by }
`;

let live: LiveApi;
const sagas = () => clientOf(SagaService, live.api, "gRPC on the gRPC port");

beforeAll(async () => {
  live = await startLiveApi();
  await live.register(APPROVAL);
  await live.register("name: plain\nsteps: [{ name: s, call: { participant: shop, action: x } }]");
});
afterAll(() => live.stop());

/** Started, and at rest where the signal is awaited. */
async function startAs(sagaId: string) {
  await sagas().startSaga({ definition: "approval", sagaId });
  await live.untilSaga(sagaId, ({ steps }) => steps[1]!.status === StepStatus.WAITING);
  return { sagaId };
}
const yes = { level: 2, by: "ann" };

describe.each(transportNames)("a signal over %s", (transport) => {
  const client = () => clientOf(SagaService, live.api, transport);

  test("is taken by the step that waits for it, and lets the saga go on", async () => {
    const key = await startAs(`taken-${transport.replaceAll(/\W/g, "_")}`);
    const { saga } = await client().signalSaga({ ...key, signal: "approved", payload: yes, identity: "ann" });
    expect(saga!.steps[1]).toMatchObject({ status: StepStatus.DONE, output: yes, signal: "approved" });
    const ended = await client().getSaga({ ...key, wait: { seconds: 10n } });
    expect(ended.saga).toMatchObject({ status: SagaStatus.COMPLETED, output: { by: "ann" }, signals: [] });
  });
});

describe("a signal", () => {
  test("that no step takes yet is kept, and shown without its payload in a BRIEF view", async () => {
    const key = await startAs("kept");
    const { saga } = await sagas().signalSaga({ ...key, signal: "approved", payload: { level: 1 } });
    expect(saga!.signals).toMatchObject([{ name: "approved", payload: { level: 1 } }]);
    expect(saga!.steps[1]).toMatchObject({ status: StepStatus.WAITING, waitReason: WaitReason.SIGNAL });
    expect(saga!.steps[1]!.nextAttemptAt).toBeDefined();
    const brief = await sagas().getSaga({ ...key, view: SagaView.BRIEF });
    expect(brief.saga!.signals.map(({ name, payload }) => [name, payload])).toEqual([["approved", undefined]]);
  });

  test("that comes before its step is taken as soon as the step waits", async () => {
    live.answer("ask", { kind: "held", retryAfterMs: 50 });
    await sagas().startSaga({ definition: "approval", sagaId: "early" });
    await sagas().signalSaga({ sagaId: "early", signal: "approved", payload: yes });
    live.answer("ask", { kind: "done", output: "{}" });
    const { saga } = await sagas().getSaga({ sagaId: "early", wait: { seconds: 10n } });
    expect(saga!.status).toBe(SagaStatus.COMPLETED);
  });

  test("is taken once for a request id", async () => {
    const key = await startAs("once");
    const send = () => sagas().signalSaga({ ...key, signal: "approved", payload: { level: 0 }, requestId: "r-1" });
    await send();
    expect((await send()).saga!.signals).toHaveLength(1);
    await sagas().signalSaga({ ...key, signal: "approved", payload: { level: 0 }, requestId: "r-2" });
    expect((await sagas().getSaga(key)).saga!.signals).toHaveLength(2);
  });

  test("without a payload has an empty one", async () => {
    const key = await startAs("bare");
    expect((await sagas().signalSaga({ ...key, signal: "approved" })).saga!.signals).toMatchObject([{ payload: {} }]);
  });

  test("that the step rejects turns the saga round", async () => {
    const key = await startAs("rejected");
    await sagas().signalSaga({ ...key, signal: "approved", payload: { level: 2, no: true, code: "TOO_LATE" } });
    const { saga } = await sagas().getSaga({ ...key, wait: { seconds: 10n } });
    expect([saga!.status, saga!.failure!.code]).toEqual([SagaStatus.COMPENSATED, "TOO_LATE"]);
  });

  test("of a name that nobody awaits is refused, with the names that are", async () => {
    const key = await startAs("misspelt");
    const refusal = await refusalOf(sagas().signalSaga({ ...key, signal: "aproved" }));
    expect([refusal.code, ...refusal.faults]).toEqual(["INVALID_REQUEST", "signal unknown_signal"]);
    expect(refusal.error.rawMessage).toBe(
      "signal: no step of definition 'approval' version 1 awaits 'aproved': it awaits 'approved'; did you mean 'approved'?",
    );
    live.answer("s", "never");
    await sagas().startSaga({ definition: "plain", sagaId: "plain" });
    const none = await refusalOf(sagas().signalSaga({ sagaId: "plain", signal: "approved" }));
    expect(none.error.rawMessage).toContain("it awaits no signals");
  });

  test.each([
    ["no name", { signal: "" }, ["INVALID_REQUEST", "signal required"]],
    ["a name out of pattern", { signal: "A!" }, ["INVALID_REQUEST", "signal pattern"]],
    ["an oversize payload", { payload: { a: "x".repeat(262_144) } }, ["TOO_LARGE", "payload max_size"]],
    ["an integer that was rounded", { payload: { n: 2 ** 53 } }, ["INVALID_REQUEST", "payload.n unsafe_integer"]],
    ["a request id that is too long", { requestId: "r".repeat(129) }, ["INVALID_REQUEST", "request_id max_length"]],
    ["an identity that is too long", { identity: "x".repeat(201) }, ["INVALID_REQUEST", "identity max_length"]],
  ])("is refused with field and rule for %s", async (_, request, faults) => {
    const refusal = await refusalOf(sagas().signalSaga({ sagaId: "kept", signal: "approved", ...request }));
    expect([refusal.code, ...refusal.faults]).toEqual(faults);
  });

  test("for a saga that is missing, final or goes backward is refused", async () => {
    const signal = (sagaId: string) => refusalOf(sagas().signalSaga({ sagaId, signal: "approved", payload: yes }));
    expect((await signal("ghost")).code).toBe("SAGA_NOT_FOUND");
    live.answer("undo ask", "never");
    const turned = await startAs("turned");
    await sagas().cancelSaga(turned);
    const backward = await signal("turned");
    expect([backward.code, backward.error.rawMessage]).toEqual(["WRONG_STATE", expect.stringContaining("backward")]);
    live.answer("ask", REFUSED);
    await sagas().startSaga({ definition: "approval", sagaId: "over", wait: { seconds: 10n } });
    live.answer("ask", { kind: "done", output: "{}" });
    expect((await signal("over")).code).toBe("SAGA_FINAL");
  });

  test("beyond those that a saga keeps is refused with the time to send it again", async () => {
    const key = await startAs("full");
    const send = () => sagas().signalSaga({ ...key, signal: "approved", payload: { level: 0 } });
    await Promise.all(Array.from({ length: 100 }, send));
    const refusal = await refusalOf(send());
    expect([refusal.code, refusal.status]).toEqual(["OVERLOADED", 8]);
    expect(refusal.error.details.map((detail) => ("type" in detail ? detail.type : ""))).toContain(
      "google.rpc.RetryInfo",
    );
  });
});
