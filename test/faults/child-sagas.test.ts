import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OrchestratorProcess, startOrchestrator } from "../../deploy/local/orchestrator.ts";
import { type Faults, faultMetadata } from "../../participants/src/faults.ts";
import { isFinal, saga } from "../../sdk/typescript/src/index.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { until } from "../support/until.ts";

/** Two calls in the parent, two in the child between them. */
const stay = saga("stay", { output: { of: "steps.c.output.of" } })
  .call("b", "lab.b")
  .call("c", "lab.c");
const trip = saga("trip")
  .call("a", "lab.a")
  .saga("stay", "stay")
  .call("d", "lab.d", { input: { of: "steps.stay.output.of" } });

let redis: TestRedis;
let lab: Lab;
let orchestrator: OrchestratorProcess;
beforeAll(async () => {
  redis = await startRedis();
  const settings = { redis: { url: redis.url }, lease: "500ms" };
  lab = await startLab(undefined, settings);
  orchestrator = lab.orchestrator;
  for (const definition of [stay, trip]) await lab.client.register(definition.build());
});
afterAll(async () => {
  await lab?.end();
  await redis?.stop();
});

async function restart(env: Record<string, string | undefined> = {}): Promise<void> {
  await orchestrator.exited;
  orchestrator = await orchestrator.restart({ BACKSTITCH_CRASH_AT: undefined, ...env });
}

/** Starts a trip, and asks again where an orchestrator that died left the caller without an answer. */
async function begin(sagaId: string, faults: Faults): Promise<void> {
  await until(
    `${sagaId} is started`,
    () =>
      lab.client.start("trip", {} as never, { sagaId, metadata: faultMetadata(faults) }).then(
        () => true,
        () => false,
      ),
    30_000,
  );
}

/** `stay` stands for the child, everything else happens to the parent. */
interface Boundary {
  readonly point: string;
  readonly of: "trip" | "stay";
}

function boundaries(
  of: Boundary["of"],
  points: Readonly<Record<string, readonly [first: number, last: number]>>,
): Boundary[] {
  return Object.entries(points).flatMap(([point, [first, last]]) =>
    Array.from({ length: last - first + 1 }, (_, i) => ({ point: `${point}:${first + i}`, of })),
  );
}

/** Lets the orchestrator die at each boundary, each in a trip of its own, and gives how these trips ended. */
async function dieAtEach(name: string, all: readonly Boundary[], faults: Faults = {}): Promise<void> {
  const trips = all.map(({ point, of }, i) => {
    const sagaId = `${name}-${i}`;
    return { sagaId, point, trap: `${point}@${of === "stay" ? `${sagaId}.stay` : sagaId}` };
  });
  await orchestrator.kill9();
  await restart({ BACKSTITCH_CRASH_AT: trips[0]!.trap });
  for (const [i, { sagaId, trap }] of trips.entries()) {
    const begun = begin(sagaId, faults);
    const survived = begun
      .then(() => until("it is final", () => lab.client.get(sagaId).then(isFinal, () => false), 10_000))
      .then(() => "survived");
    survived.catch(() => undefined);
    expect(await Promise.race([orchestrator.exited, survived]), trap).toBe("SIGKILL");
    const next = trips[i + 1]?.trap;
    await restart(next === undefined ? {} : { BACKSTITCH_CRASH_AT: next });
    await begun;
  }
}

const sagaIds = (name: string, all: readonly Boundary[]) => all.map((_, i) => `${name}-${i}`);

describe("an orchestrator that is killed between a parent and its child", () => {
  const forward = [
    ...boundaries("stay", {
      "before-start": [1, 1],
      "after-start": [1, 1],
      "before-commit": [1, 2],
      "after-commit": [1, 2],
      "after-finish": [1, 1],
    }),
    ...boundaries("trip", {
      "before-child": [1, 1],
      "after-child": [1, 1],
      "before-commit": [1, 4],
      "after-commit": [1, 4],
    }),
  ];

  test("completes both after its restart, every effect applied once", async () => {
    await dieAtEach("there", forward);
    for (const [i, id] of sagaIds("there", forward).entries()) {
      const ended = await lab.settled(id);
      const what = `${forward[i]!.point} of ${forward[i]!.of}`;
      expect({ what, status: ended.status, effects: ended.effects }).toEqual({
        what,
        status: "COMPLETED",
        effects: ["do a", "do d"],
      });
      expect(await lab.effects(`${id}.stay`), what).toEqual(["do b", "do c"]);
    }
  }, 180_000);

  const backward = [
    ...boundaries("stay", { "before-commit": [3, 5], "after-commit": [3, 5], "after-finish": [2, 2] }),
    ...boundaries("trip", {
      "before-child": [2, 2],
      "after-child": [2, 2],
      "before-commit": [5, 7],
      "after-commit": [4, 7],
    }),
  ];

  test("compensates both after its restart, every effect undone once, in reverse", async () => {
    await dieAtEach("back", backward, { d: { reject: "NO_DESK" } });
    for (const [i, id] of sagaIds("back", backward).entries()) {
      const ended = await lab.settled(id);
      const what = `${backward[i]!.point} of ${backward[i]!.of}`;
      expect({ what, status: ended.status, effects: ended.effects }).toEqual({
        what,
        status: "COMPENSATED",
        effects: ["do a", "undo a"],
      });
      expect(await lab.effects(`${id}.stay`), what).toEqual(["do b", "do c", "undo c", "undo b"]);
      expect((await lab.client.get(`${id}.stay`)).status, what).toBe("COMPENSATED");
    }
  }, 180_000);
});

test("three replicas under a rolling kill loop end every parent together with its child", async () => {
  const other = await Promise.all(
    ["second", "third"].map((name) =>
      startOrchestrator(lab.processes, {
        name,
        redisUrl: redis.url,
        participants: lab.participants,
        settings: { lease: "500ms" },
      }),
    ),
  );
  const replicas = [orchestrator, ...other];
  const ids = Array.from({ length: 60 }, (_, i) => `rolling-${i}`);
  const slow = { a: { slow_answer_ms: 100 }, c: { slow_answer_ms: 100 } };
  const faultsOf = (i: number) => (i % 3 === 2 ? { ...slow, d: { reject: "NO_DESK" } } : slow);
  let begun = 0;
  const traffic = Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let i = begun++; i < ids.length; i = begun++) await begin(ids[i]!, faultsOf(i));
    }),
  );
  for (let kill = 0; kill < 6; kill++) {
    const before = begun;
    await until("more have begun", () => begun >= Math.min(before + 8, ids.length), 30_000);
    const killed = kill % replicas.length;
    await replicas[killed]!.kill9();
    replicas[killed] = await replicas[killed]!.restart();
  }
  orchestrator = replicas[0]!;
  await traffic;
  for (const [i, id] of ids.entries()) {
    const { status, effects } = await lab.settled(id);
    const undone = i % 3 === 2;
    expect({ id, status }).toEqual({ id, status: undone ? "COMPENSATED" : "COMPLETED" });
    expect(effects, id).toEqual(undone ? ["do a", "undo a"] : ["do a", "do d"]);
    const child = undone ? ["do b", "do c", "undo c", "undo b"] : ["do b", "do c"];
    expect(await lab.effects(`${id}.stay`), id).toEqual(child);
  }
}, 120_000);
