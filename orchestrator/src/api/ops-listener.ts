import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Registry } from "prom-client";
import type { Listener } from "./listener.ts";

export interface OpsDeps {
  readonly registry: Registry;
  /** Whether sagas can be taken and driven; if not, why, for people. */
  readonly readiness: () => { readonly ready: boolean; readonly reasons: readonly string[] };
}

/**
 * Listens for those who run the orchestrator: /metrics (Prometheus), /healthz (the process is alive), /readyz (it can
 * work). Asks for no credentials and tells nothing about single sagas: keep it within the cluster.
 */
export async function listenOps(
  { registry, readiness }: OpsDeps,
  options: { readonly host: string; readonly port: number },
): Promise<Listener> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") return end(response, 405, "GET only\n");
    switch (request.url?.split("?", 1)[0]) {
      case "/metrics":
        registry.metrics().then(
          (text) => end(response, 200, text, registry.contentType),
          () => end(response, 500, "metrics could not be gathered\n"),
        );
        return;
      case "/healthz":
        return end(response, 200, "ok\n");
      case "/readyz": {
        const { ready, reasons } = readiness();
        return end(response, ready ? 200 : 503, ready ? "ready\n" : `not ready\n${reasons.join("\n")}\n`);
      }
      default:
        return end(response, 404, "/metrics, /healthz and /readyz are here\n");
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop(graceMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function end(response: ServerResponse, status: number, body: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "content-type": type });
  response.end(body);
}
