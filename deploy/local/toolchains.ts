import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The languages that participants of the shop are written in. */
export type Language = "typescript" | "go" | "python" | "java";

/** The languages that need more than Node. */
export const foreignLanguages = ["go", "python", "java"] as const satisfies Language[];
export type ForeignLanguage = (typeof foreignLanguages)[number];

export const languageNames: Readonly<Record<Language, string>> = {
  typescript: "TypeScript",
  go: "Go",
  python: "Python",
  java: "Java",
};

/** What this machine has to build and run a language with. */
export type Toolchain = { found: true; about: string } | { found: false; missing: string };

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Looks for the toolchain of a language. Takes some tens of milliseconds. */
export function findToolchain(language: ForeignLanguage): Toolchain {
  switch (language) {
    case "go":
      return findGo();
    case "python":
      return findPython();
    case "java":
      return findJava();
  }
}

/** The program that makes a virtual environment: Python 3.11 or later with `venv`; undefined: there is none. */
export function findPythonProgram(): string | undefined {
  const programs = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
  return programs.find((program) => {
    const text = outputOf(program, ["-c", "import sys, venv, ensurepip; print(*sys.version_info[:2], sep='.')"]);
    return text !== undefined && isAtLeast(text, [3, 11]);
  });
}

function findGo(): Toolchain {
  // A Go that is older fetches the one that a go.mod asks for, unless it is told not to.
  const version = outputOf("go", ["-C", `${repository}/sdk/go`, "env", "GOVERSION"]);
  if (version === undefined) return { found: false, missing: "Go 1.26 or later" };
  return { found: true, about: `Go ${version.replace(/^go/, "")}` };
}

function findPython(): Toolchain {
  const program = findPythonProgram();
  if (program === undefined) return { found: false, missing: "Python 3.11 or later with venv" };
  return { found: true, about: outputOf(program, ["--version"]) ?? "Python" };
}

function findJava(): Toolchain {
  const version = outputOf("javac", ["-version"])?.replace(/^javac /, "");
  if (version === undefined || !isAtLeast(version, [17])) return { found: false, missing: "a JDK 17 or later" };
  if (outputOf("mvn", ["-version"]) === undefined) return { found: false, missing: "Maven 3.8 or later" };
  return { found: true, about: `Java ${version}` };
}

/** What a program prints; undefined where it is not there or fails. */
function outputOf(program: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", timeout: 60_000 });
  return status === 0 ? stdout.trim() : undefined;
}

function isAtLeast(version: string, wanted: readonly number[]): boolean {
  const found = version.split(/[.+-]/).map(Number);
  for (const [i, part] of wanted.entries()) {
    if ((found[i] ?? 0) !== part) return (found[i] ?? 0) > part;
  }
  return true;
}
