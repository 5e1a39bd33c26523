import { randomBytes } from "node:crypto";
import { createMemoryDefinitions } from "./memory-definitions.ts";
import { createMemoryFeed } from "./memory-feed.ts";
import { createMemoryLines } from "./memory-locks.ts";
import type { HistoryBatch, InboxItem, Replica, RequestResult, SagaChange, SagaKey, SagaRecord } from "./store.ts";

/** A saga as the reference implementation keeps it: what it does is what the contract says, in the simplest form. */
export interface Entry {
  record: SagaRecord;
  batches: HistoryBatch[];
  inbox: InboxItem[];
  results: RequestResult[];
  /** `queued`: waits to be received. */
  place: { kind: "queued" } | { kind: "owned"; token: string; renewedAt: number } | { kind: "idle" };
  crashes: number;
  retainUntil: number | undefined;
  /** The incarnation it was last written under. */
  incarnation: number;
}

/** What several memory stores share, as replicas share a Redis. */
export interface MemoryBackend {
  readonly sagas: Map<string, Entry>;
  readonly definitions: ReturnType<typeof createMemoryDefinitions>;
  readonly watchers: Map<string, Set<{ readonly replica: string; readonly tell: (change: SagaChange) => void }>>;
  readonly pokes: Set<(key: SagaKey) => void>;
  readonly replicas: Map<string, Replica>;
  /** Called when a saga is queued. */
  readonly waiting: Set<() => void>;
  readonly feed: ReturnType<typeof createMemoryFeed>;
  readonly lines: ReturnType<typeof createMemoryLines>;
  readonly secret: string;
  /** How far its clock was put forward, in ms. */
  ahead: number;
  incarnation: { readonly id: number; readonly since: number };
  /** Remembers the sagas, locks and feed as they are; the returned function loses all that was written since. */
  snapshot(): (now: number) => void;
}

export function createMemoryBackend(): MemoryBackend {
  const backend: MemoryBackend = {
    sagas: new Map(),
    definitions: createMemoryDefinitions(),
    watchers: new Map(),
    pokes: new Set(),
    replicas: new Map(),
    waiting: new Set(),
    feed: createMemoryFeed(),
    lines: createMemoryLines(),
    secret: randomBytes(32).toString("base64url"),
    ahead: 0,
    incarnation: { id: 0, since: 0 },
    snapshot() {
      const copy = (entry: Entry): Entry => ({ ...entry, batches: [...entry.batches] });
      const kept = [...backend.sagas].map(([name, entry]) => [name, copy(entry)] as const);
      const restores = [backend.feed.snapshot(), backend.lines.snapshot()];
      return (now) => {
        backend.sagas.clear();
        for (const [name, entry] of kept) backend.sagas.set(name, copy(entry));
        for (const restore of restores) restore();
        backend.incarnation = { id: backend.incarnation.id + 1, since: now };
      };
    },
  };
  return backend;
}
