import { type IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { DescMethod, Message } from "@bufbuild/protobuf";
import { type Code, ConnectError, createConnectRouter, type HandlerContext } from "@connectrpc/connect";
import type { UniversalHandlerFn } from "@connectrpc/connect/protocol";
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { BackstitchError } from "../errors.ts";
import { ErrorDetailSchema } from "../gen/backstitch/v1/errors_pb.js";
import type { Logger } from "../logger.ts";
import type { Authenticate } from "./auth.ts";
import { withErrorDetail } from "./connect-error-detail.ts";
import { onAbort } from "./end.ts";
import type { Call, Method } from "./handlers.ts";
import { requestLimits } from "./limits.ts";
import { RETRY_INFO_TYPE, wireStatusOf } from "./status.ts";

export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/**
 * Serves handlers over Connect, gRPC-Web, gRPC and plain JSON. This is connect-node's adapter with two differences: a
 * request whose URL or Host cannot be read is refused where the library would throw out of the event loop, and
 * errors of the library itself carry an ErrorDetail too.
 */
export function serveOverConnect(methods: readonly Method[], authenticate: Authenticate, logger: Logger): NodeHandler {
  const router = createConnectRouter({
    readMaxBytes: requestLimits.messageBytes,
    acceptCompression: [compressionGzip],
    // Answers are not compressed: it costs more than all the rest of a call.
    compressMinBytes: Number.MAX_SAFE_INTEGER,
    jsonOptions: { ignoreUnknownFields: false },
    requestGate: ({ requestHeader }) => {
      try {
        authenticate?.(requestHeader.get("authorization") ?? undefined);
      } catch (thrown) {
        throw connectErrorOf(thrown);
      }
    },
  });
  for (const method of methods) router.rpc(method.desc as DescMethod, implementationOf(method) as never);
  const handlers = new Map(router.handlers.map((handler) => [handler.requestPath, withErrorDetail(handler)]));

  return (request, response) => {
    const handler = handlers.get(request.url?.split("?", 1)[0] ?? "");
    if (handler === undefined) return refuse(response, 404);
    serve(handler, request, response).catch((thrown) => {
      // The client went away, or the connection broke.
      logger.debug({ err: thrown }, "answer not sent");
      response.destroy();
    });
  };

  async function serve(
    handler: UniversalHandlerFn,
    request: Parameters<NodeHandler>[0],
    response: Parameters<NodeHandler>[1],
  ): Promise<void> {
    let universal: ReturnType<typeof universalRequestFromNodeRequest>;
    try {
      universal = universalRequestFromNodeRequest(request, response, undefined, undefined);
    } catch {
      return refuse(response, 400);
    }
    const answer = await handler(universal);
    // The library leaves a body that it refuses unread, and over HTTP/1.1 the next request would stand behind it.
    if (response instanceof ServerResponse && !(request as IncomingMessage).complete) response.shouldKeepAlive = false;
    await universalResponseToNodeResponse(answer, response);
  }
}

function refuse(response: Parameters<NodeHandler>[1], status: number): void {
  response.statusCode = status;
  response.end();
}

function implementationOf(method: Method) {
  switch (method.kind) {
    case "unary":
      return async (request: Message, context: HandlerContext) => {
        try {
          return await method.handle(request, callOf(context));
        } catch (thrown) {
          throw connectErrorOf(thrown);
        }
      };
    case "server_streaming":
      return (request: Message, context: HandlerContext) => withConnectErrors(method.handle(request, callOf(context)));
    case "bidi_streaming":
      return (requests: AsyncIterable<Message>, context: HandlerContext) =>
        withConnectErrors(method.handle(requests, callOf(context)));
  }
}

async function* withConnectErrors<T>(messages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (thrown) {
    throw connectErrorOf(thrown);
  }
}

function connectErrorOf(thrown: unknown): ConnectError {
  const { code, message, detail, retryInfo } = wireStatusOf(BackstitchError.from(thrown));
  const error = new ConnectError(message, code as Code, undefined, [{ desc: ErrorDetailSchema, value: detail }]);
  if (retryInfo) error.details.push({ type: RETRY_INFO_TYPE, value: retryInfo });
  return error;
}

function callOf(context: HandlerContext): Call {
  return {
    remainingMs: () => context.timeoutMs(),
    onEnd: (listener) => onAbort(context.signal, listener),
  };
}
