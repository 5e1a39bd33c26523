import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { succeed } from "./succeed.ts";
import { findPythonProgram, repository } from "./toolchains.ts";

const environment = join(repository, "sdk/python/.venv");

/** The interpreter that has the SDK and the samples. */
export const python = join(environment, "bin/python");

/** What is installed: the SDK and the samples, or the tools that check, test and generate them. */
export type PythonPart = "samples" | "tools";

const pip = ["-m", "pip", "--disable-pip-version-check", "--quiet", "install"];

const parts: Readonly<Record<PythonPart, { projects: readonly string[]; install: readonly string[] }>> = {
  samples: {
    projects: ["sdk/python", "participants/python"],
    install: ["--editable", "sdk/python", "--editable", "participants/python"],
  },
  tools: { projects: ["sdk/python"], install: ["--group", "sdk/python/pyproject.toml:dev"] },
};

/** Makes the virtual environment of the repository and installs a part, unless it is there as the projects want it. */
export async function ensurePython(part: PythonPart): Promise<void> {
  const { projects, install } = parts[part];
  const wanted = projects.map((project) => readFileSync(join(repository, project, "pyproject.toml"))).join("\n");
  const fingerprint = createHash("sha256").update(wanted).digest("hex");
  const stamp = join(environment, `${part}.installed`);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) return;
  if (!existsSync(python)) await succeed(findPythonProgram() ?? "python3", ["-m", "venv", environment]);
  // Dependency groups are newer than the pip that comes with Python 3.11.
  await succeed(python, [...pip, "pip>=25.1"]);
  await succeed(python, [...pip, ...install]);
  writeFileSync(stamp, fingerprint);
}
