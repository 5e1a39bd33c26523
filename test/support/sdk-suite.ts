import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { languageNames } from "../../deploy/local/toolchains.ts";
import { type Feature, features, type SdkLanguage } from "./features.ts";
import { type SdkEnvironment, startSdkEnvironment } from "./sdk-environment.ts";
import { lacks } from "./toolchain.ts";

/** A test of an SDK, run by the language's own runner. */
export interface SdkTest {
  readonly name: string;
  /** The features that it shows. */
  readonly features: readonly string[];
  readonly state: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped. */
  readonly message: string;
}

/** The tests of an SDK and how to run them. */
export interface SdkSuite {
  readonly language: Exclude<SdkLanguage, "typescript">;
  /** Formatting, lint and types: each rejects with the tool's complaint. */
  readonly checks: Readonly<Record<string, () => Promise<unknown>>>;
  /** Brings what the tests and checks need. */
  prepare(): Promise<void>;
  /** Runs the tests against a running orchestrator; `folder` is for files of results. */
  run(env: NodeJS.ProcessEnv, folder: string): Promise<SdkTest[]>;
}

const withinMs = 10 * 60_000;

/** Declares the tests of an SDK: one for each feature, and one that says that nothing else failed. */
export function describeSdk(suite: SdkSuite): void {
  const { language } = suite;
  describe.skipIf(lacks(language))(`the SDK for ${languageNames[language]}`, () => {
    let environment: SdkEnvironment | undefined;
    let tests: SdkTest[] = [];

    beforeAll(async () => {
      await suite.prepare();
      environment = await startSdkEnvironment();
      tests = await suite.run(environment.env, environment.folder);
    }, withinMs);
    afterAll(() => environment?.end());

    test.each(Object.entries(suite.checks))("%s", { timeout: withinMs }, async (_, check) => void (await check()));

    test("its tests pass, and none is skipped", () => {
      const others = tests.filter(({ state }) => state !== "passed");
      expect(others.map(({ name, state, message }) => `${name} (${state}): ${message.slice(0, 3_000)}`)).toEqual([]);
      expect(tests.length).toBeGreaterThan(Object.keys(features).length);
    });

    for (const [feature, title] of Object.entries(features) as [Feature, string][]) {
      test(`${feature}: ${title}`, { meta: { evidence: { language, features: [feature] } } }, () => {
        const own = tests.filter((candidate) => candidate.features.includes(feature));
        expect(own.map(({ name, state }) => `${name} ${state}`)).not.toEqual([]);
        expect(own.filter(({ state }) => state !== "passed")).toEqual([]);
      });
    }
  });
}
