import type { Refusal } from "../../orchestrator/src/machine/effect.ts";
import { isFinal, type SagaState } from "../../orchestrator/src/machine/state.ts";
import type {
  FeedPage,
  FeedQuery,
  HistoryBatch,
  InboxItem,
  NewSaga,
  RequestResult,
  SagaChange,
  SagaKey,
  SagaRecord,
  Store,
  StoredDefinition,
} from "../../orchestrator/src/store/store.ts";

/**
 * The part of a store that the API uses, in memory, with sagas that a test moves by hand: nothing drives them. For
 * tests of the API alone.
 */
export interface ScriptedStore extends Store {
  /** Changes a saga as an owner's commit would. `silently`: watchers are not told, as if the news were lost. */
  change(key: SagaKey, patch: Partial<SagaState>, options?: { silently?: boolean; elsewhere?: boolean }): void;
  finish(key: SagaKey, status?: "COMPLETED" | "COMPENSATED"): void;
  /** Answers the inbox items of a saga as its owner would; `patch`: what they change. */
  answer(key: SagaKey, refusal: Refusal, patch?: Partial<SagaState>): void;
  inbox(key: SagaKey): readonly InboxItem[];
  addHistory(key: SagaKey, batch: HistoryBatch): void;
  /** How many writes of any kind were asked for. */
  readonly writes: number;
  readonly watchers: number;
  /** What `feed` was asked for; it gives `feedPages` and then waits, or rejects with `feedError`. */
  readonly feedQueries: FeedQuery[];
  feedPages: readonly FeedPage[];
  feedError: Error | undefined;
  /** How many feeds are being read. */
  readonly feeds: number;
  /** Makes starts answer `full`. */
  full: boolean;
}

interface Kept {
  record: SagaRecord;
  readonly history: HistoryBatch[];
  readonly inbox: InboxItem[];
  readonly results: RequestResult[];
}

export function createScriptedStore(): ScriptedStore {
  const sagas = new Map<string, Kept>();
  const listeners = new Map<string, Set<(change: SagaChange) => void>>();
  const definitions: StoredDefinition[] = [];
  let writes = 0;
  let feeds = 0;
  let clock = 1_700_000_000_000;
  const nameOf = (key: SagaKey) => `${key.namespace}/${key.sagaId}`;
  const keptOf = (key: SagaKey) => {
    const kept = sagas.get(nameOf(key));
    if (!kept) throw new Error(`no saga ${nameOf(key)}`);
    return kept;
  };
  const tell = (key: SagaKey, record: SagaRecord, results: readonly RequestResult[], elsewhere = false) => {
    const change = { key, revision: record.revision, status: record.state.status };
    for (const listener of listeners.get(nameOf(key)) ?? [])
      listener({ ...change, record: elsewhere ? undefined : record, results: elsewhere ? [] : results });
  };
  const latestOf = (namespace: string, name: string) =>
    definitions.findLast((d) => d.namespace === namespace && d.name === name && d.latest);

  const store = {
    full: false,
    secret: "a secret of the tests",
    feedQueries: [] as FeedQuery[],
    feedPages: [] as readonly FeedPage[],
    feedError: undefined as Error | undefined,
    get feeds() {
      return feeds;
    },
    get writes() {
      return writes;
    },
    get watchers() {
      return [...listeners.values()].reduce((sum, set) => sum + set.size, 0);
    },
    now: () => clock++,

    async start(saga: NewSaga) {
      writes++;
      if (store.full) return { kind: "full" as const };
      const existing = sagas.get(nameOf(saga.header));
      if (existing) {
        const same = existing.record.header.contentDigest === saga.header.contentDigest;
        return same ? { kind: "existing" as const, record: existing.record } : { kind: "conflict" as const };
      }
      const record = { header: saga.header, state: saga.state, revision: 1, updatedAt: saga.at, wakeAt: undefined };
      const history = [{ revision: 1, at: saga.at, events: saga.history }];
      sagas.set(nameOf(saga.header), { record, history, inbox: [], results: [] });
      return { kind: "started" as const, lease: undefined, record };
    },
    async append(key: SagaKey, item: InboxItem) {
      writes++;
      const kept = sagas.get(nameOf(key));
      if (!kept) return { kind: "missing" as const };
      const result = kept.results.find((r) => r.requestId === item.requestId);
      if (result) return { kind: "answered" as const, refusal: result.refusal };
      if (isFinal(kept.record.state.status)) return { kind: "final" as const };
      kept.inbox.push(item);
      return { kind: "appended" as const };
    },
    get: async (key: SagaKey) => sagas.get(nameOf(key))?.record,
    async history(key: SagaKey) {
      const kept = sagas.get(nameOf(key));
      return kept && { record: kept.record, batches: kept.history };
    },
    result: async (key: SagaKey, requestId: string) =>
      sagas.get(nameOf(key))?.results.find((r) => r.requestId === requestId),
    async list(query: Parameters<Store["list"]>[0]) {
      const { after } = query;
      return [...sagas.values()]
        .map((kept) => kept.record)
        .filter(({ header, state }) => {
          if (header.namespace !== query.namespace) return false;
          if (query.statuses.length > 0 && !query.statuses.includes(state.status)) return false;
          if (query.definition !== undefined && header.definition !== query.definition) return false;
          if (Object.entries(query.labels).some(([k, v]) => header.labels[k] !== v)) return false;
          if (query.createdFrom !== undefined && state.createdAt < query.createdFrom) return false;
          if (query.createdBefore !== undefined && state.createdAt >= query.createdBefore) return false;
          return !after || state.createdAt < after.createdAt;
        })
        .sort((a, b) => b.state.createdAt - a.state.createdAt)
        .slice(0, query.pageSize);
    },
    async *feed(query: FeedQuery, signal: AbortSignal) {
      store.feedQueries.push(query);
      feeds++;
      try {
        if (store.feedError) throw store.feedError;
        yield* store.feedPages;
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      } finally {
        feeds--;
      }
    },
    watch(key: SagaKey, listener: (change: SagaChange) => void) {
      const set = listeners.get(nameOf(key)) ?? new Set();
      listeners.set(nameOf(key), set.add(listener));
      return () => set.delete(listener);
    },

    async registerDefinition(given: Parameters<Store["registerDefinition"]>[0]) {
      writes++;
      const { namespace, name, digest, text, at } = given;
      const versions = definitions.filter((d) => d.namespace === namespace && d.name === name);
      const known = versions.find((d) => d.digest === digest);
      const version = known?.version ?? versions.length + 1;
      const stored = { namespace, name, version, digest, text, registeredAt: at, latest: true };
      for (let i = definitions.length - 1; i >= 0; i--) {
        const d = definitions[i]!;
        if (d.namespace !== namespace || d.name !== name) continue;
        if (d.version === version) definitions.splice(i, 1);
        else definitions[i] = { ...d, latest: false };
      }
      definitions.push(stored);
      return { stored, created: known === undefined };
    },
    getDefinition: async (namespace: string, name: string, version: number | undefined) =>
      version === undefined
        ? latestOf(namespace, name)
        : definitions.find((d) => d.namespace === namespace && d.name === name && d.version === version),
    listDefinitions: async (namespace: string, afterName: string, pageSize: number) =>
      definitions
        .filter((d) => d.namespace === namespace && d.latest && d.name > afterName)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .slice(0, pageSize),
    listVersions: async (namespace: string, name: string, below: number, pageSize: number) =>
      definitions
        .filter((d) => d.namespace === namespace && d.name === name && d.version < below)
        .sort((a, b) => b.version - a.version)
        .slice(0, pageSize),

    change(key: SagaKey, patch: Partial<SagaState>, options: { silently?: boolean; elsewhere?: boolean } = {}) {
      const kept = keptOf(key);
      const { record } = kept;
      kept.record = { ...record, state: { ...record.state, ...patch }, revision: record.revision + 1 };
      if (!options.silently) tell(key, kept.record, [], options.elsewhere);
    },
    finish(key: SagaKey, status: "COMPLETED" | "COMPENSATED" = "COMPLETED") {
      store.change(key, { status, finishedAt: store.now() });
    },
    answer(key: SagaKey, refusal: Refusal, patch: Partial<SagaState> = {}) {
      const kept = keptOf(key);
      const results = kept.inbox.splice(0).map(({ requestId }) => ({ requestId, refusal }));
      kept.results.push(...results);
      const { record } = kept;
      kept.record = { ...record, state: { ...record.state, ...patch }, revision: record.revision + 1 };
      tell(key, kept.record, results);
    },
    inbox: (key: SagaKey) => keptOf(key).inbox,
    addHistory: (key: SagaKey, batch: HistoryBatch) => void keptOf(key).history.push(batch),
  };
  return store as unknown as ScriptedStore;
}
