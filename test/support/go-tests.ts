import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { repository } from "../../deploy/local/toolchains.ts";
import type { SdkTest } from "./sdk-suite.ts";

/** A line of `go test -json`. */
interface Event {
  Action: string;
  Package?: string;
  Test?: string;
  Output?: string;
  /** Of a package that does not compile. */
  ImportPath?: string;
}

const states: Readonly<Record<string, SdkTest["state"]>> = { pass: "passed", fail: "failed", skip: "skipped" };

/** Runs all tests of a Go module. A subtest's last name is its feature. */
export async function runGoTests(module: string, env: NodeJS.ProcessEnv): Promise<SdkTest[]> {
  const child = spawn("go", ["-C", module, "test", "-count=1", "-json", "./..."], {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit") as Promise<[number | null]>;
  const output = new Map<string, string>();
  const tests: SdkTest[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as Event;
    const name = [event.Package ?? event.ImportPath, event.Test].filter(Boolean).join(" ");
    if (event.Output !== undefined) output.set(name, (output.get(name) ?? "") + event.Output);
    const state = states[event.Action];
    const isPackage = event.Test === undefined;
    // A package without tests is skipped, one that passes is no test.
    if (state === undefined || (isPackage && state !== "failed")) continue;
    const feature = event.Test?.split("/").at(-1);
    tests.push({ name, features: feature === undefined ? [] : [feature], state, message: output.get(name) ?? "" });
  }
  const [status] = await exited;
  if (status !== 0 && tests.every(({ state }) => state !== "failed")) {
    throw new Error(
      `go test of ${module} ended with status ${status}:\n${[...output.values()].join("").slice(-4_000)}`,
    );
  }
  return tests;
}
