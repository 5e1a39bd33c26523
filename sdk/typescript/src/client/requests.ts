/** What the methods of the client share. */

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { CallOptions } from "@connectrpc/connect";
import { BackstitchError } from "../errors.ts";
import { type Saga as SagaMessage, SagaView } from "../gen/backstitch/v1/saga_pb.js";
import { call, pauseOrThrow, pauseToResume } from "../retry.ts";
import { type Saga, toSaga } from "../saga.ts";

/** FULL (default), or BRIEF: without payloads. */
export type View = "FULL" | "BRIEF";

/** How a call may be given up. */
export interface Abortable {
  signal?: AbortSignal;
}

/** Who acts, and why. Kept in the saga's history. */
export interface Acting extends Abortable {
  identity?: string;
  reason?: string;
  /** The idempotency key. Default: a random one, so that the client's own repeats act once. */
  requestId?: string;
  /** Refuse with REVISION_MISMATCH if the saga has moved on from this revision. */
  expectedRevision?: number;
}

/** The fields of a request by a person. */
export function actingFields({ identity = "", reason = "", requestId, expectedRevision = 0 }: Acting) {
  return { identity, reason, requestId: requestId ?? randomUUID(), expectedRevision: BigInt(expectedRevision) };
}

/** Between two waits, should a server answer at once. */
const leastPauseMs = 100;

/** Waits a moment; no longer than the signal allows. */
export async function pause(signal: AbortSignal | undefined): Promise<void> {
  await delay(leastPauseMs, undefined, { signal }).catch(() => {});
}

/** Reads a stream, opened anew where it breaks or ends, for as long as its reader wants it. */
export async function* resumed<T>(open: () => AsyncIterable<T>, signal?: AbortSignal): AsyncGenerator<T, never> {
  let connected = false;
  for (let failed = 0; ; ) {
    try {
      for await (const message of open()) {
        failed = 0;
        connected = true;
        yield message;
      }
    } catch (error) {
      await (connected ? pauseToResume : pauseOrThrow)(error, failed++, signal);
      continue;
    }
    await pause(signal);
  }
}

/** Makes a call that answers with a saga. */
export async function callForSaga(
  run: (options: CallOptions) => Promise<{ saga?: SagaMessage }>,
  signal?: AbortSignal,
  waitMs?: number,
): Promise<Saga> {
  return given((await call(run, signal, waitMs)).saga);
}

export function toView(view: View | undefined): SagaView {
  return view === undefined ? SagaView.UNSPECIFIED : SagaView[view];
}

/** The saga of an answer. Throws a BackstitchError where it has none. */
export function given(saga: SagaMessage | undefined): Saga {
  if (saga === undefined) throw incomplete();
  return toSaga(saga);
}

export function incomplete(): BackstitchError {
  return new BackstitchError("INTERNAL", "INTERNAL", "the server's answer lacks what was asked for");
}

/** Reads all pages of a query, each as it is wanted. */
export async function* pages<T>(
  fetch: (pageToken: string) => Promise<{ items: T[]; next: string }>,
): AsyncGenerator<T, void> {
  let pageToken = "";
  do {
    const { items, next } = await fetch(pageToken);
    yield* items;
    pageToken = next;
  } while (pageToken !== "");
}
