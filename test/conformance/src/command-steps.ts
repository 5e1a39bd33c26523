import type { Answer } from "./answer.ts";
import type { CommandStep, Step } from "./case.ts";
import type { PreparedCommand } from "./commands.ts";
import { describeAnswer } from "./describe.ts";
import type { Sent } from "./link.ts";
import { isSame } from "./match.ts";
import { Mismatch } from "./mismatch.ts";
import { until } from "./patience.ts";
import type { Background, Scene } from "./scene.ts";

/** Sends the commands of a step, and waits for their answers unless they stay in the background. */
export async function playCommand(scene: Scene, step: CommandStep): Promise<void> {
  const all = scene.commands.prepare(step);
  if (step.inBackground) {
    for (const prepared of all) sendInBackground(scene, step, prepared);
    return;
  }
  await until(step.withinMs, async () => {
    try {
      await receive(
        scene,
        step,
        all,
        all.map((prepared) => scene.send(step, prepared)),
      );
    } catch (error) {
      // A step that is repeated asks how a new connection fares.
      if (step.withinMs > 0) scene.connections.forget(step.through);
      throw error;
    }
  });
}

/** Sends the commands of several steps at once: one of each in turn, every second time the other way round. */
export async function playAtOnce(scene: Scene, step: Extract<Step, { kind: "at_once" }>): Promise<void> {
  const lanes = step.commands.map((command) => ({ command, all: scene.commands.prepare(command) }));
  const order = interleave(lanes.map(({ command, all }) => all.map((prepared) => ({ command, prepared }))));
  const sent =
    step.inOneMessage && scene.transport === "serve"
      ? scene.connections.serve("main").sendAll(order.map(({ prepared }) => prepared.command))
      : order.map(({ command, prepared }) => scene.send(command, prepared));
  const sentOf = new Map(order.map(({ prepared }, i) => [prepared, sent[i] as Sent]));
  const received = await Promise.allSettled(
    lanes.map(({ command, all }) =>
      receive(
        scene,
        command,
        all,
        all.map((prepared) => sentOf.get(prepared) as Sent),
      ),
    ),
  );
  for (const result of received) if (result.status === "rejected") throw result.reason;
}

async function receive(
  scene: Scene,
  step: CommandStep,
  all: readonly PreparedCommand[],
  sent: readonly Sent[],
): Promise<void> {
  const answers = await Promise.all(sent.map(({ answer }) => scene.patiently(answer)));
  const first = answers[0] as Answer;
  for (const [i, answer] of answers.entries()) {
    scene.check(step.expect, answer, all[i] as PreparedCommand);
    if (step.allSame && !isSame(answer, first)) {
      throw new Mismatch(`the same answer to all, ${describeAnswer(first)}`, describeAnswer(answer));
    }
  }
  if (step.name !== undefined) scene.named.set(step.name, first);
}

function sendInBackground(scene: Scene, step: CommandStep, prepared: PreparedCommand): void {
  const entry: Background = { prepared, sent: scene.send(step, prepared), settled: undefined };
  void entry.sent.answer.then((answer) => {
    entry.settled = answer;
  });
  scene.background.set(step.name as string, entry);
}

function interleave<T>(lanes: readonly T[][]): T[] {
  const longest = Math.max(...lanes.map((lane) => lane.length));
  return Array.from({ length: longest }, (_, i) => {
    const row = lanes.flatMap((lane) => (i < lane.length ? [lane[i] as T] : []));
    return i % 2 === 0 ? row : row.reverse();
  }).flat();
}
