import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { shop } from "../../deploy/local/scenarios.ts";
import { findToolchain, foreignLanguages, type Language } from "../../deploy/local/toolchains.ts";
import { workflowNames } from "../../deploy/local/workflows.ts";
import { builtSamples } from "../support/built-samples.ts";
import { removeFolder, temporaryFolder } from "../support/redis-process.ts";
import { until } from "../support/until.ts";

const program = fileURLToPath(new URL("../../deploy/local/start.ts", import.meta.url));

// Whatever can be built here is built before, so that no test waits for it.
const found: readonly Language[] = foreignLanguages.filter(
  (language) => process.env.CI || findToolchain(language).found,
);
beforeAll(async () => {
  for (const language of foreignLanguages) if (found.includes(language)) await builtSamples(language);
}, 600_000);

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder("npm-start");
});
afterEach(() => removeFolder(folder));

/** Runs the demonstration with a mark that all its processes inherit. */
function start(...args: string[]) {
  return startIn({}, ...args);
}

function startIn(changes: NodeJS.ProcessEnv, ...args: string[]) {
  const mark = randomUUID();
  const env = { ...process.env, DEMONSTRATION_MARK: mark, NO_COLOR: "1", ...changes };
  const child = spawn(process.execPath, [program, "--data", folder, ...args], { env, stdio: "pipe" });
  const output = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output.text += chunk));
  const ended = once(child, "exit") as Promise<[code: number | null, signal: string | null]>;
  return { child, output, ended, survivors: () => processesWith(`DEMONSTRATION_MARK=${mark}`) };
}

/** A folder, to be all of PATH, with these programs alone. */
function folderOf(...programs: string[]): string {
  const only = join(folder, "programs");
  mkdirSync(only);
  for (const program of programs)
    symlinkSync(execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim(), join(only, program));
  return only;
}

/** The command lines of processes with this in their environment; Linux only, elsewhere none. */
function processesWith(variable: string): string[] {
  if (process.platform !== "linux") return [];
  const read = (pid: string, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
      // It has ended meanwhile, or belongs to somebody else.
      return "";
    }
  };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => read(pid, "environ").includes(variable)).map((pid) => `${pid} ${read(pid, "cmdline")}`);
}

describe("npm start", () => {
  test("with --once it shows four sagas that end as they should, and leaves nothing running", async () => {
    const { output, ended, survivors } = start("--once");
    const [status] = await ended;
    expect(status, output.text).toBe(0);
    for (const { title } of shop.scenarios) expect(output.text).toContain(title);
    expect(output.text.match(/✓ (COMPLETED|COMPENSATED) in/g)).toHaveLength(shop.scenarios.length);
    expect(output.text).not.toContain("\u001b[");
    for (const name of workflowNames) expect(output.text).toContain(name);
    const roles = { inventory: ["python", "Python 3"], payment: ["go", "Go 1"], shipping: ["java", "Java "] } as const;
    for (const [service, [language, about]] of Object.entries(roles)) {
      const role = new RegExp(`^${service} .*`, "m").exec(output.text)?.[0];
      expect(role).toContain(found.includes(language) ? `   ${about}` : "TypeScript, standing in for");
    }
    await until("no process is left", () => survivors().length === 0, 2_000);
  }, 60_000);

  test("where a toolchain is missing it says so, and TypeScript stands in", async () => {
    const programs = folderOf("sh", "sleep", "redis-server");
    const { output, ended, survivors } = startIn({ PATH: programs, CI: undefined }, "order-fulfilment", "--once");
    const [status] = await ended;
    expect(status, output.text).toBe(0);
    expect(output.text).toMatch(/payment .* {3}TypeScript, standing in for Go: there is no Go 1\.26 or later here/);
    expect(output.text).toMatch(/inventory .* {3}TypeScript, standing in for Python: there is no Python 3\.11/);
    expect(output.text).toMatch(/shipping .* {3}TypeScript, standing in for Java: there is no JDK 17 or later here/);
    await until("no process is left", () => survivors().length === 0, 2_000);
  }, 60_000);

  test("in CI a toolchain that is missing is an error", async () => {
    const programs = folderOf("sh", "sleep", "redis-server");
    const { output, ended } = startIn({ PATH: programs, CI: "true" }, "--once");
    expect(await ended).toEqual([1, null]);
    expect(output.text).toMatch(/TypeScript, standing in for (Go|Python|Java): there is no/);
  }, 60_000);

  test("it serves until Ctrl-C, which leaves nothing running", async () => {
    const { child, output, ended, survivors } = start();
    await until("it serves", () => output.text.includes("Ctrl-C ends everything"), 45_000);
    if (process.platform === "linux") expect(survivors().length).toBeGreaterThan(6);
    const [, address] = /Connect\s+(http:\/\/[\d.:]+)/.exec(output.text) ?? [];
    const answer = await fetch(`${address}/backstitch.v1.SagaService/ListSagas`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ statuses: ["SAGA_STATUS_COMPENSATED"] }),
    });
    expect(await answer.json()).toMatchObject({ sagas: [{}, {}] });
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
    await until("no process is left", () => survivors().length === 0, 2_000);
  }, 60_000);

  test("a SIGKILL of it ends the others too", async () => {
    const { child, output, ended, survivors } = start();
    await until("the first saga is over", () => output.text.includes("✓ COMPLETED in"), 45_000);
    child.kill("SIGKILL");
    await ended;
    await until("no process is left", () => survivors().length === 0, 15_000);
  }, 60_000);

  test("with a workflow's name it shows that workflow, by a clock that it moves", async () => {
    const { output, ended, survivors } = start("booking", "--once");
    const [status] = await ended;
    expect(status, output.text).toBe(0);
    expect(output.text).toMatch(/✓ COMPLETED in 38 d/);
    await until("no process is left", () => survivors().length === 0, 2_000);
  }, 60_000);

  test("a workflow that there is not is answered with a suggestion and status 2", async () => {
    const { output, ended } = start("bookings");
    expect(await ended).toEqual([2, null]);
    expect(output.text).toContain("did you mean 'booking'?");
  });

  test("--help lists the workflows", async () => {
    const { output, ended } = start("--help");
    expect(await ended).toEqual([0, null]);
    for (const name of workflowNames) expect(output.text).toContain(name);
  });

  test("an argument that it does not know is answered with the usage and status 2", async () => {
    const { output, ended } = start("--twice");
    expect(await ended).toEqual([2, null]);
    expect(output.text).toContain("Unknown option '--twice'");
    expect(output.text).toContain("Usage: npm start");
  });
});
