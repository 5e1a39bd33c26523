import { createServer, Server as HttpServer } from "node:http";
import { createServer as createHttp2Server, createSecureServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Logger } from "../logger.ts";
import type { Authenticate } from "./auth.ts";
import { type NodeHandler, serveOverConnect } from "./connect-adapter.ts";
import type { Method } from "./handlers.ts";
import { requestLimits } from "./limits.ts";
import type { Listener, ListenOptions } from "./listener.ts";
import { sharePort } from "./shared-port.ts";

/** How often connections that have become idle are looked for while the listener stops. */
const IDLE_CHECK_MS = 25;

/** Listens for Connect, gRPC-Web, gRPC and JSON, over HTTP/1.1 and HTTP/2 on the same port. */
export async function listenConnect(
  methods: readonly Method[],
  authenticate: Authenticate,
  options: ListenOptions,
  logger: Logger,
): Promise<Listener> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServers(options, serveOverConnect(methods, authenticate, logger), (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    // A connection that breaks is no fault of this process.
    session.on("error", (error) => logger.debug({ err: error }, "connection broke"));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });

  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.close();
      // A connection kept alive is idle, and can go, from the moment its answer is out.
      const idle = setInterval(() => HttpServer.prototype.closeIdleConnections.call(server), IDLE_CHECK_MS);
      const end = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(end);
    },
  };
}

/** The server that listens; it serves both versions of HTTP. */
function createServers(
  { tls }: ListenOptions,
  handler: NodeHandler,
  onSession: (session: ServerHttp2Session) => void,
): Pick<HttpServer, "listen" | "close" | "address" | "once" | "on"> {
  const settings = { maxConcurrentStreams: requestLimits.startsInFlight };
  if (tls) {
    const server = createSecureServer(
      {
        settings,
        allowHTTP1: true,
        cert: tls.certificate,
        key: tls.key,
        ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true }),
      },
      handler,
    );
    return server.on("session", onSession) as never;
  }
  const http1 = createServer(handler);
  const http2 = createHttp2Server({ settings }, handler).on("session", onSession);
  sharePort(http1, http2);
  return http1;
}
