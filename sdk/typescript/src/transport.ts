import type { Interceptor, Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";

/** Where the orchestrator is and how to talk to it. */
export interface ConnectionOptions {
  /** "https://saga.example.com" or "http://127.0.0.1:7070". Either this or `address`. */
  baseUrl?: string;
  /** "host:port"; with TLS where `tls` is given. */
  address?: string;
  /** gRPC over HTTP/2 (default), or Connect over HTTP/1.1. Each has its own port at the orchestrator. */
  transport?: "grpc" | "connect";
  /** Sent with every call as a bearer token. */
  token?: string;
  /** How to know the orchestrator, and to be known to it. Default with an https baseUrl: Node's own authorities. */
  tls?: ClientTls;
}

/** PEM files' contents. */
export interface ClientTls {
  /** The authority of the orchestrator's certificate. Default: Node's own authorities. */
  ca?: Buffer;
  /** The client's own certificate and its key, for an orchestrator that asks for one (mTLS). Either both or none. */
  cert?: Buffer;
  key?: Buffer;
}

/** An answer of this size holds any saga: 100 steps with their payloads. */
const readMaxBytes = 64 * 1024 * 1024;

/** A transport and the way to close its connection. */
export interface Connection {
  transport: Transport;
  close(): void;
}

/**
 * Opens nothing yet: the connection is made with the first call. Throws a TypeError unless there is just one address,
 * and where TLS is asked for in part.
 */
export function createConnection(options: ConnectionOptions): Connection {
  const { token, tls } = options;
  const baseUrl = baseUrlOf(options);
  const interceptors = token === undefined ? [] : [bearer(token)];
  if (options.transport === "connect") {
    return {
      transport: createConnectTransport({
        baseUrl,
        httpVersion: "1.1",
        interceptors,
        readMaxBytes,
        nodeOptions: { ...tls },
      }),
      close() {},
    };
  }
  const sessionManager = new Http2SessionManager(baseUrl, { pingIntervalMs: 30_000 }, { ...tls });
  return {
    transport: createGrpcTransport({ baseUrl, interceptors, readMaxBytes, sessionManager }),
    close: () => sessionManager.abort(),
  };
}

function baseUrlOf({ address, baseUrl, tls }: ConnectionOptions): string {
  if ((baseUrl === undefined) === (address === undefined)) {
    throw new TypeError("a client needs either a baseUrl or an address");
  }
  if ((tls?.cert === undefined) !== (tls?.key === undefined)) {
    throw new TypeError("a client certificate needs its key, and a key its certificate");
  }
  const url = baseUrl ?? `${tls === undefined ? "http" : "https"}://${address}`;
  // Otherwise what was meant to be secret would go in plain text.
  if (tls !== undefined && !url.startsWith("https:")) throw new TypeError("with tls the baseUrl begins with https:");
  return url;
}

function bearer(token: string): Interceptor {
  return (next) => (request) => {
    request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
}
