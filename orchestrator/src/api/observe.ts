import type { Message } from "@bufbuild/protobuf";
import { BackstitchError, statusOf } from "../errors.ts";
import type { Call, Method } from "./handlers.ts";
import type { ApiDeps } from "./ports.ts";

/**
 * Wraps a handler: what it throws becomes a BackstitchError, each call is counted, and faults of the orchestrator
 * itself are logged with their cause, which never goes to the caller.
 */
export function observe(method: Method, { metrics, logger }: Pick<ApiDeps, "metrics" | "logger">): Method {
  const name = `${method.desc.parent.typeName}/${method.desc.name}`;
  const succeeded = metrics.requests.labels(name, "OK");

  function failed(thrown: unknown): BackstitchError {
    const error = BackstitchError.from(thrown);
    metrics.requests.inc({ method: name, status: statusOf[error.code] });
    if (error.code === "INTERNAL") logger.error({ method: name, err: error.cause ?? error }, "request failed");
    return error;
  }

  async function* watched<T>(messages: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* messages;
      succeeded.inc();
    } catch (thrown) {
      throw failed(thrown);
    }
  }

  switch (method.kind) {
    case "unary":
      return {
        ...method,
        async handle(request: Message, call: Call) {
          try {
            const response = await method.handle(request, call);
            succeeded.inc();
            return response;
          } catch (thrown) {
            throw failed(thrown);
          }
        },
      };
    case "server_streaming":
      return { ...method, handle: (request: Message, call: Call) => watched(method.handle(request, call)) };
    case "bidi_streaming":
      return {
        ...method,
        handle: (requests: AsyncIterable<Message>, call: Call) => watched(method.handle(requests, call)),
      };
  }
}
