import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  SagaStatus,
  type SagaStep,
  StepStatus,
  WaitReason,
} from "../../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { type CompleteStepRequest, SagaService } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import { clientOf, refusalOf, transportNames } from "../../support/api-clients.ts";
import { type LiveApi, PENDING, startLiveApi } from "../../support/live-api.ts";
import { until } from "../../support/until.ts";

const upload = "participant: shop, action: upload, retry: { max_attempts: 3, schedule: [0s] }";
const DEFINITIONS = [
  `
name: journey
steps:
  - name: upload
    call: { ${upload}, heartbeat_timeout: 60s, completion_timeout: 3600s }
  - name: publish
    call: { participant: shop, action: publish, input: { url: steps.upload.output.url } }
`,
  `
name: album
steps:
  - name: store
    for_each: { items: input.pictures, call: { participant: shop, action: store }, concurrency: 2 }
`,
  `
name: twice
steps:
  - name: upload
    call: { ${upload} }
`,
];

let live: LiveApi;
const sagas = () => clientOf(SagaService, live.api, "gRPC on the gRPC port");

beforeAll(async () => {
  live = await startLiveApi();
  for (const text of DEFINITIONS) await live.register(text);
  live.answer("upload", PENDING);
  live.answer("store", PENDING);
});
afterAll(() => live.stop());

const untilStep = (sagaId: string, holds: (step: SagaStep) => boolean) =>
  live.untilSaga(sagaId, ({ steps }) => holds(steps[0]!));

const isPending = (step: SagaStep) => step.waitReason === WaitReason.COMPLETION;

/** Started, its first Do answered with `pending`; gives the token of that Do. */
async function pendingAs(sagaId: string, definition = "journey"): Promise<string> {
  await sagas().startSaga({ definition, sagaId });
  await untilStep(sagaId, isPending);
  return tokenOf(sagaId);
}

function tokenOf(sagaId: string): string {
  return live.calls.findLast((call) => call.sagaId === sagaId)!.completionToken;
}

type Outcome = CompleteStepRequest["outcome"] | { case: string; value: object };
const complete = (completionToken: string, outcome: object, requestId = "") =>
  sagas().completeStep({ completionToken, outcome: outcome as never, requestId });
const url = { case: "done", value: { output: { url: "a" } } } satisfies Outcome;
const refused = { case: "rejected", value: { code: "TOO_BIG", message: "no", details: { max: 5 } } } satisfies Outcome;
const failed = { case: "failed", value: { message: "disk full" } } satisfies Outcome;
const ended = async (sagaId: string) => (await sagas().getSaga({ sagaId, wait: { seconds: 10n } })).saga!;

describe.each(transportNames)("a completion over %s", (transport) => {
  test("of a Do gives the step its output, and the saga goes on", async () => {
    const sagaId = `done-${transport.replaceAll(/\W/g, "_")}`;
    const completionToken = await pendingAs(sagaId);
    const client = clientOf(SagaService, live.api, transport);
    expect(await client.heartbeatStep({ completionToken })).toMatchObject({ cancelled: false });
    await client.completeStep({ completionToken, outcome: url });
    const saga = await ended(sagaId);
    expect([saga.status, saga.steps[0]!.output]).toEqual([SagaStatus.COMPLETED, { url: "a" }]);
    expect(live.calls.findLast((call) => call.sagaId === sagaId)!.input).toBe('{"url":"a"}');
    expect(await client.heartbeatStep({ completionToken })).toMatchObject({ cancelled: true });
  });
});

describe("a completion", () => {
  test("shows as awaited until when", async () => {
    await pendingAs("awaited");
    const [step] = (await sagas().getSaga({ sagaId: "awaited" })).saga!.steps;
    expect(step).toMatchObject({ status: StepStatus.WAITING, waitReason: WaitReason.COMPLETION });
    expect(Number(step!.nextAttemptAt!.seconds) * 1000 - Date.now()).toBeGreaterThan(50_000);
  });

  test("with the same outcome again succeeds, with another is refused, also once the saga is final", async () => {
    const token = await pendingAs("again", "twice");
    await complete(token, url);
    expect((await ended("again")).status).toBe(SagaStatus.COMPLETED);
    await complete(token, url);
    for (const other of [{ case: "done", value: { output: { url: "b" } } }, refused, failed]) {
      const refusal = await refusalOf(complete(token, other));
      expect([refusal.code, refusal.status]).toEqual(["COMPLETION_REFUSED", 9]);
    }
  });

  test("that refuses turns the saga round, with the participant's reason", async () => {
    const token = await pendingAs("refusing");
    await complete(token, refused);
    const saga = await ended("refusing");
    expect(saga.status).toBe(SagaStatus.COMPENSATED);
    expect(saga.failure).toMatchObject({ code: "TOO_BIG", message: "no", details: { max: 5 }, step: "upload" });
    await complete(token, refused);
  });

  test("that failed is tried again", async () => {
    const token = await pendingAs("failing");
    await complete(token, failed);
    await untilStep("failing", (step) => step.attempt === 2 && isPending(step));
    expect(tokenOf("failing")).toBe(token);
    await complete(token, url);
    expect((await ended("failing")).status).toBe(SagaStatus.COMPLETED);
  });

  test("that comes before the pending answer is taken", async () => {
    live.answer("upload", "never");
    await sagas().startSaga({ definition: "journey", sagaId: "ahead" });
    live.answer("upload", PENDING);
    await complete(tokenOf("ahead"), url);
    expect((await ended("ahead")).status).toBe(SagaStatus.COMPLETED);
  });

  test("that comes after compensation began is refused, and its work is no longer wanted", async () => {
    live.answer("undo upload", "never");
    const token = await pendingAs("late");
    await sagas().cancelSaga({ sagaId: "late" });
    expect(await sagas().heartbeatStep({ completionToken: token })).toMatchObject({ cancelled: true });
    expect((await refusalOf(complete(token, url))).code).toBe("COMPLETION_REFUSED");
  });

  test("of an Undo ends the compensation", async () => {
    live.answer("undo upload", PENDING);
    const token = await pendingAs("undone");
    await sagas().cancelSaga({ sagaId: "undone" });
    await until("the Undo is sent", () => tokenOf("undone") !== token);
    await untilStep("undone", isPending);
    expect(await sagas().heartbeatStep({ completionToken: tokenOf("undone") })).toMatchObject({ cancelled: false });
    await complete(tokenOf("undone"), { case: "done", value: { output: { ignored: true } } });
    expect((await ended("undone")).status).toBe(SagaStatus.COMPENSATED);
    await complete(tokenOf("undone"), { case: "done", value: {} });
  });

  test("of an item completes that item", async () => {
    await sagas().startSaga({ definition: "album", sagaId: "album", input: { pictures: [{ n: 0 }, { n: 1 }] } });
    await untilStep(
      "album",
      (step) => step.items.length === 2 && step.items.every((item) => item.waitReason === WaitReason.COMPLETION),
    );
    await complete(live.lastCall("store#1").completionToken, { case: "done", value: { output: { ok: 1 } } });
    const [step] = (await sagas().getSaga({ sagaId: "album" })).saga!.steps;
    expect(step!.items.map((item) => [item.status, item.output])).toEqual([
      [StepStatus.WAITING, undefined],
      [StepStatus.DONE, { ok: 1 }],
    ]);
    await complete(live.lastCall("store#0").completionToken, { case: "done", value: { output: { ok: 0 } } });
    expect((await ended("album")).steps[0]!.output).toEqual({ items: [{ ok: 0 }, { ok: 1 }] });
  });

  test.each<[string, object, string[]]>([
    ["no outcome", { case: undefined }, ["outcome required"]],
    ["a refusal without a code", { case: "rejected", value: {} }, ["rejected.code required"]],
    ["a code that is too long", { case: "rejected", value: { code: "X".repeat(101) } }, ["rejected.code max_length"]],
    [
      "messages that are too long",
      { case: "failed", value: { message: "x".repeat(1_001) } },
      ["failed.message max_length"],
    ],
    [
      "details that were rounded",
      { case: "rejected", value: { code: "X", details: { n: 2 ** 60 } } },
      ["rejected.details.n unsafe_integer"],
    ],
    [
      "an output that was rounded",
      { case: "done", value: { output: { n: 2 ** 60 } } },
      ["done.output.n unsafe_integer"],
    ],
  ])("is refused with field and rule for %s", async (_, outcome, faults) => {
    const refusal = await refusalOf(complete("any", outcome));
    expect([refusal.code, ...refusal.faults]).toEqual(["INVALID_REQUEST", ...faults]);
  });
});

describe("a completion token", () => {
  const forge = (text: string) => `${text}.${createHmac("sha256", "guess").update(text).digest("base64url")}`;

  test("that was not made here is refused, by completions and heartbeats alike", async () => {
    const token = await pendingAs("guarded");
    const tokens = [
      "",
      "x",
      `${token}x`,
      token.replace("/do.", "/undo."),
      forge("guarded/upload/do"),
      "x".repeat(5_000),
    ];
    for (const bad of tokens)
      for (const call of [complete(bad, url), sagas().heartbeatStep({ completionToken: bad })]) {
        const refusal = await refusalOf(call);
        expect([refusal.code, ...refusal.faults]).toEqual(["INVALID_REQUEST", "completion_token invalid_token"]);
      }
    expect((await sagas().getSaga({ sagaId: "guarded" })).saga!.steps[0]!.status).toBe(StepStatus.WAITING);
  });
});

describe("a heartbeat", () => {
  test("is not written while there is time, and is once half of it is over", async () => {
    const token = await pendingAs("beating");
    const revision = async () => (await sagas().getSaga({ sagaId: "beating" })).saga!.revision;
    const before = await revision();
    for (let i = 0; i < 3; i++) await sagas().heartbeatStep({ completionToken: token });
    expect(await revision()).toBe(before);
    await live.store.advance(40_000);
    expect(await sagas().heartbeatStep({ completionToken: token })).toMatchObject({ cancelled: false });
    await until("it is written", async () => (await revision()) > before);
    const [step] = (await sagas().getSaga({ sagaId: "beating" })).saga!.steps;
    expect(Number(step!.nextAttemptAt!.seconds) * 1000 - live.store.now()).toBeGreaterThan(50_000);
  });
});
