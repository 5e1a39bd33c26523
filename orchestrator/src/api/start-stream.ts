import { BackstitchError } from "../errors.ts";
import type { StartSagaRequest, StartSagasRequest, StartSagasResponse } from "../gen/backstitch/v1/saga_service_pb.js";
import type { SagaState } from "../machine/state.ts";
import { createAnswerQueue } from "./answer-queue.ts";
import { invalidRequest } from "./faults.ts";
import type { Call } from "./handlers.ts";
import { createLatch } from "./latch.ts";
import { requestLimits } from "./limits.ts";
import type { Starter } from "./start.ts";
import { wireStatusOf } from "./status.ts";

/** What an answer takes without its payloads, roughly. */
const ANSWER_SIZE = 1_024;

/**
 * Starts many sagas over one stream. Answers of one turn of the event loop share a message. What is begun and not
 * taken by the client is bounded: beyond it no more requests are read, and the stream's flow control holds the
 * client back. `onError` is told of each failed start.
 */
export async function* startMany(
  requests: AsyncIterable<StartSagasRequest>,
  call: Call,
  start: Starter,
  onError: (error: BackstitchError) => void,
): AsyncGenerator<StartSagasResponse> {
  const answers = createAnswerQueue();
  // Starts of this stream end with it. The call itself is asked once: a listener for each start would be slow to remove.
  const gone = createLatch();
  const each: Call = { remainingMs: call.remainingMs, onEnd: gone.onFire };
  const offEnd = call.onEnd(gone.fire);
  let open = 0;
  let reading = true;
  let failure: unknown;
  let wakeWriter = () => {};
  let wakeReader = () => {};
  gone.onFire(() => {
    wakeWriter();
    wakeReader();
  });

  async function read(): Promise<void> {
    for await (const message of requests) {
      for (const item of flatten(message)) {
        if (open >= requestLimits.startsInFlight) {
          await new Promise<void>((resolve) => {
            wakeReader = resolve;
          });
        }
        if (gone.fired) return;
        open++;
        begin(item.correlationId, item.start);
      }
    }
  }

  function begin(correlationId: bigint, request: StartSagaRequest | undefined): void {
    const missing = () => Promise.reject(invalidRequest("start", "required", "is missing"));
    (request ? start(request, each) : missing()).then(
      ({ response, record }) =>
        push(correlationId, { case: "answer", value: response }, ANSWER_SIZE + payloadSizeOf(record.state)),
      (thrown) => {
        const error = BackstitchError.from(thrown);
        onError(error);
        const { code, message, detail } = wireStatusOf(error);
        const value = { $typeName: "backstitch.v1.StartError" as const, status: code, message, detail };
        push(correlationId, { case: "error", value }, ANSWER_SIZE);
      },
    );
  }

  function push(correlationId: bigint, result: StartSagasResponse["result"], size: number): void {
    answers.push({ $typeName: "backstitch.v1.StartSagasResponse", correlationId, result, more: [] }, size);
    wakeWriter();
  }

  read()
    .catch((thrown) => {
      failure = thrown;
    })
    .finally(() => {
      reading = false;
      wakeWriter();
    });

  try {
    while (!gone.fired) {
      if (answers.length > 0) {
        // The others of this turn come along.
        await new Promise(setImmediate);
        const { message, count } = answers.take();
        open -= count;
        wakeReader();
        yield message;
      } else if (reading || open > 0) {
        await new Promise<void>((resolve) => {
          wakeWriter = resolve;
        });
      } else {
        if (failure !== undefined) throw failure;
        return;
      }
    }
  } finally {
    gone.fire();
    offEnd();
  }
}

/** A message and all under `more`, at whatever depth. */
function* flatten(message: StartSagasRequest): Generator<StartSagasRequest> {
  const left = [message];
  for (let item = left.pop(); item !== undefined; item = left.pop()) {
    yield item;
    for (let i = item.more.length - 1; i >= 0; i--) left.push(item.more[i]!);
  }
}

function payloadSizeOf(state: SagaState): number {
  let size = state.input.length;
  for (const step of state.steps) size += (step.input?.length ?? 0) + (step.output?.length ?? 0);
  return size;
}
