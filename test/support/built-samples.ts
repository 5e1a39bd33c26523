import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensurePython } from "../../deploy/local/python-environment.ts";
import { buildSamples } from "../../deploy/local/samples.ts";
import type { ForeignLanguage } from "../../deploy/local/toolchains.ts";
import { until } from "./until.ts";

/** A cold build fetches and compiles all that the samples are made of. */
const buildWithinMs = 10 * 60_000;

/** What the folders are called in which a test run notes its builds. */
export const buildFolder = /^build-(go|python|java)\b/;

/** Builds the participants of a language and brings the tools that test them, once in a test run: whoever comes first builds, the others wait. */
export function builtSamples(language: ForeignLanguage): Promise<void> {
  return buildOnce(language, tmpdir());
}

/** As `builtSamples`, from outside the tests; `runFolder` is the run's folder for temporary files. */
export async function buildOnce(language: ForeignLanguage, runFolder: string): Promise<void> {
  const folder = join(runFolder, `build-${language}`);
  const result = join(folder, "result");
  if (isFirst(folder)) {
    const complaint = await build(language).then(
      () => "",
      (error: Error) => error.message,
    );
    writeFileSync(`${result}.new`, complaint);
    renameSync(`${result}.new`, result);
  }
  await until(`the participants in ${language} are built`, () => existsSync(result), buildWithinMs);
  const complaint = readFileSync(result, "utf8");
  if (complaint !== "") throw new Error(complaint);
}

/** Python's tools live beside its samples, and two may not be installed there at the same time. */
async function build(language: ForeignLanguage): Promise<void> {
  await buildSamples(language);
  if (language === "python") await ensurePython("tools");
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
