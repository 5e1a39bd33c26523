import type { DefinitionCatalog } from "../catalog.ts";
import type { Plan } from "../definition/types.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import type { SagaHeader, Started, Store } from "../store/store.ts";

/** What the handlers need from the rest of the process. */
export interface ApiDeps {
  readonly store: Store;
  readonly catalog: DefinitionCatalog;
  readonly start: StartSaga;
  /** The participants of the configuration as this process sees them, in any order. */
  readonly participants: () => readonly ParticipantView[];
  readonly cluster: () => ClusterView | Promise<ClusterView>;
  readonly metrics: Pick<Metrics, "requests">;
  readonly logger: Logger;
  /** Only in development mode: there is no DevelopmentService without it. */
  readonly development?: Development | undefined;
}

/** What only a development server can do. */
export interface Development {
  /** Moves the clock of the store forward; rejects with STOPPING where the signal ends it on the way. */
  advance(target: TimeTarget, signal: AbortSignal): Promise<{ readonly now: number; readonly timers: number }>;
}

/** How far to move the clock: by so many ms, or to a time in ms since the epoch. */
export type TimeTarget = { readonly byMs: number } | { readonly toMs: number };

/**
 * Starts a saga so that this process drives it at once. Rejects with OVERLOADED or STOPPING where it cannot, and with LOCKED
 * where another saga holds its lock.
 */
export type StartSaga = (saga: {
  readonly header: SagaHeader;
  readonly plan: Plan;
  /** Canonical JSON text of an object. */
  readonly input: string;
  readonly deadlineMs: number | undefined;
}) => Promise<Started>;

/** A participant as this process sees it. */
export interface ParticipantView {
  readonly name: string;
  readonly address: string;
  readonly transport: "unknown" | "unary" | "serve";
  readonly breakers: Readonly<Record<"forward" | "backward", BreakerView>>;
  readonly inFlight: number;
  readonly maxInFlight: number;
}

export interface BreakerView {
  readonly state: "closed" | "open" | "half-open";
  /** In ms since the epoch. */
  readonly openedAt: number | undefined;
}

export interface ClusterView {
  /** The version of this orchestrator. */
  readonly version: string;
  readonly partitions: number;
  readonly replicas: readonly { readonly id: string; readonly seenAt: number; readonly leaseMs: number }[];
  /** The store's kind and version, such as "redis 7.0.15". */
  readonly store: string;
  /** What the start-up checks found wrong, for people. */
  readonly warnings: readonly string[];
}
