import type { Reporter, TestModule } from "vitest/node";
import { areComplete, type Finding, findingsOf, isUpToDate, keepFindings } from "../../.ci/parity.ts";

/**
 * Keeps what the tests showed about the SDKs, for `npm run parity`; fails a run of all tests that does not show what the
 * parity table of sdk/README.md says.
 */
export function parityReporter(): Reporter {
  return {
    onTestRunEnd(modules) {
      const findings = modules.flatMap(shownBy);
      if (findings.length === 0) return;
      keepFindings(findings);
      // Which writes the table.
      if (process.env.npm_lifecycle_event === "parity") return;
      if (!areComplete(findings) || isUpToDate(findings)) return;
      console.error("\nThe table in sdk/README.md is not what these tests showed. Run `npm run parity` and commit.");
      process.exitCode = 1;
    },
  };
}

function shownBy(module: TestModule): Finding[] {
  return [...module.children.allTests()].flatMap((test) => {
    const { evidence } = test.meta();
    return evidence === undefined ? [] : findingsOf(evidence, test.result().state === "passed");
  });
}
