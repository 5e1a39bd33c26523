import { readFileSync } from "node:fs";
import { join } from "node:path";
import { python } from "../../../deploy/local/python-environment.ts";
import { succeed } from "../../../deploy/local/succeed.ts";
import { builtSamples } from "../../support/built-samples.ts";
import { parseJunit } from "../../support/junit.ts";
import { describeSdk, type SdkTest } from "../../support/sdk-suite.ts";

const projects = ["sdk/python", "participants/python"];

describeSdk({
  language: "python",
  prepare: () => builtSamples("python"),
  checks: {
    "its code and that of its samples is formatted": () =>
      succeed(python, ["-m", "ruff", "format", "--check", "--no-cache", ...projects]),
    "lint finds nothing": () => succeed(python, ["-m", "ruff", "check", "--no-cache", ...projects]),
    async "its types are sound"() {
      await succeed(python, [
        "-m",
        "mypy",
        "--config-file",
        "sdk/python/pyproject.toml",
        "sdk/python/src",
        "sdk/python/tests",
      ]);
      await succeed(python, [
        "-m",
        "mypy",
        "--config-file",
        "participants/python/pyproject.toml",
        "participants/python/shop",
      ]);
    },
  },
  async run(env, folder) {
    const results: SdkTest[] = [];
    for (const project of projects) {
      const file = join(folder, `${project.replaceAll("/", "-")}.xml`);
      const run = succeed(
        python,
        ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--basetemp=${folder}/pytest`, `--junitxml=${file}`, project],
        env,
      );
      const complaint = await run.then(() => undefined, String);
      results.push(...readResults(file, complaint));
    }
    return results;
  },
});

/** A run that fails without having got to its tests leaves no file. */
function readResults(file: string, complaint: string | undefined): SdkTest[] {
  try {
    return parseJunit(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(complaint ?? String(error));
  }
}
