import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleCommand } from "../../deploy/local/samples.ts";
import { removeFolder, temporaryFolder } from "../support/redis-process.ts";
import { describeConformance } from "./describe-language.ts";
import { runConformance } from "./src/run.ts";

describeConformance("typescript");

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder("conformance-unary");
});
afterAll(() => removeFolder(folder));

test("without Serve the cases over it are not run, and the report says why", async () => {
  const { program, args } = sampleCommand("typescript", "conformance");
  const command = [program, ...args, "--db", `sqlite:${folder}/unary.db`, "--port", "{port}", "--serve", "off"];
  const { results } = await runConformance({ command, only: ["duplicate-do", "join-across-transports"] });
  expect(results.map(({ id, transport, verdict, reason }) => ({ id, transport, verdict, reason }))).toEqual([
    {
      id: "join-across-transports",
      transport: "serve",
      verdict: "not_run",
      reason: "this participant does not offer Serve, which is optional",
    },
    { id: "duplicate-do", transport: "unary", verdict: "holds", reason: undefined },
    {
      id: "duplicate-do",
      transport: "serve",
      verdict: "not_run",
      reason: "this participant does not offer Serve, which is optional",
    },
  ]);
});
