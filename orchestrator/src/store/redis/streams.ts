import { GROUP, type Keys } from "../keys.ts";
import type { Caller, Reply } from "./caller.ts";

/** `[[stream, [[id, [field, value, ...]], ...]], ...]` of XREAD and XREADGROUP; RESP3 as ioredis gives it is the same. */
export type StreamsReply = readonly (readonly [string, readonly StreamEntry[]])[] | null;

/** An id with fields and values in turn; null where the entry is gone and only its id is left, as pending. */
export type StreamEntry = readonly [id: string, fields: readonly string[] | null];

/** Makes the consumer groups of partitions where they are missing, at 0: at $ entries nobody received would be lost. */
export async function ensureGroups(caller: Caller, keys: Keys, partitions: readonly number[]): Promise<void> {
  const streams = partitions.flatMap((p) => [keys.partition(p).commands, keys.partition(p).starts]);
  await Promise.all(
    streams.map(async (stream) => {
      try {
        await caller.call("xgroup", "CREATE", stream, GROUP, "0", "MKSTREAM");
      } catch (thrown) {
        if (!isError(thrown, "BUSYGROUP")) throw thrown;
      }
    }),
  );
}

/** Whether an error, or what caused it, is this one of Redis. */
export function isError(thrown: unknown, code: string): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) if (error.message.includes(code)) return true;
  return false;
}

/** The saga that an entry of `commands` or `starts` is about. */
export function memberOfEntry(fields: readonly string[]): string {
  return fields[1]!;
}

/** A flat list of names and values, as XINFO gives it. */
export function pairs(reply: Reply): Map<string, Reply> {
  const flat = (reply ?? []) as readonly Reply[];
  const map = new Map<string, Reply>();
  for (let i = 0; i < flat.length; i += 2) map.set(String(flat[i]), flat[i + 1]!);
  return map;
}
