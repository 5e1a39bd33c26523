import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The oldest Redis that has all that the store uses. */
export const OLDEST_REDIS = "7.0";

const names = ["redis-server", "valkey-server"];

/** Where package managers put servers that are not always on the PATH. */
const usualFolders = [
  "/usr/bin",
  "/usr/local/bin",
  "/usr/sbin",
  "/opt/homebrew/bin",
  "/home/linuxbrew/.linuxbrew/bin",
  "/opt/local/bin",
  "/snap/bin",
];

/**
 * The Redis (or Valkey) server program of this machine: the first one that is new enough, else one that is too old.
 *
 * @returns {{ path: string, version: string, tooOld: boolean } | undefined} undefined if there is none
 */
export function findRedisServer() {
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...usualFolders];
  let outdated;
  for (const path of new Set(names.flatMap((name) => folders.map((folder) => join(folder, name))))) {
    const version = existsSync(path) ? versionOf(path) : undefined;
    if (version === undefined) continue;
    if (Number.parseFloat(version) >= Number.parseFloat(OLDEST_REDIS)) return { path, version, tooOld: false };
    outdated ??= { path, version, tooOld: true };
  }
  return outdated;
}

/** Both "Redis server v=7.0.15 sha=..." and "Valkey server v=8.0.1 sha=..." are read. */
function versionOf(path) {
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 5_000 });
  return /\bv=(\d+\.\d+\.\d+)/.exec(stdout ?? "")?.[1];
}
