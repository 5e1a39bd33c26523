/** A participant of one's own, which knows nothing of the kit: one action with a barrier. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ParticipantServer, participant, rejected, sqliteBarrier } from "../../sdk/typescript/src/index.ts";
import { removeFolder, temporaryFolder } from "../support/redis-process.ts";
import { runConformance } from "./src/run.ts";

const actions = `
effect:
  action: charge
  input: { amount: 12 }
  behaviours:
    reject: { input: { amount: 2000 } }
`;

let folder: string;
let server: ParticipantServer;
let target: string;
beforeAll(async () => {
  folder = await temporaryFolder("conformance");
  writeFileSync(join(folder, "actions.yaml"), actions);
  const barrier = sqliteBarrier(new DatabaseSync(":memory:"));
  await barrier.install();
  const charge = barrier.action({
    do(_db, { amount }: { amount: number }, { effectId }) {
      if (amount === undefined || amount > 1000) throw rejected("CARD_DECLINED", "the limit is 1000");
      return { charge_id: effectId };
    },
    undo() {},
  });
  server = participant({ payment: { charge } });
  target = (await server.listen()).address;
});
afterAll(async () => {
  await server?.stop({ graceMs: 0 });
  if (folder !== undefined) await removeFolder(folder);
});

test("with an actions file what can be played is played, and the rest is reported with its reason", async () => {
  const { results } = await runConformance({ target, actions: join(folder, "actions.yaml") });
  expect(results.filter(({ verdict }) => verdict === "fails")).toEqual([]);
  const of = (id: string) => results.find((result) => result.id === id && result.transport === "serve");
  expect(of("duplicate-do")).toMatchObject({
    verdict: "holds",
    leftOut: ['effects were not counted: the actions file has no "count"'],
  });
  expect(of("duplicate-of-refusal")).toMatchObject({ verdict: "holds" });
  expect(of("duplicate-of-pending")).toMatchObject({
    verdict: "not_run",
    reason: 'the actions file has no behaviour "pending once" for "effect"',
  });
  expect(of("cancel-aborts")).toMatchObject({ verdict: "not_run", reason: 'the actions file has no "count"' });
  expect(of("rejected-texts")?.reason).toContain("only a conformance participant");
  expect(results.filter(({ verdict }) => verdict === "holds").length).toBeGreaterThan(40);
  expect(results.every(({ verdict, reason }) => (verdict === "not_run") === (reason !== undefined))).toBe(true);
});
