import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Call } from "../../../orchestrator/src/api/handlers.ts";
import { createInbox } from "../../../orchestrator/src/api/inbox.ts";
import { createLatch } from "../../../orchestrator/src/api/latch.ts";
import { watchSaga } from "../../../orchestrator/src/api/watch.ts";
import { WatchSagaRequestSchema } from "../../../orchestrator/src/gen/backstitch/v1/saga_service_pb.js";
import type { SagaHeader } from "../../../orchestrator/src/store/store.ts";
import { createTestDeps, type TestDeps } from "../../support/test-api.ts";

const key = { namespace: "default", sagaId: "s" };
const call: Call = { remainingMs: () => undefined, onEnd: () => () => {} };

let deps: TestDeps;
beforeEach(async () => {
  deps = await createTestDeps();
  const given = { definition: "order", version: 1, labels: {}, metadata: {}, contentDigest: "" };
  const header: SagaHeader = { ...key, ...given, parent: undefined, lock: undefined };
  const plan = await deps.catalog.latest("default", "order");
  await deps.start({ header, plan, input: "{}", deadlineMs: undefined });
  // Time stands still: whoever waits for the next look at the store waits for ever.
  vi.useFakeTimers({ toFake: ["setTimeout"] });
});
afterEach(() => void vi.useRealTimers());

/** Has something happen once, so many microtasks after the store was asked. */
function afterAsking(method: "get" | "result", microtasks: number, happen: () => void) {
  const ask = deps.store[method].bind(deps.store) as (...args: unknown[]) => Promise<never>;
  vi.spyOn(deps.store, method).mockImplementationOnce((...args: unknown[]) => {
    const asked = ask(...args);
    void (async () => {
      for (let i = 0; i < microtasks; i++) await undefined;
      happen();
    })();
    return asked;
  });
}

test.each([0, 1, 2, 3, 4, 5, 6, 8, 12])(
  "a watcher misses no change told %i microtasks after a read",
  async (microtasks) => {
    afterAsking("get", microtasks, () => deps.store.change(key, {}, { elsewhere: true }));
    const request = create(WatchSagaRequestSchema, key);
    for await (const { saga } of watchSaga(deps, createLatch(), request, call)) if (saga?.revision === 2n) break;
    expect(deps.store.watchers).toBe(0);
  },
);

test.each([0, 1, 2, 3, 4])("who asks misses no answer given %i microtasks after a look for it", async (microtasks) => {
  afterAsking("result", microtasks, () => deps.store.answer(key, "PAST_PIVOT"));
  const item = { requestId: "r", command: { kind: "lockGranted" } } as const;
  const { refusal } = await createInbox(deps.store, createLatch()).ask(key, item, call);
  expect(refusal).toBe("PAST_PIVOT");
});
