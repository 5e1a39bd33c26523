import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sampleCommand } from "../../deploy/local/samples.ts";
import { languageNames } from "../../deploy/local/toolchains.ts";
import { builtSamples } from "../support/built-samples.ts";
import { conformanceRows, type SdkLanguage } from "../support/features.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { removeFolder, temporaryFolder } from "../support/redis-process.ts";
import { lacks } from "../support/toolchain.ts";
import { runConformance } from "./src/run.ts";

const withinMs = 600_000;

/** Declares the tests of a language's conformance participant, in a process of its own: all cases, on both databases. */
export function describeConformance(language: SdkLanguage): void {
  describe.skipIf(lacks(language))(`the conformance participant in ${languageNames[language]}`, () => {
    let postgres: TestPostgres | undefined;
    let folder: string;
    beforeAll(async () => {
      if (language !== "typescript") await builtSamples(language);
      [postgres, folder] = await Promise.all([startPostgres(), temporaryFolder("conformance")]);
    }, withinMs);
    afterAll(async () => {
      await postgres?.stop();
      if (folder !== undefined) await removeFolder(folder);
    });

    const { program, args } = sampleCommand(language, "conformance");
    const commandOn = (db: string) => [program, ...args, "--db", db, "--port", "{port}"];

    test.for(conformanceRows)("passes every case over unary calls and Serve on %s", async (database, { task }) => {
      const db = database === "SQLite" ? `sqlite:${folder}/conformance.db` : postgres!.url;
      const { results } = await runConformance({ command: commandOn(db) });
      task.meta.evidence = { language, conformance: database, cases: results.length };
      expect(results.filter(({ verdict }) => verdict !== "holds")).toEqual([]);
      expect(new Set(results.map(({ transport }) => transport))).toEqual(new Set(["unary", "serve"]));
    });
  });
}
