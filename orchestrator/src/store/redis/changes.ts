import { keyOf, memberOf } from "../keys.ts";
import type { Commit, SagaChange, SagaKey, SagaRecord } from "../store.ts";
import { memberOfLine, parseFeedLine } from "./feed-line.ts";
import type { FeedTail } from "./feed-tail.ts";
import type { Leases } from "./leases.ts";

type Listener = (change: SagaChange) => void;

/**
 * Tells watchers of changes: at once of those that this process commits; of others, through the feed, which is read
 * only while someone watches a saga that this process does not drive.
 */
export interface Changes {
  watch(key: SagaKey, listener: Listener): () => void;
  committed(commit: Commit, revision: number): void;
  /** This process stopped driving a saga. */
  ended(member: string): void;
}

export function createChanges(options: {
  readonly tail: FeedTail;
  readonly leases: () => Leases;
  readonly read: (key: SagaKey) => Promise<SagaRecord | undefined>;
}): Changes {
  const { tail, leases } = options;
  const watchers = new Map<string, Set<Listener>>();
  /** Watched sagas that this process does not drive. */
  const remote = new Set<string>();
  /** Those that may belong there: looked at in the next turn, when most are driven here, or final and unwatched. */
  const unsure = new Set<string>();
  let unfollow: (() => void) | undefined;

  const tell = (member: string, change: SagaChange) => {
    for (const listener of [...(watchers.get(member) ?? [])]) listener(change);
  };
  const isNeeded = () => {
    for (const member of remote) if (leases().drives(member)) remote.delete(member);
    return remote.size > 0;
  };
  const lookAt = (member: string) => {
    if (unsure.add(member).size > 1) return;
    setImmediate(() => {
      for (const one of unsure) {
        if (!watchers.has(one) || leases().drives(one)) continue;
        remote.add(one);
        // What happened elsewhere before the feed is read: to a saga, say, whose lease this process lost unawares.
        void tellNow(one).catch(() => undefined);
      }
      unsure.clear();
      if (remote.size > 0) read();
    });
  };
  const tellNow = async (member: string) => {
    const record = await options.read(keyOf(member));
    if (record && remote.has(member)) {
      tell(member, { key: record.header, revision: record.revision, status: record.state.status, record, results: [] });
    }
  };
  const read = () => {
    unfollow ??= tail.follow({
      onEntry: (_partition, _id, lines) => tellLines(lines),
      onTurn() {
        if (isNeeded()) return;
        unfollow?.();
        unfollow = undefined;
      },
    });
  };

  const tellLines = (lines: readonly string[]) => {
    for (const line of lines) {
      const member = memberOfLine(line);
      if (!watchers.has(member) || leases().drives(member)) continue;
      const { namespace, sagaId, revision, status } = parseFeedLine(line);
      tell(member, { key: { namespace, sagaId }, revision, status, record: undefined, results: [] });
    }
  };

  return {
    watch(key, listener) {
      const member = memberOf(key);
      const listeners = watchers.get(member) ?? new Set();
      watchers.set(member, listeners.add(listener));
      if (!leases().drives(member)) lookAt(member);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || watchers.get(member) !== listeners) return;
        watchers.delete(member);
        remote.delete(member);
      };
    },
    committed(commit, revision) {
      if (watchers.size === 0) return;
      const { header, after, at, results, then } = commit;
      const member = memberOf(header);
      if (!watchers.has(member)) return;
      const wakeAt = then.kind === "park" ? then.wakeAt : undefined;
      const record = { header, state: after, revision, updatedAt: at, wakeAt };
      tell(member, { key: header, revision, status: after.status, record, results });
    },
    ended(member) {
      if (watchers.has(member)) lookAt(member);
    },
  };
}
