import { spawnSync } from "node:child_process";

/**
 * Runs the script of a package manager that installs something, with its output on stderr.
 *
 * @param {{ what: string, program: string, needsRoot: boolean, script: string }} installer
 * @param {(line: string) => void} say told about it, as it takes time
 * @returns {boolean} true if the package manager was run and said that all went well; it is not run where it would
 *   ask for a password
 */
export function install({ what, program, needsRoot, script }, say) {
  const isRoot = process.getuid?.() === 0;
  if (needsRoot && !isRoot && !runs("sudo", ["-n", "true"])) return false;
  say(`Installing ${what} with ${program} ...`);
  const command = ["sh", "-c", script];
  const [file, ...args] = needsRoot && !isRoot ? ["sudo", "-n", ...command] : command;
  return spawnSync(file, args, { stdio: ["ignore", 2, 2] }).status === 0;
}

/** Whether a program is there and does this well. */
export function runs(program, args) {
  return spawnSync(program, args, { stdio: "ignore", timeout: 10_000 }).status === 0;
}
