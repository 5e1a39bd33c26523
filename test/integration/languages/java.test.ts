import { globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { succeed } from "../../../deploy/local/succeed.ts";
import { repository } from "../../../deploy/local/toolchains.ts";
import { builtSamples } from "../../support/built-samples.ts";
import { parseJunit } from "../../support/junit.ts";
import { describeSdk } from "../../support/sdk-suite.ts";

const reports = join(repository, "{sdk,participants}/java/target/surefire-reports/TEST-*.xml");

describeSdk({
  language: "java",
  prepare: () => builtSamples("java"),
  checks: {},
  async run(env) {
    for (const file of globSync(reports)) rmSync(file);
    const maven = ["-B", "-ntp", "-q", "-f", "participants/java/pom.xml", "-Dmaven.test.failure.ignore=true", "test"];
    await succeed("mvn", maven, env);
    return globSync(reports).flatMap((file) => parseJunit(readFileSync(file, "utf8")));
  },
});
