import { Server, ServerCredentials } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import type { Authenticate } from "./auth.ts";
import { serveOverGrpc } from "./grpc-adapter.ts";
import type { Method } from "./handlers.ts";
import { requestLimits } from "./limits.ts";
import type { Listener, ListenOptions, TlsOptions } from "./listener.ts";

/** Room above the message limit in which this server's own, clearer error still answers. */
const MESSAGE_SLACK_BYTES = 256 * 1024;

/** How long last answers may take to be written, and connections to be gone once they are cut off. */
const CUT_MS = 100;

export interface GrpcListenOptions extends ListenOptions {
  /** After this time (10 % more or less) clients are asked to connect anew, so that new replicas get work. */
  readonly maxConnectionAgeMs: number;
  readonly reflection: boolean;
}

export interface GrpcListener extends Listener {
  /** What grpc.health.v1.Health answers. */
  setServing(serving: boolean): void;
}

/** Listens for gRPC. */
export async function listenGrpc(
  methods: readonly Method[],
  authenticate: Authenticate,
  options: GrpcListenOptions,
): Promise<GrpcListener> {
  const server = new Server({
    "grpc.max_receive_message_length": requestLimits.messageBytes + MESSAGE_SLACK_BYTES,
    "grpc.max_send_message_length": -1,
    "grpc.max_connection_age_ms": options.maxConnectionAgeMs,
    "grpc.max_connection_age_grace_ms": requestLimits.waitMs,
    "grpc.max_concurrent_streams": requestLimits.startsInFlight,
    // Bookkeeping for a debugging service that is not offered.
    "grpc.enable_channelz": 0,
  });
  const idle = serveOverGrpc(server, methods, authenticate);
  const services = ["", ...new Set(methods.map((method) => method.desc.parent.typeName))];
  const health = new HealthImplementation(Object.fromEntries(services.map((name) => [name, "SERVING" as const])));
  health.addToServer(server);
  // Loaded only where it is wanted: it costs some MB.
  if (options.reflection) (await import("./grpc-reflection.ts")).addReflection(server, methods);

  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${options.port}`, credentialsOf(options.tls), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });

  const setServing = (serving: boolean) => {
    for (const name of services) health.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
  };
  return {
    port,
    setServing,
    async stop(graceMs) {
      setServing(false);
      const bound = `${host}:${port}`;
      server.drain(bound, graceMs);
      const gone = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      const quiet = idle().then(() => passed(CUT_MS));
      await Promise.race([gone, quiet, passed(graceMs)]);
      // What is left are connections: of clients that do not read, or that left at this very moment, which the library
      // then waits for in vain. Not `forceShutdown`: without channelz it knows of no connections and cuts none off.
      server.drain(bound, 0);
      await Promise.race([gone, passed(CUT_MS)]);
    },
  };
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function credentialsOf(tls: TlsOptions | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(
    tls.clientCa === undefined ? null : Buffer.from(tls.clientCa),
    [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) }],
    tls.clientCa !== undefined,
  );
}
