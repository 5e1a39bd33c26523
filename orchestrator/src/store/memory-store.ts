import { randomUUID } from "node:crypto";
import { BackstitchError } from "../errors.ts";
import { isFinal, type SagaStatus } from "../machine/state.ts";
import { comesAfter, matches } from "./list-query.ts";
import type { Entry, MemoryBackend } from "./memory-backend.ts";
import { createMemoryLocks } from "./memory-locks.ts";
import type { Claimed, Commit, Committed, Lease, NewSaga, Replica, SagaKey, Store, Then } from "./store.ts";

export { createMemoryBackend, type MemoryBackend } from "./memory-backend.ts";

const RESULTS_KEPT = 64;
/** A replica that was silent for so long is taken for dead. */
const SILENT_MS = 60_000;
/** A child whose parent is not final is looked at again after so long. */
const PUT_OFF_MS = 3_600_000;
/** How long a receive waits for something to come. */
const RECEIVE_MS = 1000;

export interface MemoryStoreOptions {
  readonly replicaId: string;
  readonly leaseMs: number;
  /** ms since the epoch; shared by the replicas. */
  readonly clock: () => number;
  /** Its clock can be moved, for all stores of the backend. */
  readonly development?: boolean;
}

/** Keeps sagas in memory: the reference for the contract, and for tests of what stands on a store. Nothing survives the process. */
export function createMemoryStore(backend: MemoryBackend, options: MemoryStoreOptions): Store {
  const { sagas, watchers, waiting } = backend;
  const { clock, leaseMs, replicaId } = options;
  const closing = new AbortController();
  // Leases go by the clock alone: moving it in development takes no saga from its owner.
  const now = () => clock() + backend.ahead;

  const nameOf = ({ namespace, sagaId }: SagaKey) => `${namespace}/${sagaId}`;
  const owned = (lease: Lease): Entry | undefined => {
    const entry = sagas.get(nameOf(lease.key));
    return entry?.place.kind === "owned" && entry.place.token === lease.token ? entry : undefined;
  };
  const queue = (entry: Entry) => {
    entry.place = { kind: "queued" };
    entry.record = { ...entry.record, wakeAt: undefined };
    for (const wake of waiting) wake();
  };
  /** The revision that the owner of a lease knows: of what it committed or was given. */
  const revisions = new WeakMap<Lease, number>();
  const leaseOn = ({ record }: Entry, token: string): Lease => {
    const lease = { key: record.header, token };
    revisions.set(lease, record.revision);
    return lease;
  };
  const settle = (entry: Entry, then: Then, token: string): Lease | undefined => {
    entry.retainUntil = then.kind === "finish" ? then.retainUntil : undefined;
    entry.incarnation = backend.incarnation.id;
    backend.feed.add(entry.record);
    if (then.kind !== "hold") {
      entry.place = { kind: "idle" };
      return undefined;
    }
    entry.place = { kind: "owned", token, renewedAt: clock() };
    return leaseOn(entry, token);
  };
  const take = (entry: Entry): Claimed => {
    const token = randomUUID();
    if (entry.place.kind === "owned") entry.crashes++;
    entry.place = { kind: "owned", token, renewedAt: clock() };
    const { record, crashes, incarnation } = entry;
    const rolledBackAt = incarnation === backend.incarnation.id ? undefined : backend.incarnation.since;
    return { lease: leaseOn(entry, token), record, inbox: [...entry.inbox], crashes, rolledBackAt };
  };
  const takeWhere = (max: number, which: (entry: Entry) => boolean): Claimed[] => {
    const all = [...sagas.values()].filter(which);
    const suspect = all.find(({ crashes }) => crashes > 0);
    return all
      .filter((entry) => entry.crashes === 0 || entry === suspect)
      .slice(0, max)
      .map(take);
  };
  const wakeAtOf = (then: Then) => (then.kind === "park" ? then.wakeAt : undefined);
  /** Some ancestor of it is not final, and may have it undone. */
  const isNeeded = ({ record: { header } }: Entry): boolean => {
    const parent = header.parent && sagas.get(nameOf({ ...header, sagaId: header.parent.sagaId }));
    return parent !== undefined && (!isFinal(parent.record.state.status) || isNeeded(parent));
  };
  const isAlive = ({ seenAt }: Replica) => clock() - seenAt < SILENT_MS;
  const heartbeat = async () => {
    for (const replica of backend.replicas.values()) if (!isAlive(replica)) backend.replicas.delete(replica.id);
    backend.replicas.set(replicaId, { id: replicaId, seenAt: clock(), leaseMs });
  };

  return {
    async open() {
      await heartbeat();
      return [];
    },
    close: async () => closing.abort(),
    now,

    async start({ header, state, history, at, then }: NewSaga) {
      const existing = sagas.get(nameOf(header));
      if (existing) {
        const same = existing.record.header.contentDigest === header.contentDigest;
        return same ? { kind: "existing", record: existing.record } : { kind: "conflict" };
      }
      const record = { header, state, revision: 1, updatedAt: at, wakeAt: wakeAtOf(then) };
      const entry: Entry = {
        record,
        batches: [{ revision: 1, at, events: history }],
        inbox: [],
        results: [],
        place: { kind: "idle" },
        crashes: 0,
        retainUntil: undefined,
        incarnation: backend.incarnation.id,
      };
      sagas.set(nameOf(header), entry);
      return { kind: "started", lease: settle(entry, then, randomUUID()), record };
    },

    async commit(lease: Lease, commit: Commit): Promise<Committed> {
      const entry = owned(lease);
      // What it committed last may have been lost.
      if (!entry || entry.record.revision !== revisions.get(lease)) return { kind: "fenced" };
      const { header, after, at, history, consumed, then, results } = commit;
      if (then.kind !== "hold" && entry.inbox.length > consumed) return { kind: "mail", inbox: [...entry.inbox] };
      const revision = entry.record.revision + 1;
      entry.record = { header, state: after, revision, updatedAt: at, wakeAt: wakeAtOf(then) };
      if (history.length > 0) entry.batches.push({ revision, at, events: history });
      entry.inbox = entry.inbox.slice(consumed);
      entry.results = [...entry.results, ...results].slice(-RESULTS_KEPT);
      if (commit.survived) entry.crashes = 0;
      settle(entry, then, lease.token);
      revisions.set(lease, revision);
      const change = { key: header, revision, status: after.status };
      for (const { replica, tell } of [...(watchers.get(nameOf(header)) ?? [])]) {
        const here = replica === replicaId;
        tell({ ...change, record: here ? entry.record : undefined, results: here ? results : [] });
      }
      return { kind: "committed", revision, inbox: [...entry.inbox] };
    },

    async receive(max, signal) {
      const ends = AbortSignal.any([signal, closing.signal, AbortSignal.timeout(RECEIVE_MS)]);
      while (!ends.aborted) {
        const claims = takeWhere(max, ({ place }) => place.kind === "queued");
        if (claims.length > 0) return claims;
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            ends.removeEventListener("abort", wake);
            resolve();
          };
          waiting.add(wake);
          ends.addEventListener("abort", wake);
        });
      }
      return [];
    },
    reclaim: async (max) =>
      takeWhere(max, ({ place }) => place.kind === "owned" && clock() - place.renewedAt >= leaseMs),
    renew: async (leases) =>
      leases.map((lease) => {
        const entry = owned(lease);
        if (!entry) return { held: false, inbox: 0 };
        entry.place = { kind: "owned", token: lease.token, renewedAt: clock() };
        entry.crashes = 0;
        return { held: true, inbox: entry.inbox.length };
      }),
    async release(lease) {
      const entry = owned(lease);
      if (!entry) return;
      entry.crashes = 0;
      queue(entry);
    },
    readInbox: async ({ key }) => [...(sagas.get(nameOf(key))?.inbox ?? [])],

    async wakeDue(max) {
      const timed = [...sagas.values()].filter(({ record }) => record.wakeAt !== undefined);
      timed.sort((a, b) => a.record.wakeAt! - b.record.wakeAt!);
      const due = timed.filter(({ record }) => record.wakeAt! <= now()).slice(0, max);
      for (const entry of due) queue(entry);
      return { woken: due.length, nextAt: timed[due.length]?.record.wakeAt };
    },
    async append(key, item) {
      const entry = sagas.get(nameOf(key));
      if (!entry) return { kind: "missing" };
      const answered = entry.results.find(({ requestId }) => requestId === item.requestId);
      if (answered) return { kind: "answered", refusal: answered.refusal };
      const reopens = item.command.kind === "compensate" && entry.record.state.status === "COMPLETED";
      if (isFinal(entry.record.state.status) && !reopens) return { kind: "final" };
      if (entry.inbox.some(({ requestId }) => requestId === item.requestId)) return { kind: "appended" };
      entry.inbox = [...entry.inbox, item];
      entry.retainUntil = undefined;
      if (entry.place.kind === "idle") queue(entry);
      else for (const poke of [...backend.pokes]) poke(key);
      return { kind: "appended" };
    },
    onPoke(listener) {
      backend.pokes.add(listener);
      return () => backend.pokes.delete(listener);
    },

    get: async (key) => sagas.get(nameOf(key))?.record,
    async history(key) {
      const entry = sagas.get(nameOf(key));
      return entry && { record: entry.record, batches: [...entry.batches] };
    },
    result: async (key, requestId) => sagas.get(nameOf(key))?.results.find((result) => result.requestId === requestId),
    async list(query) {
      const found = [...sagas.values()].map(({ record }) => record).filter((record) => matches(record, query));
      found.sort((a, b) =>
        comesAfter(a.state.createdAt, a.header.sagaId, { createdAt: b.state.createdAt, sagaId: b.header.sagaId })
          ? 1
          : -1,
      );
      return found.slice(0, query.pageSize);
    },
    watch(key, listener) {
      const watcher = { replica: replicaId, tell: listener };
      const set = watchers.get(nameOf(key)) ?? new Set();
      watchers.set(nameOf(key), set.add(watcher));
      return () => set.delete(watcher);
    },

    ...backend.definitions,

    sweep: async () => ({ mended: 0, roundEnded: true }),
    async retire(max) {
      backend.feed.trim(clock());
      let retired = 0;
      for (const [name, entry] of sagas) {
        if (retired === max || entry.retainUntil === undefined || entry.retainUntil > now()) continue;
        if (isNeeded(entry)) {
          entry.retainUntil = now() + PUT_OFF_MS;
          continue;
        }
        sagas.delete(name);
        retired++;
      }
      return retired;
    },
    product: "memory",
    heartbeat,
    async replicas() {
      const living = [...backend.replicas.values()].filter(isAlive);
      return living.sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    async stats() {
      const entries = [...sagas.values()];
      const count = (status: SagaStatus) => entries.filter(({ record }) => record.state.status === status).length;
      const idle = entries.flatMap(({ place }) => (place.kind === "owned" ? [clock() - place.renewedAt] : []));
      return {
        byStatus: {
          RUNNING: count("RUNNING"),
          COMPENSATING: count("COMPENSATING"),
          SUSPENDED: count("SUSPENDED"),
          COMPLETED: count("COMPLETED"),
          COMPENSATED: count("COMPENSATED"),
          ABANDONED: count("ABANDONED"),
        },
        backlog: entries.filter(({ place }) => place.kind === "queued").length,
        oldestPendingMs: Math.max(0, ...idle),
        timers: entries.filter(({ record }) => record.wakeAt !== undefined).length,
      };
    },

    ...createMemoryLocks(backend, now),
    feed: (query, signal) => backend.feed.follow(query, AbortSignal.any([signal, closing.signal])),
    secret: backend.secret,
    async advance(byMs) {
      if (!options.development) {
        throw new BackstitchError("NOT_IMPLEMENTED", "the clock can be moved in development mode only");
      }
      backend.ahead += byMs;
    },
  };
}
