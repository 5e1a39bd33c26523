/**
 * Checks the contracts in proto/: the lint rules, that the committed code is what they generate, and that they do not
 * break what main promises. Generates into a temporary folder, so that a working tree is never touched.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "./generate/generate.ts";

/** Every file under `folder` by its relative path; empty if there is no such folder. */
function filesIn(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}

/** The generated files that are missing, changed or left over. */
async function staleFiles(): Promise<string[]> {
  const fresh = mkdtempSync(join(tmpdir(), "backstitch-generated-"));
  try {
    const folders = await generate(fresh);
    return folders.flatMap((folder) => {
      const wanted = filesIn(join(fresh, folder));
      const committed = filesIn(folder);
      const paths = [...new Set([...wanted.keys(), ...committed.keys()])].sort();
      return paths.filter((path) => wanted.get(path) !== committed.get(path)).map((path) => `${folder}/${path}`);
    });
  } catch (error) {
    return [(error as Error).message];
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** The commit that contracts must stay compatible with, if this checkout knows of one. */
function mainCommit(): string | undefined {
  for (const ref of ["refs/remotes/origin/main", "refs/heads/main"]) {
    const { status, stdout } = spawnSync("git", ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], {
      encoding: "utf8",
    });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

function compatibleWithMain(): boolean {
  const commit = mainCommit();
  if (commit === undefined) {
    console.log("No main branch in this checkout: nothing to compare the contracts with.");
    return true;
  }
  return run("buf", ["breaking", "--against", `.git#ref=${commit}`]);
}

function run(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: "inherit" }).status === 0;
}

const problems: string[] = [];
if (!run("buf", ["lint"])) problems.push("The contracts break a lint rule (above).");
const stale = await staleFiles();
if (stale.length > 0) {
  problems.push(`Generated code is stale. Run "npm run generate" and commit:\n  ${stale.join("\n  ")}`);
}
if (!compatibleWithMain()) problems.push("The contracts break what main promises (above); see CONTRIBUTING.md.");

for (const problem of problems) console.error(`\n${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
