import { setTimeout as delay } from "node:timers/promises";
import type { Case, Step, Transport } from "./case.ts";
import { playAtOnce, playCommand } from "./command-steps.ts";
import { playCount } from "./count-step.ts";
import { describeAnswer, describeStep } from "./describe.ts";
import { checkHealth } from "./health.ts";
import { Mismatch } from "./mismatch.ts";
import { inTime, until } from "./patience.ts";
import { type Background, createScene, type Scene, type Stage } from "./scene.ts";

/** How a case did not hold. */
export interface Failure {
  /** Counts from 1. */
  step: number;
  doing: string;
  expected: string;
  came: string;
}

/** What came of playing a case: it holds unless there is a failure. */
export interface Played {
  failure: Failure | undefined;
  /** What was not looked at, and why. */
  leftOut: readonly string[];
}

/** Plays the steps of a case over one transport, for a saga of its own. */
export async function play({ steps }: Case, transport: Transport, sagaId: string, stage: Stage): Promise<Played> {
  const scene = createScene(sagaId, transport, stage);
  let at = 0;
  try {
    for (; at < steps.length; at++) await playStep(scene, steps[at] as Step);
    const stray = scene.connections.strays()[0];
    if (stray !== undefined) throw new Mismatch("one answer to each command", stray);
    return { failure: undefined, leftOut: [...scene.leftOut] };
  } catch (error) {
    const step = steps[Math.min(at, steps.length - 1)] as Step;
    const { expected, came } = error instanceof Mismatch ? error : { expected: "no trouble", came: String(error) };
    return { failure: { step: at + 1, doing: describeStep(step), expected, came }, leftOut: [...scene.leftOut] };
  } finally {
    scene.connections.close();
  }
}

async function playStep(scene: Scene, step: Step): Promise<void> {
  const { stage, connections, background, named } = scene;
  switch (step.kind) {
    case "command":
      return playCommand(scene, step);
    case "at_once":
      return playAtOnce(scene, step);
    case "count":
      return playCount(scene, step);
    case "answer": {
      const { prepared, sent } = background.get(step.name) as Background;
      const answer = await scene.patiently(sent.answer);
      scene.check(step.expect, answer, prepared);
      named.set(step.name, answer);
      return;
    }
    case "silent": {
      const { settled } = background.get(step.name) as Background;
      if (settled !== undefined) throw new Mismatch("no answer", describeAnswer(settled));
      return;
    }
    case "cancel":
      return background.get(step.name)?.sent.cancel();
    case "health":
      return until(step.withinMs, async () => {
        const status = await checkHealth(stage.target, step.service, stage.patienceMs);
        if (status !== step.want) throw new Mismatch(`the health ${step.want}`, status);
      });
    case "participant":
      await stage.act(step.act);
      // What was connected to the one that ended is of no use any more.
      if (step.act === "start") connections.forgetAll();
      return;
    case "ended_with":
      if (stage.lastEnd() !== step.how) throw new Mismatch(step.how, stage.lastEnd());
      return;
    case "connection":
      return playConnection(scene, step);
    case "ends": {
      const status = await inTime(stage.patienceMs, connections.serve(step.through).ended, "the end of the stream");
      if (step.status !== "any" && status !== step.status) throw new Mismatch(`an end with ${step.status}`, status);
      return;
    }
    case "wait":
      return delay(step.ms);
  }
}

async function playConnection({ connections, stage }: Scene, step: Extract<Step, { kind: "connection" }>) {
  const link = connections.serve(step.through);
  switch (step.act) {
    case "close_sending":
      return link.closeSending();
    case "break":
      return link.break();
    case "garbage":
      return link.sendGarbage();
    case "says_draining":
      return inTime(stage.patienceMs, link.draining, "that the stream drains");
  }
}
