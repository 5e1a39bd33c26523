/**
 * Brings a fresh clone to where everything runs: npm dependencies, the right Node, a Redis server. The npm scripts
 * call it first. It runs on the Node that happens to be there, before anything is installed, and is therefore plain
 * JavaScript that imports nothing but Node's own modules. With all in place it is silent and takes no time.
 */
import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureDependencies } from "./dependencies.mjs";
import { ensureRedis } from "./install-redis.mjs";

const thisFile = fileURLToPath(import.meta.url);
const root = resolve(dirname(thisFile), "..", "..");

/** @throws {Error} what is missing and how to get it */
export function setUp() {
  const say = (line) => console.error(line);
  ensureDependencies(root, say);
  ensureRedis(say);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === thisFile) {
  try {
    setUp();
  } catch (error) {
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
