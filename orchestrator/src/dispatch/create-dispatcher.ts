import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import { type Resolve, systemResolve } from "./addresses.ts";
import type { Call } from "./call.ts";
import { createDeadlines } from "./deadlines.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { neverSent } from "./outcome.ts";
import { createParticipantLink } from "./participant-link.ts";
import type { ParticipantConfig } from "./participants.ts";

export interface DispatcherOptions {
  /** As validated; commands name one of them, never an address. */
  readonly participants: readonly ParticipantConfig[];
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** 0 to 1, for jitter. */
  readonly random?: () => number;
  /** The addresses of a host; the system's resolver by default. */
  readonly resolve?: Resolve;
}

const TEND_MS = 500;

/** Calls participants over gRPC. Connections are made with the first command. Throws if certificates cannot be read. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { metrics, logger, random = Math.random, resolve = systemResolve } = options;
  const deadlines = createDeadlines<Call>(
    () => performance.now(),
    (call) => call.holder.expired(call),
  );
  const links = new Map(
    options.participants.map((config) => [
      config.name,
      createParticipantLink({ config, metrics, logger, deadlines, resolve, random }),
    ]),
  );
  const tending = setInterval(() => {
    for (const link of links.values()) link.tend();
  }, TEND_MS);
  tending.unref();

  return {
    send(command, done) {
      const link = links.get(command.participant);
      if (link !== undefined) link.send(command, done);
      else queueMicrotask(() => done(neverSent(`participant ${command.participant} is not configured`).outcome));
    },
    participants: () => [...links.values()].map((link) => link.state),
    async stop(graceMs) {
      const all = [...links.values()];
      for (const link of all) link.quiesce();
      const { promise: graceOver, resolve: endGrace } = Promise.withResolvers<void>();
      const grace = setTimeout(endGrace, graceMs);
      await Promise.race([Promise.all(all.map((link) => link.idle())), graceOver]);
      clearTimeout(grace);
      clearInterval(tending);
      for (const link of all) link.close();
      deadlines.stop();
    },
  };
}
