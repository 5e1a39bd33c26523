import type { TestProject } from "vitest/node";
import { foreignLanguages } from "../../deploy/local/toolchains.ts";
import { buildOnce } from "./built-samples.ts";

/**
 * Vitest's global set-up, after the leak check: where all tests are run, the participants in other languages are built
 * beside the first of them, which wait for nothing of the kind. What goes wrong is told to the tests that want them.
 */
export default function setup({ config }: TestProject): void {
  const folder = config.env.TMPDIR;
  if (!process.env.CI || folder === undefined) return;
  for (const language of foreignLanguages) buildOnce(language, folder).catch(() => {});
}
