import type { Expected, Scenario } from "../../participants/scenarios/scenario.ts";
import { type HistoryEvent, isFinal, type Saga } from "../../sdk/typescript/src/index.ts";
import { describe, until } from "../../sdk/typescript/src/testing/until.ts";
import { createKit, withinMs } from "./kit.ts";
import type { Effects, Stage } from "./stage.ts";

/** What came of a scenario. */
export interface Performance {
  /** Those that it started, each followed by its children. */
  sagas: PerformedSaga[];
  outages: { from: Date; to: Date }[];
  /** What is otherwise than it should be, in words; none: all is well. */
  surprises: string[];
}

export interface PerformedSaga {
  saga: Saga;
  events: HistoryEvent[];
  /** Of its children, too. A child has none of its own here. */
  effects: Effects;
  /** Whether another saga of this scenario runs it. */
  child: boolean;
}

/** Plays a scenario and waits until its sagas are as they should end, or cannot become so. */
export async function perform(scenario: Scenario, id: string, stage: Stage): Promise<Performance> {
  const { kit, notes } = createKit(stage, id, scenario.title);
  const { outages, surprises } = notes;
  await scenario.run(kit).catch((error: Error) => surprises.push(error.message));
  const expected = [scenario.expect].flat() as Expected[];
  if (notes.sagas.length !== expected.length) {
    surprises.push(`${notes.sagas.length} sagas were started in place of ${expected.length}`);
  }
  const sagas: PerformedSaga[] = [];
  for (const [i, sagaId] of notes.sagas.entries()) {
    const saga = await settled(stage, sagaId, expected[i]);
    const effects = await stage.effects(sagaId);
    sagas.push({ saga, events: await kit.history(sagaId), effects, child: false }, ...(await childrenOf(stage, saga)));
    const own = expected[i] === undefined ? [] : surprisesIn(expected[i], saga, effects);
    surprises.push(...own.map((surprise) => (notes.sagas.length === 1 ? surprise : `${sagaId}: ${surprise}`)));
  }
  return { sagas, outages, surprises };
}

/** Waits for the saga's status and that of its steps; a saga that cannot reach them is given as it is. */
function settled({ client }: Stage, sagaId: string, expected: Expected | undefined): Promise<Saga> {
  const hasSettled = (saga: Saga) =>
    isFinal(saga) || (expected !== undefined && differences(expected, saga).length === 0);
  return until(client, sagaId, hasSettled, withinMs).catch(() => client.get(sagaId));
}

async function childrenOf(stage: Stage, parent: Saga): Promise<PerformedSaga[]> {
  const ids = parent.steps.flatMap(({ childSagaId }) => childSagaId ?? []);
  const children = await Promise.all(
    ids.map(async (sagaId) => {
      const saga = await stage.client.get(sagaId).catch(() => undefined);
      if (saga === undefined) return [];
      const events = await Array.fromAsync(stage.client.history(sagaId));
      return [{ saga, events, effects: {}, child: true }, ...(await childrenOf(stage, saga))];
    }),
  );
  return children.flat();
}

/** What is otherwise than expected, in words. */
export function surprisesIn(expected: Expected, saga: Saga, found: Effects): string[] {
  const surprises = differences(expected, saga);
  if (surprises.length > 0) surprises.push(describe(saga));
  for (const action of new Set([...Object.keys(expected.effects), ...Object.keys(found)])) {
    const [done, undone] = expected.effects[action] ?? [0, 0];
    const [isDone, isUndone] = found[action] ?? [0, 0];
    if (isDone !== done || isUndone !== undone) {
      surprises.push(`${action} was done ${isDone} and undone ${isUndone} times in place of ${done} and ${undone}`);
    }
  }
  return surprises;
}

function differences({ status, failure, steps = {} }: Expected, saga: Saga): string[] {
  const surprises = saga.status === status ? [] : [`the saga is ${saga.status} in place of ${status}`];
  const code = reasonOf(saga)?.code;
  if (code !== failure) surprises.push(`its failure is ${code ?? "none"} in place of ${failure ?? "none"}`);
  for (const [name, wanted] of Object.entries(steps)) {
    const is = saga.steps.find((step) => step.name === name)?.status;
    if (is !== wanted) surprises.push(`${name} is ${is} in place of ${wanted}`);
  }
  return surprises;
}

/** Why it stands still, where it does; else why it was compensated. */
function reasonOf({ status, failure, suspension }: Saga) {
  return status === "SUSPENDED" ? (suspension?.failure ?? failure) : failure;
}
