import { decodeRecord } from "../codec.ts";
import { fieldsOf, formatFence } from "../fields.ts";
import { type Keys, keyOf } from "../keys.ts";
import type { Claimed } from "../store.ts";
import type { Caller, Reply } from "./caller.ts";
import { parseItems } from "./inbox.ts";
import type { Incarnations } from "./incarnations.ts";
import type { Leases } from "./leases.ts";
import { createPlaces } from "./places.ts";
import { scripts } from "./scripts.ts";
import type { Shift } from "./shift.ts";

/** An entry of `commands` (c) or `starts` (s) that may become a lease of this process. */
export interface Candidate {
  readonly member: string;
  /** Stream and id, as the record names it. */
  readonly entry: string;
  /** Whom the lease is to be taken over from, as it was seen; undefined for an entry just received. */
  readonly from: { readonly owner: string; readonly count: number } | undefined;
}

type ClaimReply = readonly [
  record: readonly string[],
  inbox: readonly string[],
  incarnation: string,
  /** Since when that is another one than the record's; empty: it is the same. */
  rolledBackAt: string,
];

/** Turns candidates into leases; those that are not to be had are left out. */
export type Claim = (candidates: readonly Candidate[]) => Promise<Claimed[]>;

export function createClaim(options: {
  readonly caller: Caller;
  readonly keys: Keys;
  readonly leases: Leases;
  readonly incarnations: Incarnations;
  readonly shift: Shift;
  readonly consumer: string;
  readonly nextRound: () => number;
  readonly spansPartitions: boolean;
}): Claim {
  const { caller, keys, leases, incarnations, consumer } = options;

  const claimBatch = async (candidates: readonly Candidate[], takesSuspect: boolean): Promise<Claimed[]> => {
    const leading: string[] = [];
    const tokens = candidates.map(() => leases.newToken());
    const partitions = candidates.map(({ member }) => keys.partitionOf(member));
    for (const [i, { member }] of candidates.entries()) {
      leading.push(keys.record(partitions[i]!, member), keys.inbox(partitions[i]!, member));
    }
    const places = createPlaces(keys, leading);
    const args: (string | number)[] = [candidates.length, consumer, options.nextRound(), takesSuspect ? 1 : 0];
    args.push(options.shift.ms());
    for (const [i, { member, entry, from }] of candidates.entries()) {
      args.push(
        tokens[i]!,
        places.placeOfPartition(partitions[i]!),
        places.placeOf(keys.partition(partitions[i]!).incarnation),
        entry,
        member,
        from?.owner ?? "",
        from?.count ?? "",
      );
    }
    const replies = (await caller.run(scripts.claim, places.keys, args)) as readonly Reply[];
    return replies.flatMap((reply, i) =>
      reply === 0 ? [] : [claimed(candidates[i]!.member, tokens[i]!, reply as unknown as ClaimReply)],
    );
  };

  const claimed = (member: string, token: string, [flat, items, incarnation, since]: ClaimReply): Claimed => {
    const fields = fieldsOf(flat);
    const record = decodeRecord(member, fields);
    const fence = formatFence(token, record.revision, record.updatedAt, 0);
    const lease = leases.add(keyOf(member), token, fence, fields.get("i") ?? "");
    incarnations.hear(lease.partition, incarnation);
    lease.results = fields.get("r") ?? "";
    const crashes = Number(fields.get("k") ?? 0);
    lease.counted = crashes > 0;
    return { lease, record, inbox: parseItems(items), crashes, rolledBackAt: since === "" ? undefined : Number(since) };
  };

  return async (candidates) => {
    if (candidates.length === 0) return [];
    if (options.spansPartitions) return claimBatch(candidates, true);
    const groups = [...Map.groupBy(candidates, ({ member }) => keys.partitionOf(member)).values()];
    // One suspect in all: the groups after the first wait until that has none left.
    return (await Promise.all(groups.map((group, i) => claimBatch(group, i === 0)))).flat();
  };
}
