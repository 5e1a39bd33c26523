/**
 * Builds the package as it is published, into `dist` or the folder that is named: `node build.ts [FOLDER]`. In the
 * repository the sources run as they are, but Node takes no TypeScript from node_modules. The test kit stays here: it
 * starts an orchestrator, which is no package.
 */
import { execFileSync } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const here = import.meta.dirname;
const folder = resolve(process.argv[2] ?? join(here, "dist"));
const compiled = join(folder, "src");

rmSync(folder, { recursive: true, force: true });
execFileSync("tsc", ["-p", join(here, "tsconfig.build.json"), "--outDir", compiled], { stdio: "inherit" });
cpSync(join(here, "src/gen"), join(compiled, "gen"), { recursive: true });
cpSync(join(here, "README.md"), join(folder, "README.md"));
cpSync(join(here, "../../LICENSE"), join(folder, "LICENSE"));

const {
  peerDependencies,
  peerDependenciesMeta,
  scripts,
  private: _,
  ...about
} = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const exports = {
  ".": { types: "./src/index.d.ts", default: "./src/index.js" },
  "./gen/*.js": { types: "./src/gen/*.d.ts", default: "./src/gen/*.js" },
};
writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...about, exports }, undefined, 2)}\n`);
