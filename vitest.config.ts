import { defineConfig } from "vitest/config";
import { closingLineReporter } from "./test/support/closing-line-reporter.ts";
import { parityReporter } from "./test/support/parity-reporter.ts";
import { createTestRun } from "./test/support/test-run.ts";

const { env } = createTestRun();
const shared = { env, testTimeout: 30_000, hookTimeout: 60_000 };

/** They compare CPU or latencies, or fill the machine by themselves, and so run one at a time with nothing beside them. */
const quiet: readonly string[] = ["test/faults/{parked-sagas,neighbour,crash-under-load}.test.ts"];

export default defineConfig({
  test: {
    env,
    reporters: ["default", parityReporter(), closingLineReporter()],
    globalSetup: ["./test/support/leak-check.ts", "./test/support/early-builds.ts"],
    projects: [
      { test: { ...shared, name: "unit", include: ["test/unit/**/*.test.ts"], maxWorkers: "100%" } },
      {
        test: {
          ...shared,
          name: "processes",
          include: ["test/{contract,integration,conformance,faults,e2e}/**/*.test.ts"],
          exclude: [...quiet],
          // Each file starts servers and clients of its own, and waits for most of its time.
          pool: "forks",
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: "quiet",
          include: [...quiet],
          pool: "forks",
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
