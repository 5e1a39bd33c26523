import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "@bufbuild/protobuf";
import { missingFor } from "./actions.ts";
import type { CommandStep, Step } from "./case.ts";
import type { PreparedCommand } from "./commands.ts";
import { describeAnswer, short } from "./describe.ts";
import { createReader } from "./fields.ts";
import { Mismatch } from "./mismatch.ts";
import { parseCommand } from "./parse-command.ts";
import { until } from "./patience.ts";
import type { Scene } from "./scene.ts";

const command: CommandStep = parseCommand({ do: "count", on: "count", expect: "done" }, "count", createReader());

/** Asks the participant how often effects were applied and undone. Without an action for that it is left out, and noted. */
export async function playCount(scene: Scene, step: Extract<Step, { kind: "count" }>): Promise<void> {
  const missing = missingFor([command], scene.stage.actions);
  if (missing !== undefined) {
    scene.leftOut.add(`effects were not counted: ${missing}`);
    return;
  }
  const effectIds = scene.commands.effectIds(step.on, step.effects);
  await until(step.withinMs, async () => {
    await Promise.all(effectIds.map((effectId) => countOne(scene, step.want, effectId)));
  });
}

async function countOne(scene: Scene, want: Readonly<Record<string, number>>, effectId: string): Promise<void> {
  const [prepared] = scene.commands.prepare({ ...command, on: `count of ${effectId}`, input: { effect_id: effectId } });
  const sent = scene.connections.unary("counts").send((prepared as PreparedCommand).command);
  const answer = await scene.patiently(sent.answer);
  if (answer.kind !== "done") throw new Mismatch(`the counts of ${effectId}`, describeAnswer(answer));
  const came = pick(want, answer.output);
  if (!isDeepStrictEqual(came, want))
    throw new Mismatch(`the counts ${short({ ...want })} of ${effectId}`, short(came));
}

/** What was counted, as far as it is looked at. `balance` is what was applied and not undone. */
function pick(want: Readonly<Record<string, number>>, counts: JsonObject): JsonObject {
  const all: JsonObject = { ...counts, balance: Number(counts.applied) - Number(counts.undone) };
  return Object.fromEntries(Object.keys(want).map((key) => [key, all[key] ?? null]));
}
