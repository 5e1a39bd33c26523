import type { Fields } from "../fields.ts";
import type { Caller } from "./caller.ts";

/** All fields of a record, or of another hash; undefined where there is none. */
export async function readRecord(caller: Caller, key: string): Promise<Fields | undefined> {
  // ioredis makes an object of this reply, other than of the same reply of a script.
  const entries = Object.entries((await caller.call("hgetall", key)) as unknown as Record<string, string>);
  return entries.length === 0 ? undefined : new Map(entries);
}
