import { randomBytes } from "node:crypto";
import { BackstitchError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Metrics } from "../metrics.ts";
import { decodeHistory, decodeRecord } from "./codec.ts";
import { findResult } from "./fields.ts";
import { createKeys, memberOf } from "./keys.ts";
import { createAgreed } from "./redis/agreed.ts";
import { createCaller } from "./redis/caller.ts";
import { createChanges } from "./redis/changes.ts";
import { checkServer } from "./redis/checks.ts";
import { createClaim } from "./redis/claim.ts";
import { createStoreClock } from "./redis/clock.ts";
import { createCommitter } from "./redis/commit.ts";
import { createConnections, type RedisTarget } from "./redis/connections.ts";
import { createDefinitionStore } from "./redis/definitions.ts";
import { createFeed } from "./redis/feed.ts";
import { createFeedTail } from "./redis/feed-tail.ts";
import { appendToInbox, parseItems } from "./redis/inbox.ts";
import { createIncarnations } from "./redis/incarnations.ts";
import { createKeeper } from "./redis/keep.ts";
import { createLeases, type Leases } from "./redis/leases.ts";
import { listSagas } from "./redis/listing.ts";
import { createLocks } from "./redis/locks.ts";
import { createMemoryGauge } from "./redis/memory.ts";
import { createPokes } from "./redis/pokes.ts";
import { createReceiver } from "./redis/receive.ts";
import { createReclaimer } from "./redis/reclaim.ts";
import { readRecord } from "./redis/record.ts";
import { noteReplica, readReplicas } from "./redis/replicas.ts";
import { retireSagas } from "./redis/retire.ts";
import { createShift } from "./redis/shift.ts";
import { createStarter } from "./redis/start.ts";
import { readStats } from "./redis/stats.ts";
import { ensureGroups } from "./redis/streams.ts";
import { createSweeper } from "./redis/sweep.ts";
import { createWaker } from "./redis/timers.ts";
import type { SagaKey, SagaRecord, Store } from "./store.ts";

export type { RedisTarget } from "./redis/connections.ts";

export interface RedisStoreOptions {
  readonly redis: RedisTarget;
  /** Goes before every key. */
  readonly prefix: string;
  /** Fixed at the first use of a prefix; `open` refuses another number. */
  readonly partitions: number;
  readonly leaseMs: number;
  /** Names this process among the owners of leases, for people; made unique by the store. */
  readonly replicaId: string;
  /** Warnings of `open` are refusals. */
  readonly strict: boolean;
  /** Its clock can be moved, for all stores of the prefix: for tests. */
  readonly development?: boolean;
  /** The share of Redis' maxmemory above which no sagas are started. */
  readonly memoryWatermark: number;
  readonly logger: Logger;
  readonly metrics?: Pick<Metrics, "commitBatch" | "commitSeconds">;
}

/** Keeps sagas in Redis: standalone, behind Sentinel, or a Cluster. ARCHITECTURE.md tells how. */
export function createRedisStore(options: RedisStoreOptions): Store {
  const { leaseMs, logger, metrics, partitions } = options;
  let product = "";
  let round = 1;
  const nextRound = () => ++round;
  const observe = (size: number, seconds: number) => {
    metrics?.commitBatch.observe(size);
    metrics?.commitSeconds.observe(seconds);
  };

  const keys = createKeys(options.prefix, partitions);
  const connections = createConnections(options.redis, logger);
  const spansPartitions = !connections.isCluster;
  const every = keys.everyPartition;
  const groups = spansPartitions ? [every] : every.map((p) => [p]);
  const consumer = `${options.replicaId}-${randomBytes(6).toString("base64url")}`;

  const closing = new AbortController();
  const caller = createCaller(connections, () => closing.signal.aborted);
  const shift = createShift(caller, keys, options.development ?? false);
  const clock = createStoreClock(caller, shift.ms);
  const agreed = createAgreed(caller, keys);
  const incarnations = createIncarnations({ caller, keys, shift, groups, onNew: agreed.repeat });
  const memory = createMemoryGauge(connections, options.memoryWatermark);
  const tail = createFeedTail({ caller, connections, keys, groups });
  const changes = createChanges({ tail, leases: () => leases, read: (key) => get(key) });
  const leases: Leases = createLeases(keys, leaseMs, ({ member }) => changes.ended(member));
  const shared = { caller, keys, leases, consumer, spansPartitions, nextRound, observe, incarnations, shift, agreed };
  const starter = createStarter(shared);
  const committer = createCommitter({ ...shared, onCommitted: changes.committed });
  const claim = createClaim(shared);
  const keeper = createKeeper(shared);
  const receiver = createReceiver({ ...shared, connections, claim, release: keeper.release, groups });
  const reclaim = createReclaimer({ ...shared, clock, leaseMs, claim, groups });
  const pokes = createPokes(connections, keys, leases.drives);
  const sweep = createSweeper({ ...shared, groups });

  const fieldsFor = (key: SagaKey) => {
    const member = memberOf(key);
    return readRecord(caller, keys.record(keys.partitionOf(member), member));
  };

  const heartbeat = () => noteReplica(caller, keys, { id: options.replicaId, seenAt: clock.now(), leaseMs });

  const get = async (key: SagaKey): Promise<SagaRecord | undefined> => {
    const fields = await fieldsFor(key);
    return fields && decodeRecord(memberOf(key), fields);
  };

  return {
    async open() {
      // A failed first attempt goes on in the background; the calls below wait for it as for any other.
      await connections.connect().catch(() => undefined);
      await agreed.agree();
      await ensureGroups(caller, keys, every);
      const servers = await Promise.all(connections.masters().map(checkServer));
      const warnings = servers.flatMap((server) => server.warnings);
      product = servers[0]?.product ?? "";
      if (options.strict && warnings.length > 0) {
        throw new BackstitchError("INTERNAL", `the store is not safe:\n${warnings.join("\n")}`);
      }
      await Promise.all([clock.refresh(), memory.refresh(), shift.refresh().then(incarnations.refresh)]);
      clock.start();
      await heartbeat();
      return [...new Set(warnings)];
    },
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      clock.stop();
      tail.close();
      await receiver.close();
      connections.close();
    },
    now: clock.now,

    start: (saga) => (memory.isFull() ? Promise.resolve({ kind: "full" }) : starter(saga)),
    commit: committer,

    receive: receiver.receive,
    reclaim,
    renew: keeper.renew,
    release: (lease) => keeper.release([lease]),
    async readInbox(lease) {
      const { partition, member } = leases.of(lease);
      return parseItems((await caller.call("lrange", keys.inbox(partition, member), 0, -1)) as string[]);
    },

    wakeDue: createWaker({ ...shared, clock, groups }),
    append: (key, item) => appendToInbox(caller, keys, key, item),
    onPoke: pokes.onPoke,

    get,
    async history(key) {
      const fields = await fieldsFor(key);
      return fields && decodeHistory(memberOf(key), fields);
    },
    async result(key, requestId) {
      const member = memberOf(key);
      const text = await caller.call("hget", keys.record(keys.partitionOf(member), member), "r");
      return findResult(String(text ?? ""), requestId);
    },
    list: (query) => listSagas(caller, keys, query),
    watch: changes.watch,

    ...createDefinitionStore(caller, keys),

    sweep,
    retire: (max) => retireSagas(caller, keys, clock, groups, max),
    heartbeat,
    replicas: () => readReplicas(caller, keys, clock.now()),
    get product() {
      return product;
    },
    stats: () => readStats(caller, keys, groups),

    ...createLocks(caller, keys, shift),
    feed: createFeed({ caller, keys, groups, tail, closing: closing.signal }),
    get secret() {
      return agreed.secret;
    },
    advance: shift.advance,
  };
}
