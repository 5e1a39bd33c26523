import { randomUUID } from "node:crypto";
import { createFaultList } from "../definition/faults.ts";
import { BackstitchError } from "../errors.ts";
import type { CancelSagaRequest, CancelSagaResponse } from "../gen/backstitch/v1/saga_service_pb.js";
import type { Refusal } from "../machine/effect.ts";
import type { SagaKey, Store } from "../store/store.ts";
import { throwIfFaults } from "./faults.ts";
import { checkText, revisionOf, waitOf } from "./fields.ts";
import { type Follow, followSaga, untilFinal } from "./follow.ts";
import type { Call } from "./handlers.ts";
import type { Latch } from "./latch.ts";
import { requestLimits } from "./limits.ts";
import type { ApiDeps } from "./ports.ts";
import { describeSaga, sagaKeyOf, sagaNotFound } from "./sagas.ts";

/** How long a saga's owner may take to answer. The request stays in the inbox all the same. */
const ANSWER_MS = 15_000;
/** How often the store is asked for the answer where no change tells it. */
const RECHECK_MS = 500;

/** Asks a saga to turn round, waits for the owner's word on it, and then, if wanted, for the final state. */
export async function cancelSaga(
  { store, catalog }: ApiDeps,
  stopping: Latch,
  request: CancelSagaRequest,
  call: Call,
): Promise<CancelSagaResponse> {
  const faults = createFaultList();
  const key = sagaKeyOf(faults, request);
  checkText(faults, "request_id", request.requestId, requestLimits.requestId);
  checkText(faults, "identity", request.identity, requestLimits.identity);
  checkText(faults, "reason", request.reason, requestLimits.reason);
  const expectedRevision = revisionOf(faults, "expected_revision", request.expectedRevision);
  const waitMs = waitOf(faults, request.wait);
  throwIfFaults(faults.list);

  const { identity, reason } = request;
  const requestId = request.requestId || randomUUID();
  const follow = followSaga(store, key);
  try {
    const appended = await store.append(key, {
      requestId,
      command: { kind: "cancel", identity, reason, expectedRevision },
    });
    if (appended.kind === "missing") throw sagaNotFound(key);
    if (appended.kind === "final") throw refused("SAGA_FINAL", key);
    const refusal =
      appended.kind === "answered" ? appended.refusal : await answerTo(store, key, requestId, follow, call, stopping);
    if (refusal) throw refused(refusal, key);
    const current = await follow.refresh();
    if (current === undefined) throw sagaNotFound(key);
    const record = await untilFinal(follow, current, { waitMs, call, stopping });
    const saga = await describeSaga(catalog, record, request.view);
    return { $typeName: "backstitch.v1.CancelSagaResponse", saga };
  } finally {
    follow.stop();
  }
}

/** The owner's word on a request in the inbox: from the change that carries it, or else from the store. */
async function answerTo(
  store: Store,
  key: SagaKey,
  requestId: string,
  follow: Follow,
  call: Call,
  stopping: Latch,
): Promise<Refusal> {
  const until = performance.now() + ANSWER_MS;
  let over = false;
  const offEnd = call.onEnd(() => {
    over = true;
  });
  try {
    while (!over && !stopping.fired && performance.now() < until) {
      const result = follow.result(requestId) ?? (await store.result(key, requestId));
      if (result) return result.refusal;
      await change(follow, RECHECK_MS);
    }
  } finally {
    offEnd();
  }
  throw new BackstitchError(
    stopping.fired ? "STOPPING" : "OVERLOADED",
    "the request is recorded and will be looked at; repeat it with the same request_id to learn the answer",
  );
}

function change(follow: Follow, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      follow.onChange(undefined);
      resolve();
    }
    follow.onChange(done);
  });
}

const refusals = {
  SAGA_FINAL: "is final",
  PAST_PIVOT: "is past its pivot and can only go forward",
  WRONG_STATE: "is not in a state that can be cancelled",
  REVISION_MISMATCH: "has moved on from expected_revision",
} as const satisfies Record<NonNullable<Refusal>, string>;

function refused(refusal: NonNullable<Refusal>, key: SagaKey): BackstitchError {
  return new BackstitchError(refusal, `saga '${key.sagaId}' ${refusals[refusal]}`);
}
