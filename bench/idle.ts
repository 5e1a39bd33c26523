import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { withProgram } from "./program.ts";

const SETTLE_MS = 3000;

/**
 * Resident memory of an orchestrator that has nothing to do, in MiB: of the program as it is deployed, from its second
 * start on (the first one compiles).
 */
export async function measureIdleRss(redisUrl: string): Promise<number> {
  const settings = { redisUrl, keyPrefix: "idle" };
  await withProgram(settings, async () => undefined);
  return withProgram(settings, async ({ pid }) => {
    await sleep(SETTLE_MS);
    return Math.round(Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024);
  });
}
