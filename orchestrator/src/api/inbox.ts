import { BackstitchError } from "../errors.ts";
import type { Refusal } from "../machine/effect.ts";
import type { InboxItem, SagaKey, SagaRecord, Store } from "../store/store.ts";
import { endOf } from "./end.ts";
import { type Follow, followSaga, untilFinal } from "./follow.ts";
import type { Call } from "./handlers.ts";
import type { Latch } from "./latch.ts";
import { refused } from "./refusals.ts";
import { sagaNotFound } from "./sagas.ts";

/** How long a saga's owner may take to answer. The command stays in the inbox all the same. */
const ANSWER_MS = 15_000;
/** How often the store is asked for the answer where no change tells it. */
const RECHECK_MS = 500;

/** What a saga's owner said to a command, and the saga as it is then. */
export interface Answer {
  readonly refusal: Refusal;
  readonly record: SagaRecord;
}

/**
 * Puts commands into the inboxes of sagas: every verb, signal and completion goes this way.
 * `waitMs`: how long to wait for the final state once the command was accepted; 0: not at all.
 * Rejects with SAGA_NOT_FOUND, and where no answer comes in time with OVERLOADED or STOPPING: the command is recorded
 * then, and the same request id learns the answer later.
 */
export interface Inbox {
  ask(key: SagaKey, item: InboxItem, call: Call, waitMs?: number): Promise<Answer>;
}

export function createInbox(store: Store, stopping: Latch): Inbox {
  return {
    async ask(key, item, call, waitMs = 0) {
      const follow = followSaga(store, key);
      try {
        const appended = await store.append(key, item);
        if (appended.kind === "missing") throw sagaNotFound(key);
        const refusal = await refusalOf(appended, key, item.requestId, follow, call);
        // What was followed may be older than an answer that the store gave.
        const current = await follow.refresh(follow.result(item.requestId) === undefined);
        if (current === undefined) throw sagaNotFound(key);
        if (refusal) return { refusal, record: current };
        return { refusal, record: await untilFinal(follow, current, { waitMs, call, stopping }) };
      } finally {
        follow.stop();
      }
    },
  };

  async function refusalOf(
    appended: Exclude<Awaited<ReturnType<Store["append"]>>, { kind: "missing" }>,
    key: SagaKey,
    requestId: string,
    follow: Follow,
    call: Call,
  ): Promise<Refusal> {
    if (appended.kind === "final") return "SAGA_FINAL";
    if (appended.kind === "answered") return appended.refusal;
    const until = performance.now() + ANSWER_MS;
    const end = endOf(call, stopping);
    try {
      while (!end.signal.aborted && performance.now() < until) {
        const { heard } = follow;
        const result = follow.result(requestId) ?? (await store.result(key, requestId));
        if (result) return result.refusal;
        await changeAfter(heard, follow, RECHECK_MS);
      }
    } finally {
      end.stop();
    }
    throw new BackstitchError(
      stopping.fired ? "STOPPING" : "OVERLOADED",
      "the request is recorded and will be looked at; repeat it with the same request_id to learn the answer",
    );
  }
}

/** The saga after a command that was accepted; throws where it was refused. */
export function accepted({ refusal, record }: Answer): SagaRecord {
  if (refusal) throw refused(refusal, record.header);
  return record;
}

/** Resolves once more than `heard` changes were told, or so many ms have passed. */
async function changeAfter(heard: number, follow: Follow, ms: number): Promise<void> {
  if (follow.heard > heard) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      follow.onChange(undefined);
      resolve();
    }
    follow.onChange(done);
  });
}
