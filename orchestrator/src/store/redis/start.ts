import { decodeRecord, encodeNew } from "../codec.ts";
import { fieldsOf, formatFence } from "../fields.ts";
import { type Keys, memberOf, type PartitionKeys } from "../keys.ts";
import type { NewSaga, Started } from "../store.ts";
import type { Agreed } from "./agreed.ts";
import type { Arguments, Caller, Reply } from "./caller.ts";
import { feedLine } from "./feed-line.ts";
import { batchSizeFor, createGatherer, type Gatherer } from "./gather.ts";
import type { Incarnations } from "./incarnations.ts";
import type { Leases } from "./leases.ts";
import { createPlaces, type Places } from "./places.ts";
import { scripts } from "./scripts.ts";

interface Waiting {
  readonly saga: NewSaga;
  readonly member: string;
  readonly partition: number;
  readonly token: string;
  readonly fence: string;
  readonly incarnation: string;
  readonly resolve: (started: Started) => void;
  readonly reject: (thrown: unknown) => void;
}

export interface StartOptions {
  readonly caller: Caller;
  readonly keys: Keys;
  readonly leases: Leases;
  readonly consumer: string;
  readonly incarnations: Incarnations;
  readonly agreed: Pick<Agreed, "noteNamespaces">;
  readonly spansPartitions: boolean;
  readonly observe: (size: number, seconds: number) => void;
}

/** Starts sagas, many in one script call. */
export function createStarter(options: StartOptions): (saga: NewSaga) => Promise<Started> {
  const { caller, keys, leases, consumer, incarnations, agreed, observe } = options;
  const encode = (batch: readonly Waiting[]) => {
    const places = createPlaces(
      keys,
      batch.map(({ partition, member }) => keys.record(partition, member)),
    );
    const args: (string | number)[] = [batch.length, consumer];
    for (const { saga, member, partition, fence, incarnation } of batch) {
      const { header, state, then, at } = saga;
      const fields = encodeNew(header, state, saga.history, at, incarnation);
      const partitionKeys = keys.partition(partition);
      args.push(fence, places.placeOf(partitionKeys.feed), ...placed(then, partitionKeys, places));
      args.push(member, header.sagaId, state.createdAt);
      const indexes = [keys.status(partition, header.namespace, state.status)];
      indexes.push(keys.definition(partition, header.namespace, header.definition));
      for (const name in header.labels)
        indexes.push(keys.label(partition, header.namespace, name, header.labels[name]!));
      args.push(indexes.length);
      for (const index of indexes) args.push(places.placeOf(index));
      args.push(fields.length, ...fields, feedLine(header, state, 1, at));
    }
    return { keys: places.keys, args };
  };

  const settle = ({ saga, member, token, fence, incarnation, resolve }: Waiting, reply: Reply) => {
    const { header, state, then, at } = saga;
    if (reply === 1) {
      const wakeAt = then.kind === "park" ? then.wakeAt : undefined;
      const lease = then.kind === "hold" ? leases.add(header, token, fence, incarnation) : undefined;
      resolve({ kind: "started", lease, record: { header, state, revision: 1, updatedAt: at, wakeAt } });
      return;
    }
    const record = decodeRecord(member, fieldsOf(reply as string[]));
    const same = record.header.contentDigest === header.contentDigest;
    resolve(same ? { kind: "existing", record } : { kind: "conflict" });
  };

  const gatherer: Gatherer<Waiting> = createGatherer({
    batchSize: () => batchSizeFor(leases.size),
    partitionOf: options.spansPartitions ? undefined : ({ partition }) => partition,
    async call(batch) {
      await agreed.noteNamespaces(batch.map(({ saga }) => saga.header.namespace));
      const { keys: all, args } = encode(batch);
      return (await caller.run(scripts.start, all, args)) as readonly Reply[];
    },
    settle,
    observe,
  });

  return (saga) =>
    new Promise((resolve, reject) => {
      const member = memberOf(saga.header);
      const token = leases.newToken();
      // A saga without owner has the fence of none; the token then stands last, to tell this start from any other.
      const fence =
        saga.then.kind === "hold" ? formatFence(token, 1, saga.at, 0) : `${formatFence("-", 1, saga.at, 0)}${token}`;
      const partition = keys.partitionOf(member);
      const incarnation = incarnations.of(partition);
      gatherer.add({ saga, member, partition, token, fence, incarnation, resolve, reject });
    });
}

/** What becomes of the saga, the place of the key that says so, and the time that goes with it. */
function placed(then: NewSaga["then"], { starts, timers, finished }: PartitionKeys, places: Places): Arguments {
  switch (then.kind) {
    case "hold":
      return ["h", places.placeOf(starts), ""];
    case "park":
      return ["p", places.placeOf(timers), then.wakeAt ?? ""];
    case "finish":
      return ["f", places.placeOf(finished), then.retainUntil];
  }
}
