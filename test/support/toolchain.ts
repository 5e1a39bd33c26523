import { findToolchain, type Language, languageNames } from "../../deploy/local/toolchains.ts";

const missing = new Map<Language, string | undefined>();

/**
 * Whether tests have to be left out because a language's toolchain is not here, which is said once in each file. In CI
 * none are: there they fail with what is missing.
 */
export function lacks(language: Language): boolean {
  if (language === "typescript" || process.env.CI) return false;
  if (!missing.has(language)) {
    const toolchain = findToolchain(language);
    missing.set(language, toolchain.found ? undefined : toolchain.missing);
    if (!toolchain.found)
      console.warn(`Tests in ${languageNames[language]} are left out: they need ${toolchain.missing}.`);
  }
  return missing.get(language) !== undefined;
}
