import type { Redis } from "ioredis";

const OLDEST_MAJOR = 7;
/** Records of most sagas stay compact up to this: a third of the memory. */
const COMPACT_VALUE_BYTES = 1024;

export interface CheckedServer {
  /** Such as "redis 7.0.15". */
  readonly product: string;
  /** What is wrong with it, in words for people. */
  readonly warnings: readonly string[];
}

/** Looks whether a Redis is fit to keep sagas. Sets what it may set. */
export async function checkServer(server: Redis): Promise<CheckedServer> {
  const info = parseInfo(await server.info());
  const warnings: string[] = [];
  const version = info.get("valkey_version") ?? info.get("redis_version") ?? "";
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) warnings.push(`Redis ${version} is too old: 7.0 or later is needed`);
  if (info.get("aof_enabled") !== "1") {
    warnings.push("Redis does not keep an append-only file: a crash of it loses sagas (set appendonly yes)");
  }
  const policy = info.get("maxmemory_policy");
  if (policy !== "noeviction") {
    warnings.push(`Redis may evict sagas when memory is short: maxmemory-policy is ${policy}, set it to noeviction`);
  }
  if (!(await makeCompact(server))) {
    warnings.push(`hash-max-listpack-value is below ${COMPACT_VALUE_BYTES}: sagas take more memory than they need`);
  }
  return { product: `${info.has("valkey_version") ? "valkey" : "redis"} ${version}`, warnings };
}

/** Whether hashes with long values are kept compact. Managed servers may allow neither to look nor to set. */
async function makeCompact(server: Redis): Promise<boolean> {
  const name = "hash-max-listpack-value";
  try {
    const [, value] = (await server.config("GET", name)) as string[];
    if (Number(value) < COMPACT_VALUE_BYTES) await server.config("SET", name, COMPACT_VALUE_BYTES);
    return true;
  } catch {
    return false;
  }
}

/** `name:value` lines of INFO. */
export function parseInfo(text: string): Map<string, string> {
  const info = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) info.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return info;
}
