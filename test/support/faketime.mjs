/**
 * Brings libfaketime, which tests use to step the clock of a redis-server. `npm test` runs this after the set-up that
 * everything needs; like that, it is plain JavaScript, and silent when nothing is missing.
 */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { install, runs } from "../../deploy/local/install.mjs";

const apt = {
  what: "libfaketime",
  program: "apt-get",
  needsRoot: true,
  script: `
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y -q --no-install-recommends libfaketime; }
install || { apt-get update -q && install; }
`,
};

/** What to do where libfaketime is missing, and what does not work without. */
export const whyFaketime =
  "libfaketime is missing, without which tests cannot step the clock of a Redis server. " +
  "Install it with:  sudo apt-get install libfaketime  (Debian and Ubuntu; there is none for other systems here)";

/**
 * Where the library is.
 *
 * @returns {string | undefined} undefined if there is none
 */
export function findFaketime() {
  if (process.platform !== "linux") return undefined;
  const folders = readdirSync("/usr/lib").map((name) => join("/usr/lib", name));
  const files = ["/usr/lib", ...folders].map((folder) => join(folder, "faketime", "libfaketime.so.1"));
  return files.find((file) => existsSync(file));
}

/**
 * Installs it where that takes no password. In CI it has to be there afterwards; elsewhere the tests that need it are
 * skipped.
 *
 * @throws {Error} in CI: what is missing
 */
function ensureFaketime() {
  if (findFaketime() !== undefined) return;
  const installed = runs(apt.program, ["--version"]) && install(apt, (line) => console.error(line));
  if (installed && findFaketime() !== undefined) return;
  if (process.env.CI) throw new Error(whyFaketime);
  console.error(`${whyFaketime}\nThe tests of Redis' clock will be skipped.`);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    ensureFaketime();
  } catch (error) {
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
