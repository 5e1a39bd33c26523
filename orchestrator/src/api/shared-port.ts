import type { Server as HttpServer } from "node:http";
import type { Http2Server } from "node:http2";
import type { Socket } from "node:net";

/** How the connection preface of HTTP/2 begins (RFC 9113, section 3.4); no HTTP/1 request begins so. */
const PREFACE = Buffer.from("PRI ");
/** How long a client may take to say anything. */
const PEEK_MS = 10_000;

/**
 * Lets cleartext HTTP/1.1 and HTTP/2 share one port: the first bytes of a connection tell which server gets it. The
 * HTTP/1.1 server is the one that listens.
 */
export function sharePort(http1: HttpServer, http2: Http2Server): void {
  const serveHttp1 = http1.listeners("connection") as ((socket: Socket) => void)[];
  http1.removeAllListeners("connection");
  http1.on("connection", (socket: Socket) => {
    peek(socket, (isHttp2) => {
      if (isHttp2) http2.emit("connection", socket);
      else for (const serve of serveHttp1) serve.call(http1, socket);
    });
  });
}

function peek(socket: Socket, decided: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const hangUp = () => socket.destroy();
  const look = (chunk: Buffer) => {
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const start = seen.subarray(0, PREFACE.length);
    const isPreface = start.equals(PREFACE.subarray(0, start.length));
    if (isPreface && start.length < PREFACE.length) return;
    socket.off("data", look);
    socket.off("timeout", hangUp);
    socket.off("error", hangUp);
    socket.setTimeout(0);
    socket.pause();
    socket.unshift(seen);
    decided(isPreface);
    // The new owner listens for data by now: what was put back is given to it.
    process.nextTick(() => socket.resume());
  };
  socket.on("data", look);
  socket.on("error", hangUp);
  socket.setTimeout(PEEK_MS, hangUp);
}
