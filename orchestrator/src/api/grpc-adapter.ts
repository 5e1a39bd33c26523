import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import type {
  Metadata,
  MethodDefinition,
  Server,
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
} from "@grpc/grpc-js";
import { BackstitchError } from "../errors.ts";
import type { Authenticate } from "./auth.ts";
import { grpcErrorOf } from "./grpc-status.ts";
import type { Call, Method } from "./handlers.ts";
import { requestLimits } from "./limits.ts";

/**
 * Registers handlers with a grpc-js server. Messages cross the library as bytes and are decoded here, so that one that
 * cannot be read gets this API's error and not the library's INTERNAL. Gives what resolves once no call is handled.
 */
export function serveOverGrpc(
  server: Server,
  methods: readonly Method[],
  authenticate: Authenticate,
): () => Promise<void> {
  let handled = 0;
  let onIdle: (() => void) | undefined;
  const count = (handling: Promise<void>) => {
    handled++;
    void handling.finally(() => {
      if (--handled === 0) onIdle?.();
    });
  };
  for (const service of new Set(methods.map((method) => method.desc.parent))) {
    const own = methods.filter((method) => method.desc.parent === service);
    server.addService(
      Object.fromEntries(own.map((method) => [method.desc.name, bytesDefinitionOf(method)])),
      Object.fromEntries(own.map((method) => [method.desc.name, handlerOf(method, authenticate, count)])),
    );
  }
  return () =>
    new Promise((resolve) => {
      if (handled === 0) resolve();
      else onIdle = resolve;
    });
}

function bytesDefinitionOf({ kind, desc }: Method): MethodDefinition<Buffer, Buffer> {
  const asIs = (bytes: Buffer) => bytes;
  return {
    path: `/${desc.parent.typeName}/${desc.name}`,
    requestStream: kind === "bidi_streaming",
    responseStream: kind !== "unary",
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

function handlerOf(method: Method, authenticate: Authenticate, count: (handling: Promise<void>) => void) {
  const check = (metadata: Metadata) => authenticate?.(metadata.get("authorization")[0]?.toString());
  switch (method.kind) {
    case "unary":
      return (grpc: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
        const handling = answer(grpc).then(
          (bytes) => callback(null, bytes),
          (thrown) => callback(grpcErrorOf(BackstitchError.from(thrown))),
        );
        count(handling);
      };
    case "server_streaming":
      return (grpc: ServerWritableStream<Buffer, Buffer>) => {
        count(stream(grpc, () => method.handle(decode(method.desc.input, grpc.request), callOf(grpc))));
      };
    case "bidi_streaming":
      return (grpc: ServerDuplexStream<Buffer, Buffer>) => {
        count(stream(grpc, () => method.handle(decodeAll(method.desc.input, grpc), callOf(grpc))));
      };
  }

  async function answer(grpc: ServerUnaryCall<Buffer, Buffer>): Promise<Buffer> {
    check(grpc.metadata);
    const unary = method as Extract<Method, { kind: "unary" }>;
    return encode(unary.desc.output, await unary.handle(decode(unary.desc.input, grpc.request), callOf(grpc)));
  }

  /** Writes messages as fast as the client takes them. */
  async function stream(grpc: WritableCall, messages: () => AsyncIterable<Message>): Promise<void> {
    // Errors of a connection that broke: the loop below ends through `cancelled`.
    grpc.on("error", () => {});
    try {
      check(grpc.metadata);
      for await (const message of messages()) {
        if (grpc.cancelled) return;
        if (!grpc.write(encode(method.desc.output, message))) await drained(grpc);
      }
      grpc.end();
    } catch (thrown) {
      if (!grpc.cancelled) grpc.emit("error", grpcErrorOf(BackstitchError.from(thrown)));
    }
  }
}

type WritableCall = ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>;

function drained(grpc: WritableCall): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      grpc.off("drain", done);
      grpc.off("cancelled", done);
      resolve();
    };
    grpc.on("drain", done);
    grpc.on("cancelled", done);
    if (grpc.cancelled) done();
  });
}

async function* decodeAll(desc: DescMessage, grpc: ServerDuplexStream<Buffer, Buffer>): AsyncGenerator<Message> {
  // A stream that is destroyed, as a loop does that ends early, never sends the status that says why.
  for await (const chunk of grpc.iterator({ destroyOnReturn: false })) yield decode(desc, chunk);
}

function decode(desc: DescMessage, bytes: Buffer): Message {
  if (bytes.length > requestLimits.messageBytes) {
    const message = `the message has ${bytes.length} bytes, more than ${requestLimits.messageBytes}`;
    throw new BackstitchError("TOO_LARGE", message, { faults: [{ field: "", rule: "max_size", message }] });
  }
  try {
    return fromBinary(desc, bytes);
  } catch {
    const message = `the message cannot be read as ${desc.typeName}`;
    throw new BackstitchError("INVALID_REQUEST", message, { faults: [{ field: "", rule: "malformed", message }] });
  }
}

function encode(desc: DescMessage, message: Message): Buffer {
  const bytes = toBinary(desc, message);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What all kinds of grpc-js calls share. */
interface AnyCall {
  readonly cancelled: boolean;
  getDeadline(): Date | number;
  on(event: "cancelled", listener: () => void): unknown;
  off(event: "cancelled", listener: () => void): unknown;
}

function callOf(grpc: AnyCall): Call {
  return {
    remainingMs() {
      const deadline = Number(grpc.getDeadline());
      return deadline === Number.POSITIVE_INFINITY ? undefined : deadline - Date.now();
    },
    onEnd(listener) {
      if (grpc.cancelled) queueMicrotask(listener);
      else grpc.on("cancelled", listener);
      return () => grpc.off("cancelled", listener);
    },
  };
}
