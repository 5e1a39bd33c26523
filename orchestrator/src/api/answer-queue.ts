import type { StartSagasResponse } from "../gen/backstitch/v1/saga_service_pb.js";

/** One message carries answers up to about this size, well below what clients usually take. */
const MAX_MESSAGE_SIZE = 512 * 1024;
const MAX_ANSWERS = 1_000;

/** Gathers answers of a StartSagas stream into messages. */
export interface AnswerQueue {
  readonly length: number;
  /** `size`: about how many bytes the answer takes. */
  push(answer: StartSagasResponse, size: number): void;
  /** The next message, and how many answers it carries. Only while there are answers. */
  take(): { readonly message: StartSagasResponse; readonly count: number };
}

export function createAnswerQueue(): AnswerQueue {
  const waiting: { readonly answer: StartSagasResponse; readonly size: number }[] = [];

  function fitting(): number {
    let size = 0;
    let count = 0;
    while (count < waiting.length && count < MAX_ANSWERS) {
      size += waiting[count]!.size;
      if (count > 0 && size > MAX_MESSAGE_SIZE) break;
      count++;
    }
    return count;
  }

  return {
    get length() {
      return waiting.length;
    },
    push(answer, size) {
      waiting.push({ answer, size });
    },
    take() {
      const [first, ...more] = waiting.splice(0, fitting()).map(({ answer }) => answer);
      return { message: { ...first!, more }, count: 1 + more.length };
    },
  };
}
