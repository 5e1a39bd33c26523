import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "../../clock.ts";
import { GROUP, type Keys } from "../keys.ts";
import type { Claimed, Lease } from "../store.ts";
import { type Caller, isPassing, unavailable } from "./caller.ts";
import type { Candidate, Claim } from "./claim.ts";
import { BLOCK_MS, type Connections } from "./connections.ts";
import type { Leases } from "./leases.ts";
import { createBlockingReader } from "./reader.ts";
import { ensureGroups, isError, memberOfEntry, type StreamsReply } from "./streams.ts";

const PENDING_PAGE = 256;
const RETRY_PAUSE_MS = 100;
const GIVE_BACK_MS = 1000;
/** A receive gives up after so long without a connection, so that its caller hears of it. */
const PATIENCE_MS = 5000;

export interface ReceiveOptions {
  readonly caller: Caller;
  readonly connections: Connections;
  readonly keys: Keys;
  readonly leases: Leases;
  readonly consumer: string;
  readonly claim: Claim;
  readonly release: (leases: readonly Lease[]) => Promise<void>;
  /** Partitions that one blocking read may span. */
  readonly groups: readonly (readonly number[])[];
}

export interface Receiver {
  receive(max: number, signal: AbortSignal): Promise<readonly Claimed[]>;
  /** Ends reads that block and gives back what they received, if that can be done at once. */
  close(): Promise<void>;
}

export function createReceiver(options: ReceiveOptions): Receiver {
  const { claim, release } = options;
  /** Received for this consumer, not claimed yet. */
  let ready: Candidate[] = [];
  let closed = false;
  const sources = options.groups.map((partitions) =>
    createSource(options, partitions, (found) => void ready.push(...found)),
  );

  /** Waits until some source has entries or all have had their time. Sources that still block go on for the next call. */
  const wait = async (max: number, signal: AbortSignal): Promise<void> => {
    const abort = Promise.withResolvers<void>();
    const onAbort = () => void Promise.all(sources.map((source) => source.interrupt())).then(() => abort.resolve());
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      const reads = sources.map(async (source) => {
        await source.read(Math.max(1, Math.ceil(max / sources.length)));
        if (ready.length === 0) throw new Error("nothing");
      });
      const some = Promise.any(reads).catch((failure: AggregateError) => {
        const broken = failure.errors.find((error: Error) => error.message !== "nothing");
        if (broken) throw broken;
      });
      await Promise.race([some, abort.promise]);
      // An interrupted read may have received something all the same.
      if (signal.aborted) await Promise.allSettled(reads);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  };

  const giveBack = async (candidates: readonly Candidate[]) => {
    const claims = await claim(candidates);
    await release(claims.map(({ lease }) => lease));
  };

  return {
    async receive(max, signal) {
      const deadline = monotonicMs() + PATIENCE_MS;
      while (ready.length === 0 && !signal.aborted) {
        try {
          await wait(max, signal);
          break;
        } catch (thrown) {
          if (closed) return [];
          if (!isPassing(thrown) || monotonicMs() > deadline) throw unavailable(thrown);
          await sleep(RETRY_PAUSE_MS);
        }
      }
      const taken = ready.slice(0, signal.aborted ? undefined : max);
      ready = ready.slice(taken.length);
      if (!signal.aborted) return claim(taken);
      await giveBack(taken);
      return [];
    },
    async close() {
      closed = true;
      const reads = Promise.all(sources.map((source) => source.end())).then(() => giveBack(ready));
      // What cannot be given back, because Redis does not answer, is reclaimed by others in time.
      await Promise.race([reads.catch(() => undefined), sleep(GIVE_BACK_MS, undefined, { ref: false })]);
      for (const source of sources) source.close();
    },
  };
}

interface Source {
  /** Waits a while for entries and tells of them. A read that is under way is joined. */
  read(count: number): Promise<void>;
  interrupt(): Promise<void>;
  /** Interrupts a read that is under way and waits for its end. */
  end(): Promise<void>;
  close(): void;
}

function createSource(
  options: ReceiveOptions,
  partitions: readonly number[],
  onFound: (found: readonly Candidate[]) => void,
): Source {
  const { caller, keys, leases, consumer } = options;
  const streams = partitions.map((p) => keys.partition(p).commands);
  const reader = createBlockingReader(options.connections, streams[0]!);
  let underWay: Promise<void> | undefined;
  // After a lost reply, entries may be pending to this consumer that it never heard of.
  let mayBeStranded = false;

  const candidatesIn = async (reply: StreamsReply): Promise<Candidate[]> => {
    const found: Candidate[] = [];
    for (const [stream, entries] of reply ?? []) {
      for (const [id, fields] of entries) {
        if (fields === null) await caller.call("xack", stream, GROUP, id);
        else found.push({ member: memberOfEntry(fields), entry: `c${id}`, from: undefined });
      }
    }
    return found;
  };

  const readStranded = async (): Promise<Candidate[]> => {
    const found: Candidate[] = [];
    for (const stream of streams) {
      for (let after = "0"; ; ) {
        const args = ["GROUP", GROUP, consumer, "COUNT", PENDING_PAGE, "STREAMS", stream, after];
        const reply = (await caller.call("xreadgroup", ...args)) as StreamsReply;
        const entries = reply?.[0]?.[1] ?? [];
        found.push(...(await candidatesIn(reply)));
        if (entries.length < PENDING_PAGE) break;
        after = entries.at(-1)![0];
      }
    }
    return found.filter(({ member }) => !leases.drives(member));
  };

  const read = async (count: number): Promise<Candidate[]> => {
    try {
      if (mayBeStranded) {
        const stranded = await readStranded();
        mayBeStranded = false;
        if (stranded.length > 0) return stranded;
      }
      const fresh = streams.map(() => ">");
      const args = ["GROUP", GROUP, consumer, "COUNT", count, "BLOCK", BLOCK_MS, "STREAMS", ...streams, ...fresh];
      return await candidatesIn(await reader.read("xreadgroup", args));
    } catch (thrown) {
      mayBeStranded = true;
      if (!isError(thrown, "NOGROUP")) throw thrown;
      await ensureGroups(caller, keys, partitions);
      return [];
    }
  };

  return {
    read(count) {
      underWay ??= read(count)
        .then(onFound)
        .finally(() => {
          underWay = undefined;
        });
      return underWay;
    },
    interrupt: () => reader.interrupt().catch(() => undefined),
    async end() {
      await this.interrupt();
      await underWay?.catch(() => undefined);
    },
    close: () => reader.close(),
  };
}
