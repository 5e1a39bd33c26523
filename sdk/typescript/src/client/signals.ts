import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import { createClient as createRpcClient, type Transport } from "@connectrpc/connect";
import { Rejected } from "../answers.ts";
import { type Duration, toMs } from "../duration.ts";
import type { CompleteStepRequestSchema } from "../gen/backstitch/v1/saga_service_pb.js";
import { SagaService } from "../gen/backstitch/v1/saga_service_pb.js";
import { call } from "../retry.ts";
import type { Saga } from "../saga.ts";
import { type Abortable, given } from "./requests.ts";

/**
 * What work that was accepted with `pending()` came to, as a handler would give it: its output or nothing, `rejected()`
 * for a refusal, any other Error for a technical failure, which is tried again.
 */
export type StepOutcome = JsonObject | Rejected | Error | undefined;

/** What accepted work gives: its outcome, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function may simply not return
export type Work = StepOutcome | void;

/** How accepted work is carried out. */
export interface WorkOptions extends Abortable {
  /** How often to say that it goes on: a third of the step's heartbeat time-out. Default: never. */
  heartbeatEvery?: Duration;
}

/** Tells sagas what happens outside. */
export interface SignalMethods {
  /**
   * Gives a saga the signal that one of its steps awaits, or will await. A signal comes once for a `requestId`; the
   * default is a random one, so that the client's own repeats count once.
   */
  signal(
    sagaId: string,
    name: string,
    payload?: JsonObject,
    options?: { requestId?: string; identity?: string } & Abortable,
  ): Promise<Saga>;
  /**
   * Gives the outcome of a Do or Undo that was answered with `pending()`. The same outcome may be given again; another
   * one, or one that the saga no longer waits for, is COMPLETION_REFUSED.
   */
  complete(completionToken: string, outcome?: StepOutcome, options?: { requestId?: string } & Abortable): Promise<void>;
  /** Says that a pending Do or Undo is still being worked on. `cancelled`: the saga no longer wants it, stop. */
  heartbeat(completionToken: string, options?: Abortable): Promise<{ cancelled: boolean }>;
  /**
   * Carries out work that was accepted with `pending()`, with heartbeats if wanted, and gives its outcome: what it
   * returns or throws. Its signal is aborted when the saga no longer wants the work; then `completed` is false, nothing
   * is reported, and what the work throws is ignored. Fails where the outcome cannot be delivered.
   */
  work(
    completionToken: string,
    run: (signal: AbortSignal) => Work | Promise<Work>,
    options?: WorkOptions,
  ): Promise<{ completed: boolean }>;
}

/** The methods over SagaService that concern signals and completions. */
export function createSignalMethods(transport: Transport, namespace: string): SignalMethods {
  const sagas = createRpcClient(SagaService, transport);

  const methods: SignalMethods = {
    async signal(sagaId, name, payload = {}, { requestId = randomUUID(), identity = "", signal } = {}) {
      const request = { namespace, sagaId, signal: name, payload, requestId, identity };
      return given((await call((options) => sagas.signalSaga(request, options), signal)).saga);
    },

    async complete(completionToken, outcome, { requestId = randomUUID(), signal } = {}) {
      const request = { completionToken, outcome: toOutcome(outcome), requestId };
      await call((options) => sagas.completeStep(request, options), signal);
    },

    async heartbeat(completionToken, { signal } = {}) {
      const { cancelled } = await call((options) => sagas.heartbeatStep({ completionToken }, options), signal);
      return { cancelled };
    },

    async work(completionToken, run, { heartbeatEvery, signal } = {}) {
      const unwanted = new AbortController();
      const over = new AbortController();
      const stop = signal === undefined ? unwanted.signal : AbortSignal.any([unwanted.signal, signal]);
      const beats = heartbeatEvery === undefined ? undefined : beat(completionToken, toMs(heartbeatEvery), over.signal);
      void beats?.then((cancelled) => cancelled && unwanted.abort());
      const outcome = await outcomeOf(() => run(stop));
      over.abort();
      if (stop.aborted) return { completed: false };
      await methods.complete(completionToken, outcome, { signal });
      return { completed: true };
    },
  };

  /** Sends heartbeats until the work is over or nobody wants it any more; tells whether it is the latter. */
  async function beat(completionToken: string, everyMs: number, over: AbortSignal): Promise<boolean> {
    while (await passed(everyMs, over)) {
      // One that fails is no reason to stop the work: the next may come through, and the outcome may too.
      const answer = await methods.heartbeat(completionToken, { signal: over }).catch(() => undefined);
      if (answer?.cancelled) return true;
    }
    return false;
  }

  return methods;
}

/** Whether the time has passed without the signal. */
function passed(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(ms, true, { signal }).catch(() => false);
}

async function outcomeOf(run: () => unknown): Promise<StepOutcome> {
  try {
    return ((await run()) ?? undefined) as StepOutcome;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function toOutcome(outcome: StepOutcome): MessageInitShape<typeof CompleteStepRequestSchema>["outcome"] {
  if (outcome instanceof Rejected) {
    const { code, message, details } = outcome;
    return { case: "rejected", value: { code, message, details } };
  }
  if (outcome instanceof Error) return { case: "failed", value: { message: outcome.message } };
  return { case: "done", value: { output: outcome ?? {} } };
}
