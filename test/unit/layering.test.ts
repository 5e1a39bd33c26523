import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type ImportEdge, importsOf, sourceFiles } from "../support/sources.ts";

const src = "orchestrator/src";

/**
 * What each part of the orchestrator may import besides itself: folders, and files at the root of src by name.
 * `main` and `orchestrator` put everything together and may see all; `config` collects the options of the parts, and
 * nobody but those two reads it.
 */
const ambient = ["clock", "logger", "metrics"];
const ids = ["effect-id", "completion-token"];
const mayImport: Record<string, readonly string[]> = {
  errors: [],
  clock: [],
  logger: ["errors"],
  metrics: ["errors"],
  gen: [],
  "effect-id": [],
  "completion-token": ["effect-id", "machine"],
  definition: ["errors", "gen"],
  machine: ["definition", "errors"],
  store: ["machine", "definition", "errors", ...ambient],
  schema: ["errors"],
  dispatch: ["machine", "definition", "errors", "schema", "gen", ...ambient],
  worker: ["store", "dispatch", "machine", "definition", "errors", ...ids, ...ambient],
  api: ["store", "machine", "definition", "errors", "catalog", "gen", ...ids, ...ambient],
  catalog: ["store", "definition", "errors", ...ambient],
  engine: ["catalog", "worker", "store", "machine", "errors"],
  "definition-folder": ["catalog", "errors"],
  config: ["api", "worker", "dispatch", "store", "definition", "errors", "schema", "logger"],
};
const seesAll = ["main", "orchestrator"];

/** Folders without any I/O, clock or random: the Node modules that they may use nevertheless. */
const pure: Record<string, readonly string[]> = { definition: ["node:crypto"], machine: [] };
const doesIo = ["ioredis", "@grpc/grpc-js", "@connectrpc/connect", "@connectrpc/connect-node", "opossum", "pino"];

/** "machine" for orchestrator/src/machine/state.ts, "clock" for orchestrator/src/clock.ts. */
const partOf = (path: string) =>
  path
    .slice(src.length + 1)
    .split("/", 1)[0]
    ?.replace(/\.ts$/, "") ?? "";

const allImports = (folder: string) => sourceFiles([folder]).flatMap((file) => importsOf(file));
const show = ({ from, to }: ImportEdge) => `${from} -> ${to}`;

function isAllowed({ from, to }: ImportEdge): boolean {
  if (!to.startsWith(`${src}/`)) return !to.startsWith("..") && !/^(sdk|participants|test|bench|deploy)\//.test(to);
  const [importer, imported] = [partOf(from), partOf(to)];
  return importer === imported || seesAll.includes(importer) || (mayImport[importer] ?? []).includes(imported);
}

describe("the layers of the orchestrator", () => {
  const imports = allImports(src);

  test("there are imports to look at", () => {
    expect(imports.filter(({ to }) => to.startsWith(src)).length).toBeGreaterThan(20);
  });

  test("every part has its place in the table", () => {
    const parts = new Set(sourceFiles([src]).map(partOf));
    expect([...parts].filter((part) => !(part in mayImport) && !seesAll.includes(part))).toEqual([]);
  });

  test("imports run one way", () => {
    expect(imports.filter((edge) => !isAllowed(edge)).map(show)).toEqual([]);
  });

  test("an import against the direction would be seen", () => {
    const against: ImportEdge[] = [
      { from: `${src}/machine/state.ts`, to: `${src}/store/store.ts` },
      { from: `${src}/store/keys.ts`, to: `${src}/dispatch/dispatcher.ts` },
      { from: `${src}/api/server.ts`, to: `${src}/worker/worker.ts` },
      { from: `${src}/worker/worker.ts`, to: `${src}/config.ts` },
      { from: `${src}/clock.ts`, to: "sdk/typescript/src/index.ts" },
    ];
    expect(against.filter(isAllowed)).toEqual([]);
  });

  test("the pure parts import nothing that does I/O", () => {
    const offending = imports.filter(({ from, to }) => {
      const allowed = pure[partOf(from)];
      return allowed !== undefined && ((to.startsWith("node:") && !allowed.includes(to)) || doesIo.includes(to));
    });
    expect(offending.map(show)).toEqual([]);
  });
});

describe("the SDK", () => {
  const imports = allImports("sdk/typescript/src");
  const testing = "sdk/typescript/src/testing/";

  test("needs neither the orchestrator nor its libraries, but where it starts one for tests", () => {
    const offending = imports.filter(
      ({ from, to }) =>
        from !== `${testing}orchestrator.ts` &&
        (to.startsWith("orchestrator/") || to.startsWith("@backstitch/") || ["ioredis", "opossum"].includes(to)),
    );
    expect(offending.map(show)).toEqual([]);
  });

  test("does not need what is for tests", () => {
    const offending = imports.filter(({ from, to }) => to.startsWith(testing) && !from.startsWith(testing));
    expect(offending.map(show)).toEqual([]);
  });
});

test("no source file has over 400 lines, and no test over 500", () => {
  const folders = ["orchestrator", "sdk/typescript", "participants", "deploy", "bench", "test", ".ci"];
  const tooLong = sourceFiles(folders)
    .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length - 1 }))
    .filter(({ file, lines }) => lines > (file.startsWith("test/") ? 500 : 400));
  expect(tooLong).toEqual([]);
});
