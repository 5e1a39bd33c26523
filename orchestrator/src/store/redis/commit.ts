import { monotonicMs } from "../../clock.ts";
import { droppedBatch, encodeChanges } from "../codec.ts";
import { addResults } from "../fields.ts";
import type { Keys } from "../keys.ts";
import type { Commit, Committed, Lease } from "../store.ts";
import type { Caller, Reply } from "./caller.ts";
import { feedLine } from "./feed-line.ts";
import { batchSizeFor, createGatherer, type Gatherer } from "./gather.ts";
import { parseItems } from "./inbox.ts";
import type { Incarnations } from "./incarnations.ts";
import type { Leases, RedisLease } from "./leases.ts";
import { createPlaces, type Places } from "./places.ts";
import { scripts } from "./scripts.ts";

interface Waiting {
  readonly lease: RedisLease;
  readonly commit: Commit;
  readonly fence: string;
  readonly results: string;
  readonly incarnation: string;
  readonly resolve: (committed: Committed) => void;
  readonly reject: (thrown: unknown) => void;
}

export interface CommitOptions {
  readonly caller: Caller;
  readonly keys: Keys;
  readonly leases: Leases;
  readonly incarnations: Incarnations;
  readonly spansPartitions: boolean;
  readonly observe: (size: number, seconds: number) => void;
  readonly onCommitted: (commit: Commit, revision: number) => void;
}

/** Commits transitions, many in one script call. */
export function createCommitter(options: CommitOptions): (lease: Lease, commit: Commit) => Promise<Committed> {
  const { caller, keys, leases, incarnations, observe, onCommitted } = options;

  const settle = ({ lease, commit, fence, results, incarnation, resolve }: Waiting, reply: Reply) => {
    const [code, ...items] = typeof reply === "number" ? [reply] : (reply as [number, ...string[]]);
    lease.unresolved = undefined;
    if (code === 0) {
      leases.end(lease);
      return resolve({ kind: "fenced" });
    }
    if (code === 2) return resolve({ kind: "mail", inbox: parseItems(items) });
    lease.fence = fence;
    lease.revision++;
    lease.results = results;
    lease.incarnation = incarnation;
    if (commit.survived) lease.counted = false;
    lease.confirmedAt = monotonicMs();
    const { revision } = lease;
    onCommitted(commit, revision);
    if (commit.then.kind !== "hold") leases.end(lease);
    resolve({ kind: "committed", revision, inbox: items.length === 0 ? [] : parseItems(items) });
  };

  const gatherer: Gatherer<Waiting> = createGatherer({
    batchSize: () => batchSizeFor(leases.size),
    partitionOf: options.spansPartitions ? undefined : ({ lease }) => lease.partition,
    async call(batch) {
      const { keys: all, args } = encode(keys, batch);
      return (await caller.run(scripts.commit, all, args)) as readonly Reply[];
    },
    settle,
    observe,
  });

  return (given, commit) => {
    const lease = leases.of(given);
    if (lease.over) return Promise.resolve({ kind: "fenced" });
    const fence = leases.nextFence(lease, commit);
    const results = commit.results.length === 0 ? lease.results : addResults(lease.results, commit.results);
    const incarnation = incarnations.of(lease.partition);
    return new Promise((resolve, reject) =>
      gatherer.add({ lease, commit, fence, results, incarnation, resolve, reject }),
    );
  };
}

function encode(keys: Keys, batch: readonly Waiting[]) {
  const leading: string[] = [];
  for (const { lease } of batch) {
    leading.push(keys.record(lease.partition, lease.member), keys.inbox(lease.partition, lease.member));
  }
  const places = createPlaces(keys, leading);
  const args: (string | number)[] = [batch.length];
  for (const waiting of batch) encodeOne(keys, places, args, waiting);
  return { keys: places.keys, args };
}

function encodeOne(keys: Keys, places: Places, args: (string | number)[], waiting: Waiting): void {
  const { lease, commit, fence, results, incarnation } = waiting;
  const { header, before, after, then } = commit;
  const revision = lease.revision + 1;
  const fields = encodeChanges(before, after, commit.history, commit.at, revision);
  if (results !== lease.results) fields.push("r", results);
  if (incarnation !== lease.incarnation) fields.push("i", incarnation);
  if (lease.counted && commit.survived) fields.push("k", "0");
  const dropped = droppedBatch(revision);
  const moved = before.status !== after.status;
  const what = then.kind === "park" ? "p" : then.kind === "finish" ? "f" : moved || dropped ? "H" : "h";
  // A saga that is held needs its feed alone, and most are: keys cost as much as arguments.
  const held = then.kind === "hold";
  const place = held ? places.placeOf(keys.partition(lease.partition).feed) : places.placeOfPartition(lease.partition);
  args.push(lease.fence, fence, place, what, commit.consumed, fields.length);
  for (const field of fields) args.push(field);
  args.push(feedLine(header, after, revision, commit.at));
  if (what === "h") return;
  const value = then.kind === "park" ? then.wakeAt : then.kind === "finish" ? then.retainUntil : undefined;
  const status = (state: Commit["after"]) =>
    places.placeOf(keys.status(lease.partition, header.namespace, state.status));
  args.push(value ?? "", moved ? status(before) : 0, moved ? status(after) : 0);
  args.push(after.createdAt, header.sagaId, lease.member, dropped ?? "");
}
