import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What marks the processes and files of one test run. */
export interface TestRun {
  /** Environment of the tests, inherited by every process they start. */
  env: { BACKSTITCH_TEST_RUN: string; TMPDIR: string };
}

/** Names a new test run; its folder for temporary files is made by the leak check. */
export function createTestRun(): TestRun {
  const id = randomUUID();
  return { env: { BACKSTITCH_TEST_RUN: id, TMPDIR: join(tmpdir(), `backstitch-test-${id.slice(0, 8)}`) } };
}
