import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Installs the npm dependencies with `npm ci` when node_modules does not hold what package-lock.json asks for,
 * and makes sure that `node` in node_modules/.bin is the Node that the lock file names.
 *
 * @param {string} root the repository's folder
 * @param {(line: string) => void} say told about everything that takes time
 * @throws {Error} what failed, and what to do about it
 */
export function ensureDependencies(root, say) {
  const stale = staleReason(root);
  if (stale !== undefined) {
    say(`Installing dependencies with npm ci (${stale}) ...`);
    npm(root, ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"]);
    const still = staleReason(root);
    if (still !== undefined) throw new Error(`npm ci ended well, yet ${still}. Is package-lock.json up to date?`);
  }
  ensureNode(root, say);
}

/** Why node_modules has to be installed again, or undefined if it is as the lock file says. */
function staleReason(root) {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return "node_modules is missing";
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  for (const [path, wanted] of Object.entries(lockedPackages(root))) {
    if (path === "") continue;
    const found = installed[path];
    // npm leaves out optional packages that are made for other platforms.
    if (found === undefined && (wanted.optional || wanted.devOptional)) continue;
    if (found?.version !== wanted.version || found?.integrity !== wanted.integrity || !existsSync(join(root, path))) {
      return `${path} is not as in package-lock.json`;
    }
  }
  return undefined;
}

/**
 * The `node` package fetches its binary in an install script, which an npm configured with ignore-scripts does not
 * run. A Node of the machine that is new enough does as well.
 */
function ensureNode(root, say) {
  const wanted = lockedPackages(root)["node_modules/node"].version;
  const binary = join(root, "node_modules", ".bin", "node");
  if (nodeVersion(binary) === wanted) return;

  say(`Fetching Node ${wanted} ...`);
  const rebuilt = npm(root, ["rebuild", "node", "--ignore-scripts=false", "--loglevel=error"], { mayFail: true });
  if (rebuilt && nodeVersion(binary) === wanted) return;

  const own = nodeVersion("node", pathWithoutLocalBinaries());
  if (own !== undefined && major(own) >= major(wanted)) {
    // Out of the way, so that npm scripts find the machine's own.
    rmSync(binary, { force: true });
    return;
  }
  throw new Error(
    `Node ${wanted} could not be fetched for ${process.platform} ${process.arch}. Install Node ${major(wanted)} from https://nodejs.org and run this again.`,
  );
}

function lockedPackages(root) {
  return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
}

/** The version of a Node binary without its "v", or undefined if it does not run. */
function nodeVersion(binary, path = process.env.PATH) {
  const { status, stdout } = spawnSync(binary, ["--version"], {
    encoding: "utf8",
    env: { ...process.env, PATH: path },
  });
  return status === 0 ? stdout.trim().slice(1) : undefined;
}

const major = (version) => Number(version.split(".")[0]);

/** Runs npm with its output on stderr; true if it succeeded. */
function npm(root, args, { mayFail = false } = {}) {
  const { status, error } = spawnSync("npm", args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
    env: { ...process.env, PATH: pathWithoutLocalBinaries() },
  });
  if (status === 0) return true;
  if (mayFail) return false;
  throw new Error(`npm ${args[0]} failed: ${error?.message ?? `exit status ${status}`}. Its own message is above.`);
}

/** npm must not run on the Node inside node_modules, which it is about to replace. */
function pathWithoutLocalBinaries() {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !/[\\/]node_modules[\\/]/.test(folder))
    .join(delimiter);
}
