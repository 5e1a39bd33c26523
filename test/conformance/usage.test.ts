/** What the program says to people: its table, its exit status, and its complaints about what it is given. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { removeFolder, temporaryFolder } from "../support/redis-process.ts";
import { startBroken } from "./broken/participant.ts";
import { UsageError } from "./src/fields.ts";
import { readCases } from "./src/parse-case.ts";
import { splitCommand } from "./src/program.ts";

const bin = fileURLToPath(new URL("./bin/backstitch-conformance.mjs", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder("conformance");
});
afterAll(() => removeFolder(folder));

async function run(...args: string[]) {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [out, error, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { out, error, status };
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("the program", () => {
  test("prints a table of what holds, and exits with 0", async () => {
    const { target, stop } = await startBroken();
    const json = join(folder, "results.json");
    const { out, error, status } = await run("--target", target, "--only", "duplicate-do", "--json", json);
    await stop();
    expect({ error, status }).toEqual({ error: "", status: 0 });
    expect(out).toMatch(/A repeated Do applies nothing and is answered as the first time +holds +holds/);
    expect(out).toContain("2 hold, 0 fail, 0 were not run");
    const { results } = JSON.parse(readFileSync(json, "utf8"));
    expect(results).toHaveLength(2);
    expect(results[0]).toMatchObject({ id: "duplicate-do", transport: "unary", verdict: "holds" });
  });

  test("says what was expected and what came, and exits with 1", async () => {
    const { target, stop } = await startBroken("no barrier");
    const { out, status } = await run("--target", target, "--only", "duplicate-do", "--transport", "unary");
    await stop();
    expect(status).toBe(1);
    expect(out).toMatch(/answered as the first time +FAILS/);
    expect(out).toContain("step 2, do effect");
    expect(out).toContain("expected: the same answer as before, done with");
    expect(out).toContain("came:     done with");
  });

  test("--help says how it is used", async () => {
    const { out, status } = await run("--help");
    expect(status).toBe(0);
    expect(out).toContain("Usage: backstitch-conformance --target HOST:PORT");
  });

  const complaints: [what: string, args: () => string[], complaint: string][] = [
    ["nobody listens", () => ["--target", "127.0.0.1:1"], "--target: nobody serves gRPC at 127.0.0.1:1 (listening)"],
    ["there is no target", () => [], "--target: is needed"],
    [
      "the target is no address",
      () => ["--target", "nowhere"],
      '--target: has to be host:port, not "nowhere" (address)',
    ],
    ["an option is unknown", () => ["--traget", "x"], "--traget"],
    ["no case has that id", () => ["--target", "a:1", "--only", "nope"], '--only: no case\'s id begins with "nope"'],
    [
      "the transport is unknown",
      () => ["--target", "a:1", "--transport", "rest"],
      "--transport: has to be one of unary, serve",
    ],
    ["a certificate comes without key", () => ["--target", "a:1", "--cert", bin], "a certificate needs its key"],
    ["a certificate cannot be read", () => ["--target", "a:1", "--ca", "/no/where"], "--ca: ENOENT"],
    [
      "plain text is asked for beside TLS",
      () => ["--target", "a:1", "--insecure", "--ca", bin],
      "--insecure: does not go with",
    ],
    ["the program does not start", () => ["--command", "/no/such/program {port}"], "--command: ended with"],
    ["a quote is not closed", () => ["--command", "run 'this {port}"], "--command: has a quote that is not closed"],
    ["the actions file is missing", () => ["--target", "a:1", "--actions", "/no/where"], "/no/where: ENOENT"],
    [
      "the actions file is not YAML",
      () => ["--target", "a:1", "--actions", file("broken.yaml", "effect: {")],
      "broken.yaml line 1, column 10",
    ],
    [
      "the actions file says what is unknown",
      () => ["--target", "a:1", "--actions", file("odd.yaml", "effect: { acton: charge }\nother: {}")],
      "effect.acton: is not known here; known are action, input, undo_input, behaviours (unknown_key)",
    ],
  ];

  test.each(complaints)("complains where %s, and exits with 2", async (_, args, complaint) => {
    const { out, error, status } = await run(...args());
    expect({ out, status }).toEqual({ out: "", status: 2 });
    expect(error).toContain(complaint);
  });
});

describe("a case file", () => {
  function faultsOf(cases: string): string[] {
    const own = join(folder, "cases");
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, "some.yaml"), `topic: Some\ncases:\n${cases}`);
    try {
      readCases(own);
      return [];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return error.faults.map(({ field, rule }) => `${field.replace("some.yaml: cases", "")} ${rule}`);
    }
  }

  const head = "  - { id: x, name: X, steps: ";

  test.each([
    ["{ do: effect, expect: done }", []],
    ["{ do: efect, expect: done }", ["[0].steps[0].do unknown_value"]],
    ["{ do: effect, expects: done }", ["[0].steps[0].expects unknown_key", "[0].steps[0].expect required"]],
    ["{ do: effect, undo: effect, expect: done }", ["[0].steps[0] one_kind"]],
    ["{ dance: effect }", ["[0].steps[0] one_kind"]],
    ["{ do: effect, expect: finished }", ["[0].steps[0].expect unknown_value"]],
    ["{ do: effect, expect: { error: WRONG } }", ["[0].steps[0].expect.error unknown_value"]],
    ["{ do: effect, expect: { same_as: first } }", ["[0].steps[0].expect.same_as unknown_name"]],
    ["{ do: effect, expect: { done: { a: { $like: x } } } }", ["[0].steps[0].expect.done.a matcher"]],
    ["{ do: effect, as: Badly, expect: done }", ["[0].steps[0].as behaviour"]],
    ["{ do: effect, attempt: 0, expect: done }", ["[0].steps[0].attempt range"]],
    ["{ do: effect, in_background: true }", ["[0].steps[0].name required"]],
    ["{ do: effect, payload: x, expect: done }", ["[0].steps[0] serve_only"]],
    ["{ count: { aplied: 1 } }", ["[0].steps[0].count.aplied unknown_key"]],
    ["{ cancel: first }", ["[0].steps[0].cancel unknown_name"]],
    ["{ participant: kill }", ["[0].steps order"]],
    ["{ participant: start }", ["[0].steps[0] order"]],
  ])("with the step %s has the faults %j", (step, faults) => {
    expect(faultsOf(`${head}[${step}] }\n`)).toEqual(faults);
  });

  test("has every id once, and names all faults at once", () => {
    const twice = `${head}[{ wait_ms: 1 }] }\n`;
    expect(faultsOf(twice + twice)).toEqual(["x unique"]);
    expect(faultsOf("  - { id: y, steps: [] }\n")).toEqual(["[0].name required", "[0].steps type"]);
  });
});

test("a command line is split into words, with quotes around those that contain spaces", () => {
  expect(splitCommand(`node "a b.js" --db='sqlite:x y' --port {port}`)).toEqual([
    "node",
    "a b.js",
    "--db=sqlite:x y",
    "--port",
    "{port}",
  ]);
});
