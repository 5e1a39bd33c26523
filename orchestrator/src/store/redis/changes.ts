import { setTimeout as sleep } from "node:timers/promises";
import { type Keys, keyOf, memberOf } from "../keys.ts";
import type { Commit, SagaChange, SagaKey, SagaRecord } from "../store.ts";
import type { Caller } from "./caller.ts";
import { BLOCK_MS, type Connections } from "./connections.ts";
import { memberOfLine, parseFeedLine } from "./feed-line.ts";
import type { Leases } from "./leases.ts";
import { createBlockingReader } from "./reader.ts";

/** How far before its last entry the reading of a feed begins: what happened between asking and reading is told too. */
const BEGIN_MS = 1000;
const READ_COUNT = 256;
const RETRY_MS = 200;

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
  close(): void;
}

export function createChanges(options: {
  readonly caller: Caller;
  readonly connections: Connections;
  readonly keys: Keys;
  readonly leases: () => Leases;
  readonly groups: readonly (readonly number[])[];
  readonly read: (key: SagaKey) => Promise<SagaRecord | undefined>;
}): Changes {
  const { caller, connections, keys, leases, groups } = options;
  const watchers = new Map<string, Set<Listener>>();
  /** Watched sagas that this process does not drive. */
  const remote = new Set<string>();
  /** Those that may belong there: looked at in the next turn, when most are driven here, or final and unwatched. */
  const unsure = new Set<string>();
  let reading = false;
  let closed = false;

  const tell = (member: string, change: SagaChange) => {
    for (const listener of [...(watchers.get(member) ?? [])]) listener(change);
  };
  const isNeeded = () => {
    if (closed) return false;
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
    if (reading || closed) return;
    reading = true;
    const reads = groups.map((partitions) => readFeed(partitions));
    void Promise.all(reads).finally(() => {
      reading = false;
      if (isNeeded()) read();
    });
  };

  const readFeed = async (partitions: readonly number[]) => {
    const streams = partitions.map((p) => keys.partition(p).feed);
    let positions: Map<string, string> | undefined;
    const reader = createBlockingReader(connections, streams[0]!);
    while (isNeeded()) {
      try {
        positions ??= new Map(await Promise.all(streams.map(async (s) => [s, await beginningOf(s)] as const)));
        const args = ["COUNT", READ_COUNT, "BLOCK", BLOCK_MS, "STREAMS", ...streams, ...positions.values()];
        for (const [stream, entries] of (await reader.read("xread", args)) ?? []) {
          for (const [id, fields] of entries) {
            positions.set(stream, id);
            tellLines(fields ?? []);
          }
        }
      } catch {
        // The reader starts anew from where it was.
        if (isNeeded()) await sleep(RETRY_MS);
      }
    }
    reader.close();
  };

  /** Goes by the ids in the feed alone: they never go back, while Redis' clock may have been set to before them. */
  const beginningOf = async (stream: string): Promise<string> => {
    const [last] = (await caller.call("xrevrange", stream, "+", "-", "COUNT", 1)) as [string, string[]][];
    return last ? `${Math.max(0, Number.parseInt(last[0], 10) - BEGIN_MS)}-0` : "0-0";
  };

  const tellLines = (fields: readonly string[]) => {
    for (let i = 1; i < fields.length; i += 2) {
      const member = memberOfLine(fields[i]!);
      if (!watchers.has(member) || leases().drives(member)) continue;
      const { namespace, sagaId, revision, status } = parseFeedLine(fields[i]!);
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
    close() {
      closed = true;
    },
  };
}
