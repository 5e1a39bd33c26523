import type { Interceptor, Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";

/** Where the orchestrator is and how to talk to it. */
export interface ConnectionOptions {
  /** "https://saga.example.com" or "http://127.0.0.1:7070". Either this or `address`. */
  baseUrl?: string;
  /** "host:port", without TLS. */
  address?: string;
  /** gRPC over HTTP/2 (default), or Connect over HTTP/1.1. Each has its own port at the orchestrator. */
  transport?: "grpc" | "connect";
  /** Sent with every call as a bearer token. */
  token?: string;
}

/** An answer of this size holds any saga: 100 steps with their payloads. */
const readMaxBytes = 64 * 1024 * 1024;

/** A transport and the way to close its connection. */
export interface Connection {
  transport: Transport;
  close(): void;
}

/** Opens nothing yet: the connection is made with the first call. Throws a TypeError unless there is just one address. */
export function createConnection(options: ConnectionOptions): Connection {
  const { address, token } = options;
  if ((options.baseUrl === undefined) === (address === undefined)) {
    throw new TypeError("a client needs either a baseUrl or an address");
  }
  const baseUrl = options.baseUrl ?? `http://${address}`;
  const interceptors = token === undefined ? [] : [bearer(token)];
  if (options.transport === "connect") {
    return {
      transport: createConnectTransport({ baseUrl, httpVersion: "1.1", interceptors, readMaxBytes }),
      close() {},
    };
  }
  const sessionManager = new Http2SessionManager(baseUrl, { pingIntervalMs: 30_000 });
  return {
    transport: createGrpcTransport({ baseUrl, interceptors, readMaxBytes, sessionManager }),
    close: () => sessionManager.abort(),
  };
}

function bearer(token: string): Interceptor {
  return (next) => (request) => {
    request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
}
