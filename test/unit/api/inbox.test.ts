import { afterEach, expect, test, vi } from "vitest";
import type { Call } from "../../../orchestrator/src/api/handlers.ts";
import { createInbox } from "../../../orchestrator/src/api/inbox.ts";
import { createLatch } from "../../../orchestrator/src/api/latch.ts";
import type { RequestResult, SagaChange, SagaRecord, Store } from "../../../orchestrator/src/store/store.ts";

afterEach(() => void vi.useRealTimers());

const key = { namespace: "default", sagaId: "s" };
const record = { header: key, revision: 2, state: { status: "RUNNING" } } as unknown as SagaRecord;
const change: SagaChange = { key, revision: 2, status: "RUNNING", record, results: [] };
const call: Call = { remainingMs: () => undefined, onEnd: () => () => {} };

/** Asks where the owner answers just while the store is looking for an answer, and finds none. */
async function askWhileAnswered(heard: (result: RequestResult) => SagaChange) {
  const answer: RequestResult = { requestId: "r", refusal: "PAST_PIVOT" };
  let tell: (change: SagaChange) => void = () => {};
  let looks = 0;
  const store = {
    watch: (_key: unknown, listener: typeof tell) => {
      tell = listener;
      return () => {};
    },
    append: async () => ({ kind: "appended" }),
    get: async () => record,
    result: async () => {
      if (looks++ > 0) return answer;
      tell(heard(answer));
      return undefined;
    },
  } as unknown as Store;
  return createInbox(store, createLatch()).ask(key, { requestId: "r", command: { kind: "lockGranted" } }, call);
}

// Time stands still here: whoever waits for the next look waits for ever.
test.each([
  ["an owner elsewhere, of whom only the change is heard", () => change],
  ["an owner in this process", (result: RequestResult) => ({ ...change, results: [result] })],
])("an answer that comes while the store is asked for it is not slept through: %s", async (_, heard) => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  expect(await askWhileAnswered(heard)).toEqual({ refusal: "PAST_PIVOT", record });
});
