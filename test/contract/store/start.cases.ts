import { expect, test } from "vitest";
import type { CallState, StepState } from "../../../orchestrator/src/machine/state.ts";
import type { StoreHarness } from "./harness.ts";
import { EPOCH, headerOf, newParked, newSaga, runningState, startHeld } from "./sagas.ts";

const statuses = [
  "PENDING",
  "RUNNING",
  "WAITING",
  "DONE",
  "REJECTED",
  "FAILED",
  "SKIPPED",
  "SUSPENDED",
  "UNDOING",
  "UNDONE",
] as const;
const reasons = ["BACKOFF", "TIMER", "SIGNAL", "COMPLETION", "BREAKER", "CHILD"] as const;
const everyKindOfCall: readonly CallState[] = statuses.map((status, i) => ({
  status,
  wait:
    status === "WAITING" || i < reasons.length
      ? { reason: reasons[i]!, until: i % 2 ? undefined : EPOCH + i, limit: i % 3 ? undefined : EPOCH + 2 * i }
      : undefined,
  direction: i % 2 ? "backward" : "forward",
  attempt: i,
  round: i % 3,
  armed: i % 4 < 2,
  unknown: i % 5 < 2,
  input: i % 2 ? `{"step":${i},"text":"a;b,c\\n=@"}` : undefined,
  output: i % 3 ? "{}" : undefined,
  undoInput: i % 4 ? '{"customer":"ann"}' : undefined,
  nextInput: i === 4 ? '{"next":1}' : undefined,
  failure: i % 3 ? { kind: "REJECTED", code: "NO", message: "no; not, at all", details: "{}" } : undefined,
  startedAt: i % 2 ? EPOCH + i : undefined,
  finishedAt: i % 3 ? EPOCH + 2 * i : undefined,
}));
const everyKindOfStep: readonly StepState[] = everyKindOfCall.map((call, i) => ({
  ...call,
  items: i < 7 ? undefined : everyKindOfCall.slice(0, 10 * (i - 7)),
  returns: i % 4,
  reverting: i % 2 === 0,
  doubtfulRounds: i % 3,
}));

const kinship = {
  parent: { sagaId: "p", step: 2, stepName: "run", round: 1, depth: 3 },
  lock: { name: "listing", key: 'a/b "c"' },
};

export function startCases(harness: StoreHarness): void {
  test("a new saga is started with a lease and reads back as it was written", async () => {
    const store = await harness.replica();
    const failure = { kind: "TECHNICAL", code: "UNAVAILABLE", message: "down", step: "pay" } as const;
    const state = runningState({
      deadlineAt: EPOCH + 1000,
      failure,
      turning: failure,
      suspension: { failure: { ...failure, kind: "SUSPENDED" }, since: EPOCH + 5 },
      quietUntil: EPOCH + 17,
      overdue: true,
      blocked: true,
      output: '{"total":1}',
      signals: [
        { name: "pickup", payload: '{"by":"anna"}', at: EPOCH + 3 },
        { name: "pickup", payload: '{"customer":"ann"}', at: EPOCH + 3 },
        { name: "arrival", payload: '{"by":"anna"}', at: EPOCH + 4 },
      ],
      steps: everyKindOfStep,
    });
    const header = headerOf("a", { labels: { city: "köln" }, metadata: { traceparent: "00-1" }, ...kinship });
    const started = await store.start(newSaga("a", { header, state }));
    expect(started).toMatchObject({ kind: "started", lease: { key: { namespace: "default", sagaId: "a" } } });
    expect(await store.get(header)).toEqual({ header, state, revision: 1, updatedAt: EPOCH, wakeAt: undefined });
  });

  test("the same id with the same content gives the existing saga and no lease", async () => {
    const store = await harness.replica();
    await store.start(newSaga("a"));
    expect(await store.start(newSaga("a"))).toMatchObject({ kind: "existing", record: { revision: 1 } });
  });

  test("the same id with other content is a conflict and changes nothing", async () => {
    const store = await harness.replica();
    await store.start(newSaga("a"));
    const other = newSaga("a", {
      header: headerOf("a", { contentDigest: "other" }),
      state: runningState({ input: "{}" }),
    });
    expect(await store.start(other)).toEqual({ kind: "conflict" });
    expect((await store.get(headerOf("a")))?.state.input).toBe('{"customer":"ann"}');
  });

  test("of 50 starts of one id at once from two replicas exactly one starts it", async () => {
    const stores = [await harness.replica(), await harness.replica()];
    const starts = await Promise.all(Array.from({ length: 50 }, (_, i) => stores[i % 2]!.start(newSaga("a"))));
    expect(starts.filter(({ kind }) => kind === "started")).toHaveLength(1);
    expect(starts.filter(({ kind }) => kind === "existing")).toHaveLength(49);
  });

  test("the same id in two namespaces is two sagas", async () => {
    const store = await harness.replica();
    await startHeld(store, "a");
    const other = newSaga("a", { header: headerOf("a", { namespace: "other" }) });
    expect(await store.start(other)).toMatchObject({ kind: "started" });
  });

  test("a saga may be started parked or finished, without a lease", async () => {
    const store = await harness.replica();
    const parked = await store.start(newParked("p", EPOCH));
    expect(parked).toMatchObject({ kind: "started", lease: undefined, record: { wakeAt: EPOCH } });
    expect((await store.get(headerOf("p")))?.wakeAt).toBe(EPOCH);
    const state = runningState({ status: "COMPLETED", finishedAt: EPOCH });
    const then = { kind: "finish", retainUntil: EPOCH } as const;
    expect(await store.start(newSaga("f", { state, then }))).toMatchObject({ kind: "started", lease: undefined });
  });

  test("a saga that nobody started is not there", async () => {
    const store = await harness.replica();
    expect(await store.get(headerOf("none"))).toBeUndefined();
    expect(await store.history(headerOf("none"))).toBeUndefined();
  });
}
