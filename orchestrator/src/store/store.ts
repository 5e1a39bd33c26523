import type { HistoryEvent, Refusal } from "../machine/effect.ts";
import type { SagaCommand } from "../machine/event.ts";
import type { Direction, SagaState, SagaStatus } from "../machine/state.ts";

/** Names a saga. */
export interface SagaKey {
  readonly namespace: string;
  readonly sagaId: string;
}

/** What never changes about a saga. */
export interface SagaHeader extends SagaKey {
  readonly definition: string;
  readonly version: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Passed through to participants. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Digest of the content as requested: tells a repeated start from a conflicting one. */
  readonly contentDigest: string;
  /** The saga that runs it; undefined: it is no child. */
  readonly parent: ParentPlace | undefined;
  /** The lock it holds or waits for, until it is final. */
  readonly lock: Lock | undefined;
}

/** The step that runs a saga, its round, and how many sagas stand above the child. */
export interface ParentPlace {
  readonly sagaId: string;
  readonly step: number;
  /** For people, also once the parent is not kept any more. */
  readonly stepName: string;
  readonly round: number;
  readonly depth: number;
}

/** Names a lock, within the namespace of its saga. */
export interface Lock {
  readonly name: string;
  readonly key: string;
}

/** A saga as it is kept. */
export interface SagaRecord {
  readonly header: SagaHeader;
  readonly state: SagaState;
  /** Counts commits; the start is 1. */
  readonly revision: number;
  readonly updatedAt: number;
  /** When it wakes by itself, while parked. */
  readonly wakeAt: number | undefined;
}

/** One commit's history entries, with its time. */
export interface HistoryBatch {
  readonly revision: number;
  readonly at: number;
  readonly events: readonly HistoryEvent[];
}

/**
 * The right to advance one saga, held by one owner. Opaque: the store keeps the fence in it. A lease that was
 * lost (another owner took the saga) never commits again.
 */
export interface Lease {
  readonly key: SagaKey;
  /** Random; passed to nobody. */
  readonly token: string;
}

/** A command of a caller or operator in a saga's inbox. */
export interface InboxItem {
  readonly requestId: string;
  readonly command: SagaCommand;
}

/** What becomes of the lease with a commit. */
export type Then =
  /** Keep it: calls are in flight. */
  | { readonly kind: "hold" }
  /** Give it back until `wakeAt` (undefined: until someone writes to the inbox). */
  | { readonly kind: "park"; readonly wakeAt: number | undefined }
  /** The saga is final; it is kept until `retainUntil`. */
  | { readonly kind: "finish"; readonly retainUntil: number };

export interface NewSaga {
  readonly header: SagaHeader;
  readonly state: SagaState;
  readonly history: readonly HistoryEvent[];
  readonly at: number;
  readonly then: Then;
}

export type Started =
  /** `lease` is undefined where `then` was not "hold". */
  | { readonly kind: "started"; readonly lease: Lease | undefined; readonly record: SagaRecord }
  /** The saga was there already, with the same content. */
  | { readonly kind: "existing"; readonly record: SagaRecord }
  /** The saga id is in use with other content. */
  | { readonly kind: "conflict" }
  /** The store's memory is above the watermark. */
  | { readonly kind: "full" };

export interface Commit {
  readonly header: SagaHeader;
  /** The state of the last successful commit; parts identical to it are not written again. */
  readonly before: SagaState;
  readonly after: SagaState;
  readonly history: readonly HistoryEvent[];
  readonly at: number;
  /** How many items of the head of the inbox this commit applies. */
  readonly consumed: number;
  /** The answers to them, kept by request id (the last 64). */
  readonly results: readonly RequestResult[];
  /** The owner has outlived what the saga did since it was claimed: clears the count of crashes. */
  readonly survived: boolean;
  readonly then: Then;
}

export interface RequestResult {
  readonly requestId: string;
  readonly refusal: Refusal;
}

export type Committed =
  /** Written. `inbox`: what is in the inbox now, after the consumed items went; empty after park and finish. */
  | { readonly kind: "committed"; readonly revision: number; readonly inbox: readonly InboxItem[] }
  /** Park or finish was refused because of these items; nothing was written. Apply them and commit again. */
  | { readonly kind: "mail"; readonly inbox: readonly InboxItem[] }
  /** Another owner has the saga, or the store cannot tell: drop it. Nothing more may be sent. */
  | { readonly kind: "fenced" };

/** A saga received to be advanced. */
export interface Claimed {
  readonly lease: Lease;
  readonly record: SagaRecord;
  readonly inbox: readonly InboxItem[];
  /**
   * How many owners in a row were lost with it: all that did not renew its lease, give it back, or commit that they
   * survived it, and the last that did. 0 or 1: nothing unusual.
   */
  readonly crashes: number;
  /**
   * The store may have lost writes since this record was written: when that happened, in ms since the epoch; undefined: it
   * has not. The next commit ends it.
   */
  readonly rolledBackAt: number | undefined;
}

export type Appended =
  /** In the inbox; its result will come. */
  | { readonly kind: "appended" }
  /** The same request id was answered already. */
  | { readonly kind: "answered"; readonly refusal: Refusal }
  | { readonly kind: "final" }
  | { readonly kind: "missing" };

/** A change of a saga, told to watchers. `record` is there when this process made the change, and else perhaps. */
export interface SagaChange {
  readonly key: SagaKey;
  readonly revision: number;
  readonly status: SagaStatus;
  readonly record: SagaRecord | undefined;
  readonly results: readonly RequestResult[];
}

/** One entry of the change feed. */
export interface FeedEntry extends SagaKey {
  readonly definition: string;
  readonly version: number;
  readonly status: SagaStatus;
  readonly direction: Direction;
  readonly revision: number;
  readonly at: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ListQuery {
  readonly namespace: string;
  /** Empty: any. */
  readonly statuses: readonly SagaStatus[];
  readonly definition: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdFrom: number | undefined;
  readonly createdBefore: number | undefined;
  readonly pageSize: number;
  /** The last saga of the page before: the page starts after it. */
  readonly after: { readonly createdAt: number; readonly sagaId: string } | undefined;
}

/** A registered version of a definition; `text` is its canonical ProtoJSON. */
export interface StoredDefinition {
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  readonly digest: string;
  readonly text: string;
  readonly registeredAt: number;
  readonly latest: boolean;
}

export interface StoreStats {
  /** Sagas by status (final ones until retention removes them). */
  readonly byStatus: Readonly<Record<SagaStatus, number>>;
  /** Commands nobody has received yet. */
  readonly backlog: number;
  /** Age of the oldest command that is received but not finished, in ms of idleness. */
  readonly oldestPendingMs: number;
  readonly timers: number;
}

/** A process that shares the store. */
export interface Replica {
  readonly id: string;
  /** When it last said that it lives, in ms since the epoch. */
  readonly seenAt: number;
  readonly leaseMs: number;
}

/**
 * Keeps sagas. One contract suite holds for every implementation. All methods reject with a BackstitchError of code
 * STORE_UNAVAILABLE where the store cannot be reached in time; a rejected write may or may not have happened, and
 * may be repeated with the same arguments.
 */
export interface Store {
  /** Checks and fixes what must hold before anything runs, and says that this process lives; gives warnings for people. In strict mode, warnings throw. */
  open(): Promise<readonly string[]>;
  /** Ends all connections; waiting calls end. */
  close(): Promise<void>;

  /** The store's clock in ms since the epoch, estimated without a round trip. */
  now(): number;

  /** Records a new saga and, with `then: hold`, takes its lease in the same step. */
  start(saga: NewSaga): Promise<Started>;
  /** Records a transition if the lease is still held. Safe to repeat. */
  commit(lease: Lease, commit: Commit): Promise<Committed>;

  /** Waits for sagas to advance and takes their leases: at most `max`, at least one, or none when `signal` aborts or a while has passed. */
  receive(max: number, signal: AbortSignal): Promise<readonly Claimed[]>;
  /**
   * Takes the sagas of owners that stopped renewing: a bounded slice of the search, at most `max`. Call it again and
   * again. Of the sagas whose crashes come to more than 1 a call takes one, so that those of a saga that kills its
   * owners go on being counted and those of the others do not.
   */
  reclaim(max: number): Promise<readonly Claimed[]>;
  /** Keeps leases. Gives, for each, whether it is still held and how many items its inbox has. */
  renew(leases: readonly Lease[]): Promise<readonly { readonly held: boolean; readonly inbox: number }[]>;
  /** Gives a lease back at once, for another owner to receive. */
  release(lease: Lease): Promise<void>;
  /** The items in the inbox of a saga one owns. */
  readInbox(lease: Lease): Promise<readonly InboxItem[]>;

  /** Moves due sagas to the commands. Gives how many, and when the next is due. */
  wakeDue(max: number): Promise<{ readonly woken: number; readonly nextAt: number | undefined }>;
  /**
   * Writes to a saga's inbox, once for a request id, and sees to it that an owner looks. A final saga takes nothing, but
   * for `compensate`, which gives a COMPLETED one an owner again.
   */
  append(key: SagaKey, item: InboxItem): Promise<Appended>;
  /** Called with a saga's key when something came into the inbox of a saga that has an owner. A hint: may be lost. */
  onPoke(listener: (key: SagaKey) => void): () => void;

  get(key: SagaKey): Promise<SagaRecord | undefined>;
  /** All batches in order. */
  history(
    key: SagaKey,
  ): Promise<{ readonly record: SagaRecord; readonly batches: readonly HistoryBatch[] } | undefined>;
  /** The answer to an inbox item; undefined: not answered yet, or too long ago. */
  result(key: SagaKey, requestId: string): Promise<RequestResult | undefined>;
  list(query: ListQuery): Promise<readonly SagaRecord[]>;
  /** Tells of every change of a saga, from here or elsewhere, until the returned function is called. May repeat. */
  watch(key: SagaKey, listener: (change: SagaChange) => void): () => void;

  /** Adds a version if the digest is new to the name; either way it becomes the latest. */
  registerDefinition(definition: {
    readonly namespace: string;
    readonly name: string;
    readonly digest: string;
    readonly text: string;
    readonly at: number;
  }): Promise<{ readonly stored: StoredDefinition; readonly created: boolean }>;
  /** `version` undefined: the latest. */
  getDefinition(namespace: string, name: string, version: number | undefined): Promise<StoredDefinition | undefined>;
  /** The latest of every name above `afterName`, by name. */
  listDefinitions(namespace: string, afterName: string, pageSize: number): Promise<readonly StoredDefinition[]>;
  /** The versions of a name below `belowVersion`, newest first. */
  listVersions(
    namespace: string,
    name: string,
    belowVersion: number,
    pageSize: number,
  ): Promise<readonly StoredDefinition[]>;

  /**
   * Looks at a bounded slice of the sagas and mends what crashes may have left: missing entries, lost wake-ups, unread
   * inboxes. Gives how many it mended, and whether it has now been round all sagas.
   */
  sweep(max: number): Promise<{ readonly mended: number; readonly roundEnded: boolean }>;
  /** Deletes finished sagas whose time is over, at most `max`, and trims the feed. Gives how many. */
  retire(max: number): Promise<number>;
  stats(): Promise<StoreStats>;
  /** Says that this process lives, and forgets those who have not said so for a minute. */
  heartbeat(): Promise<void>;
  /** Who lives: those who said so within a minute, by id. */
  replicas(): Promise<readonly Replica[]>;
  /** The kind and version of the database behind it, such as "redis 7.0.15". Known once it is open. */
  readonly product: string;

  /**
   * Takes a lock for a saga, or tells who has it. `wait`: stands in line for it, once for a saga, in the order of the first
   * calls. A holder that is final, or that was never recorded within a minute, does not count. Safe to repeat.
   */
  acquireLock(lock: Lock, saga: SagaKey, wait: boolean): Promise<LockAnswer>;
  /** Gives a lock back, or leaves the line for it; gives the saga that holds it from now on. Safe to repeat. */
  releaseLock(lock: Lock, saga: SagaKey): Promise<SagaKey | undefined>;

  /**
   * Changes of all sagas of a namespace in the order of each saga, at least once, as they come, until `signal` aborts. The
   * first page comes at once, be it empty; further empty ones come now and then, as an old cursor falls out of range.
   * Rejects with CURSOR_OUT_OF_RANGE where the cursor is behind what is kept, ahead of it, or no cursor of this store.
   */
  feed(query: FeedQuery, signal: AbortSignal): AsyncIterable<FeedPage>;
  /** The secret that completion tokens are made with, the same for all processes of a store. Known once it is open. */
  readonly secret: string;
  /** In development mode: moves the clock of all processes of the store forward, in ms. Else rejects. */
  advance(byMs: number): Promise<void>;
}

export type LockAnswer = { readonly held: true } | { readonly held: false; readonly holder: SagaKey };

export interface FeedQuery {
  readonly namespace: string;
  /** Where to begin: after a cursor, with the oldest entry that is kept, or with what comes from now on. */
  readonly from: { readonly cursor: string } | "oldest" | "now";
}

export interface FeedPage {
  /** May be empty: then only the cursor has moved. */
  readonly entries: readonly FeedEntry[];
  /** Goes on after these entries. */
  readonly cursor: string;
}
