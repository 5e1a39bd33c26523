import { expect, test } from "vitest";
import type { HistoryEvent } from "../../../orchestrator/src/machine/effect.ts";
import { pendingCall } from "../../../orchestrator/src/machine/initial.ts";
import type { CallState, SagaState } from "../../../orchestrator/src/machine/state.ts";
import type { Store } from "../../../orchestrator/src/store/store.ts";
import type { StoreHarness } from "./harness.ts";
import { commitOf, EPOCH, type Held, startHeld } from "./sagas.ts";

/** Commits states one after the other, and sees that each reads back as it was written. */
function writing(store: Store, { lease, header, state }: Held) {
  let before = state;
  const written: (readonly HistoryEvent[])[] = [];
  return {
    async write(after: SagaState, ...history: HistoryEvent[]): Promise<void> {
      await store.commit(lease, commitOf(header, before, after, { history }));
      expect((await store.get(header))?.state).toEqual(after);
      before = after;
      if (history.length > 0) written.push(history);
    },
    /** Sees that the history tells each commit's payloads as they were then. */
    async check(): Promise<void> {
      const batches = (await store.history(header))?.batches.slice(1);
      expect(batches?.map(({ events }) => events)).toEqual(written);
    },
  };
}

function withItems(state: SagaState, items: readonly CallState[] | undefined, output?: string): SagaState {
  const steps = state.steps.map((step, i) => (i === 1 ? { ...step, items, output } : step));
  return { ...state, steps };
}

function itemOf(i: number, changes: Partial<CallState> = {}): CallState {
  return { ...pendingCall, input: `{"item":${i}}`, ...changes };
}

export function payloadCases(harness: StoreHarness): void {
  test("items of a step are kept as they come and go, and the history tells what they were", async () => {
    const store = await harness.replica();
    const held = await startHeld(store, "a");
    const { write, check } = writing(store, held);
    const listed = [itemOf(0), itemOf(1, { input: held.state.input }), itemOf(2)];
    const inputs = listed.map(({ input }) => input!);
    await write(withItems(held.state, listed), { kind: "itemsListed", step: 1, inputs });

    const running = listed.map((item, i) => (i < 2 ? { ...item, status: "RUNNING" as const, attempt: 1 } : item));
    await write(
      withItems(held.state, running),
      { kind: "stepStarted", step: 1, item: 0, attempt: 1, input: inputs[0]! },
      { kind: "stepStarted", step: 1, item: 1, attempt: 1 },
    );
    const outputs = ['{"out":0}', undefined, held.state.input];
    const over = running.map(
      (item, i): CallState => ({ ...item, status: i === 1 ? "FAILED" : "DONE", output: outputs[i] }),
    );
    const output = `{"items":[{"out":0},null,${held.state.input}]}`;
    const failure = { kind: "TECHNICAL", code: "UNAVAILABLE", message: "down" } as const;
    await write(
      withItems(held.state, over, output),
      { kind: "stepDone", step: 1, item: 0, output: '{"out":0}' },
      { kind: "stepFailed", step: 1, item: 1, failure, effect: "none", nextAttemptAt: undefined },
      { kind: "stepDone", step: 1, output },
    );
    // An item gets another output; what the step gave stays.
    const resolved = over.map((item, i) => (i === 1 ? { ...item, output: '{"late":true}', undoInput: "{}" } : item));
    await write(
      withItems(held.state, resolved, output),
      { kind: "stepResolved", step: 1, item: 1, resolution: "doApplied", output: '{"late":true}' },
      { kind: "undoStarted", step: 1, item: 1, attempt: 1, input: "{}" },
      { kind: "stepUndone", step: 1, item: 1 },
    );
    // The next round: other items, fewer of them.
    await write(withItems(held.state, undefined), { kind: "roundStarted", steps: [1] });
    const anew = [itemOf(7, { round: 1 }), itemOf(8)];
    await write(withItems(held.state, anew), {
      kind: "itemsListed",
      step: 1,
      inputs: ['{"item":7}', '{"item":8}'],
    });
    await check();
  });

  test("five hundred items may be listed, end and go in one commit each", async () => {
    const store = await harness.replica();
    const held = await startHeld(store, "a");
    const { write, check } = writing(store, held);
    const text = (i: number) => `{"item":${i},"text":"${"x".repeat(50)}"}`;
    const listed = Array.from({ length: 500 }, (_, i) => itemOf(i, { input: text(i) }));
    await write(withItems(held.state, listed), {
      kind: "itemsListed",
      step: 1,
      inputs: listed.map(({ input }) => input!),
    });
    const over = listed.map((item, i) => ({ ...item, status: "DONE" as const, output: text(i), undoInput: text(-i) }));
    const output = `{"items":[${over.map((item) => item.output).join(",")}]}`;
    await write(withItems(held.state, over, output), { kind: "stepDone", step: 1, output });
    await write(withItems(held.state, undefined), { kind: "roundStarted", steps: [1] });
    await check();
  });

  test("signals are kept until a step takes one, whose output it then is", async () => {
    const store = await harness.replica();
    const held = await startHeld(store, "a");
    const { write, check } = writing(store, held);
    const received = (name: string, payload: string): HistoryEvent => {
      return { kind: "signalReceived", name, payload, identity: "anna" };
    };
    const [first, second, twin] = [
      { name: "pickup", payload: '{"by":"anna"}', at: EPOCH + 1 },
      { name: "arrival", payload: "{}", at: EPOCH + 2 },
      { name: "pickup", payload: '{"by":"anna"}', at: EPOCH + 2 },
    ];
    const { state } = held;
    await write({ ...state, signals: [first!] }, received("pickup", '{"by":"anna"}'));
    const all = [first!, second!, twin!];
    await write({ ...state, signals: all }, received("arrival", "{}"), received("pickup", '{"by":"anna"}'));
    const took = (i: number, output: string) =>
      state.steps.map((step, at) => (at === i ? { ...step, status: "DONE" as const, output } : step));
    await write(
      { ...state, signals: [second!, twin!], steps: took(1, '{"by":"anna"}') },
      { kind: "signalTaken", step: 1, place: 0 },
      { kind: "stepDone", step: 1, output: '{"by":"anna"}' },
    );
    const meanwhile = { ...state, signals: [], steps: took(1, '{"by":"anna"}') };
    await write(meanwhile);
    // Received and taken at once.
    const steps = meanwhile.steps.map((step, i) => (i === 2 ? { ...step, output: '{"by":"bert"}' } : step));
    await write(
      { ...meanwhile, steps },
      received("late", '{"by":"bert"}'),
      { kind: "signalTaken", step: 2, place: 0 },
      { kind: "stepDone", step: 2, output: '{"by":"bert"}' },
    );
    await check();
  });

  test("what a saga gave, and what people gave its steps, is told by its history", async () => {
    const store = await harness.replica();
    const held = await startHeld(store, "a");
    const { write, check } = writing(store, held);
    const failure = { kind: "EXPRESSION", code: "EXPRESSION", message: "no such key" } as const;
    const [first, ...rest] = held.state.steps;
    const skipped = { ...first!, status: "SKIPPED" as const, output: '{"by":"hand"}' };
    const retried = { ...rest[0]!, input: '{"n":3}', nextInput: '{"n":2}' };
    await write(
      { ...held.state, steps: [skipped, retried, rest[1]!] },
      { kind: "stepSkipped", step: 0, output: '{"by":"hand"}' },
      { kind: "stepSkipped", step: 2 },
      { kind: "stepRetried", step: 1, input: '{"n":2}' },
      { kind: "stepRetried", step: 1, input: '{"n":3}' },
      { kind: "stepRetried", step: 1, input: '{"n":4}' },
      { kind: "stepRetried", step: 1 },
      { kind: "stepResolved", step: 1, resolution: "undoApplied" },
    );
    const done = { ...held.state, status: "COMPLETED" as const, finishedAt: EPOCH + 9, output: '{"total":1}' };
    await write(done, { kind: "sagaFinished", status: "COMPLETED", output: '{"total":1}' });
    const again = { ...done, output: undefined, failure };
    await write(again, { kind: "sagaFinished", status: "COMPLETED", failure });
    await write(again, { kind: "sagaFinished", status: "COMPLETED", output: "{}", failure });
    await check();
  });

  test("every other entry of a history reads back as it was written", async () => {
    const store = await harness.replica();
    const held = await startHeld(store, "a");
    const { write, check } = writing(store, held);
    const failure = { kind: "TIMEOUT", code: "SIGNAL_TIMEOUT", message: "nobody came", details: "{}" } as const;
    await write(
      { ...held.state, overdue: true },
      { kind: "goingBack", step: 2, to: 0, failure },
      { kind: "stepSuspended", step: 1, item: 3, failure },
      { kind: "stepWaiting", step: 1, item: 3, reason: "COMPLETION", until: EPOCH, limit: EPOCH + 5 },
      { kind: "stepWaiting", step: 1, reason: "CHILD", until: undefined },
      { kind: "undoFailed", step: 1, item: 0, failure, nextAttemptAt: EPOCH + 7 },
      { kind: "sagaSuspended", failure },
      { kind: "sagaResumed" },
      { kind: "operatorActed", verb: "RetryStep", step: 1, item: 3, identity: "ann", reason: "again" },
      { kind: "lockGranted" },
      { kind: "storeRolledBack", until: EPOCH },
      { kind: "quietOver" },
      { kind: "undoStarted", step: 0, attempt: 1, doInput: '{"n":1}', input: '{"why":"lost"}' },
      { kind: "undoStarted", step: 1, item: 3, attempt: 2, doInput: '{"n":9}' },
      { kind: "deadlinePassed" },
      { kind: "recovered" },
    );
    await check();
  });
}
