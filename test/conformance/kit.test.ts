/** Proves that the kit can fail: for each rule, a participant that breaks it is caught by a case that is named for it. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { flaws } from "./broken/flaws.ts";
import { startBroken } from "./broken/participant.ts";
import { type CaseResult, runConformance } from "./src/run.ts";

const program = fileURLToPath(new URL("./broken/participant.ts", import.meta.url));
/** Enough for what answers at once; what does not answer is waited for as long. */
const patienceMs = 2_500;

async function verdictsOf(flaw: string | undefined, only?: string[]): Promise<CaseResult[]> {
  const { target, stop } = await startBroken(flaw);
  try {
    return (await runConformance({ target, only, patienceMs })).results;
  } finally {
    await stop();
  }
}

const failed = (results: CaseResult[]) => results.filter(({ verdict }) => verdict === "fails");

test("a participant that keeps the rules in memory passes every case but those that end it", async () => {
  const results = await verdictsOf(undefined);
  expect(failed(results)).toEqual([]);
  const notRun = results.filter(({ verdict }) => verdict === "not_run");
  expect(new Set(notRun.map(({ reason }) => reason))).toEqual(
    new Set(["needs --command, to end the participant and start it again"]),
  );
  expect(results.length - notRun.length).toBeGreaterThan(150);
});

/** Each flaw, a case that catches it, and over which transports that case is to fail. */
const caught: [flaw: string, id: string, transports?: string[]][] = [
  ["no barrier", "duplicate-do"],
  ["no barrier", "undo-without-do"],
  ["answers duplicates anew", "duplicate-do"],
  ["forgets refusals", "refusal-stands"],
  ["forgets what was accepted", "duplicate-of-pending"],
  ["remembers failures", "failure-is-no-answer"],
  ["applies after Undo", "do-after-undo"],
  ["runs the Undo of nothing", "undo-without-do"],
  ["runs the Undo of a refusal", "undo-of-refusal"],
  ["keeps the work of a refusal", "rejected"],
  ["keeps the work of a failure", "fail"],
  ["remembers a refused Undo", "undo-refused-then-done"],
  ["does not lock", "undo-while-do-runs"],
  ["lets an empty effect id pass", "no-effect-id"],
  ["never answers", "done"],
  ["never answers a second attempt", "failure-is-no-answer"],
  ["swallows cancellation", "cancel-aborts"],
  ["swallows cancellation", "cancel-is-silent", ["serve"]],
  ["swallows cancellation", "broken-connection", ["serve"]],
  ["answers twice", "done", ["serve"]],
  ["ignores deadlines", "no-time-left"],
  ["ignores deadlines", "deadline-aborts"],
  ["prefers the deadline to the timeout", "timeout-wins"],
  ["joins no duplicates", "join"],
  ["takes the step for the saga", "context-fields"],
  ["renames metadata", "context-metadata"],
  ["loses metadata", "context-metadata"],
  ["loses the completion token", "context-fields"],
  ["loses the attempt", "context-fields"],
  ["loses the namespace", "context-fields"],
  ["loses the item", "context-item"],
  ["loses the retry delay", "retry-after"],
  ["loses the details of a refusal", "rejected-texts"],
  ["says UNKNOWN for every error", "output-array"],
  ["does not name the known actions", "unknown-action"],
  ["sends stacks", "fail-texts"],
  ["repeats unreadable payloads", "payload-no-object", ["serve"]],
  ["answers a refusal as an error", "rejected"],
  ["answers pending as done", "pending"],
  ["gives an Undo's output", "duplicate-undo", ["serve"]],
  ["mangles characters", "odd-output"],
  ["takes small messages only", "message-large", ["unary"]],
  ["is never healthy", "health", ["unary"]],
  ["does one thing at a time", "side-by-side"],
];

describe.concurrent("a participant that", () => {
  test.each(caught)("%s is caught by %s", async (flaw, id, transports = ["unary", "serve"]) => {
    const results = failed(await verdictsOf(flaw, [id])).filter((result) => result.id === id);
    expect(results.map(({ transport }) => transport)).toEqual(transports);
    expect(results[0]?.failure).toMatchObject({ expected: expect.any(String), came: expect.any(String) });
  });

  test.each([
    ["forgets everything when it is killed", "forgets", "killed-answers"],
    ["ends at once when it is told to stop", "ends at once", "stop-answers-in-flight"],
    ["ends at once when it is told to stop", "ends at once", "stop-says-draining"],
    ["ends with another status than 0", "forgets", "stop-ends"],
  ])("%s is caught", async (_, flaw, id) => {
    const command = [process.execPath, program, "{port}", flaw];
    const { results } = await runConformance({ command, only: [id], patienceMs });
    expect(new Set(results.map(({ verdict }) => verdict))).toEqual(new Set(["fails"]));
  });

  test("every flaw of the server has a case that catches it", () => {
    expect(Object.keys(flaws).filter((flaw) => !caught.some(([name]) => name === flaw))).toEqual([]);
  });
});
