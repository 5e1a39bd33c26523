import { defineConfig } from "vitest/config";
import { closingLineReporter } from "./test/support/closing-line-reporter.ts";
import { createTestRun } from "./test/support/test-run.ts";

const { env } = createTestRun();
const shared = { env, testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    env,
    reporters: ["default", closingLineReporter()],
    globalSetup: ["./test/support/leak-check.ts"],
    projects: [
      { test: { ...shared, name: "unit", include: ["test/unit/**/*.test.ts"], maxWorkers: "100%" } },
      {
        test: {
          ...shared,
          name: "processes",
          include: ["test/{contract,integration,conformance,faults,e2e}/**/*.test.ts"],
          // Each file starts servers and clients that fill a small machine by themselves.
          pool: "forks",
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
