import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findFaketime, whyFaketime } from "./faketime.mjs";
import { removeFolder, temporaryFolder } from "./redis-process.ts";

/** The wall clock of a redis-server, which can be stepped while the server runs. Its monotonic clock is left alone. */
export interface RedisClock {
  /** The environment to start the server with. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts the clock off by so many seconds from now on. */
  set(offsetSeconds: number): void;
  remove(): Promise<void>;
}

/** Throws where libfaketime is missing. */
export async function createRedisClock(): Promise<RedisClock> {
  const library = findFaketime();
  if (library === undefined) throw new Error(whyFaketime);
  const folder = await temporaryFolder("redis-clock");
  const file = join(folder, "offset");
  const set = (offsetSeconds: number) => {
    // In one step: the server reads the file whenever it looks at the clock.
    writeFileSync(`${file}.new`, `${offsetSeconds < 0 ? "" : "+"}${offsetSeconds}`);
    renameSync(`${file}.new`, file);
  };
  set(0);
  return {
    env: {
      // jemalloc, which Debian's redis-server is linked with, asks for the time before it can allocate; libfaketime
      // allocates before it can tell the time. With the allocator of the C library they do not wait for each other.
      LD_PRELOAD: `libc_malloc_debug.so.0:${library}`,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
    },
    set,
    remove: () => removeFolder(folder),
  };
}
