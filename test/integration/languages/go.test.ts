import { succeed } from "../../../deploy/local/succeed.ts";
import { builtSamples } from "../../support/built-samples.ts";
import { runGoTests } from "../../support/go-tests.ts";
import { describeSdk } from "../../support/sdk-suite.ts";

const modules = ["sdk/go", "participants/go"];

describeSdk({
  language: "go",
  // The samples compile what the tests need.
  prepare: () => builtSamples("go"),
  checks: {
    async "its code and that of its samples is formatted"() {
      const unformatted = await succeed("gofmt", ["-l", ...modules]);
      if (unformatted !== "") throw new Error(`gofmt would change:\n${unformatted}`);
    },
    async "vet finds nothing"() {
      for (const module of modules) await succeed("go", ["-C", module, "vet", "./..."]);
    },
  },
  run: async (env) => [...(await runGoTests("sdk/go", env)), ...(await runGoTests("participants/go", env))],
});
