import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { startLocalRedis, type TestRedis } from "./redis.ts";
import { removeFolder, temporaryFolder } from "./redis-process.ts";

/** A Redis that can lose what it has acknowledged, as one with a torn append-only file does. */
export interface RewindableRedis extends TestRedis {
  /** How far the append-only file has come: what `rewind` goes back to. */
  mark(): Promise<number>;
  /** Kills Redis, cuts everything after the mark off its append-only file, and starts it again. */
  rewind(mark: number): Promise<void>;
}

export async function startRewindableRedis(): Promise<RewindableRedis> {
  const folder = await temporaryFolder("rewindable");
  // Every answer stands in the file before it is given, so that a mark is exact. No rewrites: they would move the marks.
  const redis = await startLocalRedis({ folder, aof: "always", extra: ["--auto-aof-rewrite-percentage", "0"] });
  const file = () => {
    const name = readdirSync(join(folder, "appendonlydir")).find((entry) => entry.endsWith(".incr.aof"));
    return join(folder, "appendonlydir", name!);
  };
  return {
    ...redis,
    async mark() {
      const admin = new Redis(redis.url);
      await admin.ping();
      admin.disconnect();
      return statSync(file()).size;
    },
    async rewind(mark) {
      await redis.kill9();
      truncateSync(file(), mark);
      await redis.restart();
    },
    async stop() {
      await redis.stop();
      await removeFolder(folder);
    },
  };
}
