import type { Reporter, TestModule } from "vitest/node";

/**
 * Prints `Tests: N passed, N failed` (and `, N skipped` if any) as the very last line of a run, alone on its line: a
 * closing line that CI systems can read. It comes when the process exits, and so after everything that can still go
 * wrong by then; a run that fails for something outside a test never ends with "0 failed".
 */
export function closingLineReporter(): Reporter {
  let counts = { passed: 0, failed: 0, skipped: 0 };

  return {
    onInit() {
      process.once("exit", (code) => {
        const failed = code === 0 ? counts.failed : Math.max(counts.failed, 1);
        const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
        console.log(`\nTests: ${counts.passed} passed, ${failed} failed${skipped}`);
      });
    },
    onTestRunEnd(modules, unhandledErrors) {
      counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
      for (const module of modules) count(module, counts);
    },
  };
}

/** A file or suite that fails outside its tests, say while it is loaded, counts as one failure. */
function count(module: TestModule, counts: { passed: number; failed: number; skipped: number }): void {
  let failed = 0;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === "passed") counts.passed += 1;
    if (state === "failed") failed += 1;
    if (state === "skipped") counts.skipped += 1;
  }
  counts.failed += failed === 0 && !module.ok() ? 1 : failed;
}
