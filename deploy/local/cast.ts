import { buildSamples } from "./samples.ts";
import { type ForeignLanguage, findToolchain, type Language, languageNames } from "./toolchains.ts";

/** What these services of the shop are written in; all others are in TypeScript alone. Each of these is also in TypeScript, to stand in. */
const ownLanguages: Readonly<Record<string, ForeignLanguage>> = {
  payment: "go",
  inventory: "python",
  shipping: "java",
};

/** What a service runs in. */
export interface Role {
  language: Language;
  /** "Go 1.26.8", or why TypeScript stands in. */
  about: string;
}

/**
 * Builds services in the languages they are written in, and has TypeScript stand in where that cannot be done here; in
 * CI, where all must run, it throws an Error instead.
 */
export async function cast<Name extends string>(
  services: readonly Name[],
  build: (language: ForeignLanguage) => Promise<void> = buildSamples,
): Promise<Record<Name, Role>> {
  const roles = await Promise.all(services.map(async (name) => [name, await roleOf(name, build)] as const));
  return Object.fromEntries(roles) as Record<Name, Role>;
}

/** The languages alone, for startShop. */
export function languagesOf<Name extends string>(roles: Readonly<Record<Name, Role>>): Record<Name, Language> {
  const entries = Object.entries<Role>(roles).map(([name, { language }]) => [name, language]);
  return Object.fromEntries(entries) as Record<Name, Language>;
}

async function roleOf(service: string, build: (language: ForeignLanguage) => Promise<void>): Promise<Role> {
  const language = ownLanguages[service];
  if (language === undefined) return { language: "typescript", about: languageNames.typescript };
  const toolchain = findToolchain(language);
  if (!toolchain.found) return standIn(language, `there is no ${toolchain.missing.replace(/^an? /, "")} here`);
  try {
    await build(language);
  } catch (error) {
    return standIn(language, `it could not be built. ${(error as Error).message}`);
  }
  return { language, about: toolchain.about };
}

function standIn(language: ForeignLanguage, reason: string): Role {
  const about = `TypeScript, standing in for ${languageNames[language]}: ${reason}`;
  if (process.env.CI) throw new Error(about);
  return { language: "typescript", about };
}
