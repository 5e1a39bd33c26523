/**
 * Generates code from the contracts: `buf generate`, with the plugins whose toolchain is there. Committed code of a
 * language without one is left as it is; in CI that is an error.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ensurePython } from "../../deploy/local/python-environment.ts";
import { succeed } from "../../deploy/local/succeed.ts";
import {
  type ForeignLanguage,
  findToolchain,
  foreignLanguages,
  languageNames,
  repository,
} from "../../deploy/local/toolchains.ts";

interface Template {
  plugins: { out: string }[];
}

/** Generates into a folder, the repository by default; gives the folders that were made. Throws an Error if it fails. */
export async function generate(output = repository): Promise<string[]> {
  const template = parse(readFileSync(join(repository, "buf.gen.yaml"), "utf8")) as Template;
  const absent = foreignLanguages.filter((language) => !isFound(language));
  const plugins = template.plugins.filter(({ out }) => !absent.some((language) => out.startsWith(`sdk/${language}/`)));
  const wanted = foreignLanguages.filter((language) => !absent.includes(language));
  await Promise.all(wanted.map((language) => prepare[language]()));
  const args = ["generate", "--template", JSON.stringify({ ...template, plugins }), "--output", output];
  if (spawnSync("buf", args, { cwd: repository, stdio: "inherit" }).status !== 0)
    throw new Error("buf generate failed");
  return [...new Set(plugins.map(({ out }) => out))];
}

function isFound(language: ForeignLanguage): boolean {
  const toolchain = findToolchain(language);
  if (toolchain.found) return true;
  const complaint = `${languageNames[language]}'s code cannot be generated here: that takes ${toolchain.missing}`;
  if (process.env.CI) throw new Error(complaint);
  console.error(`${complaint}. It stays as it is.`);
  return false;
}

const generators = join(repository, "sdk/java/target/generators");

/** Fetches what the plugins of buf.gen.yaml are made of. */
const prepare: Readonly<Record<ForeignLanguage, () => Promise<unknown>>> = {
  go: () => succeed("go", ["-C", ".ci/generate", "build", "-o", "/dev/null", "tool"]),
  python: () => ensurePython("tools"),
  async java() {
    const programs = ["protoc", "protoc-gen-grpc-java"].map((name) => join(generators, name));
    if (!programs.every((program) => existsSync(program))) {
      await succeed("mvn", ["-B", "-ntp", "-q", "-f", "sdk/java/pom.xml", "dependency:copy@generators"]);
    }
    for (const program of programs) chmodSync(program, 0o755);
  },
};

if (import.meta.main) {
  try {
    await generate();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
