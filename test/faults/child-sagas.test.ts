import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startOrchestrator } from "../../deploy/local/orchestrator.ts";
import { type Faults, faultMetadata } from "../../participants/src/faults.ts";
import { saga } from "../../sdk/typescript/src/index.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { answered, untilSettled } from "../support/order-traffic.ts";
import { until } from "../support/until.ts";

/** Two calls in the parent, two in the child between them. */
const stay = saga("stay", { output: { of: "steps.c.output.of" } })
  .call("b", "lab.b")
  .call("c", "lab.c");
const trip = saga("trip")
  .call("a", "lab.a")
  .saga("stay", "stay")
  .call("d", "lab.d", { input: { of: "steps.stay.output.of" } });

let lab: Lab;
beforeAll(async () => {
  lab = await startLab(undefined, { settings: { lease: "500ms" } });
  for (const definition of [stay, trip]) await lab.client.register(definition.build());
});
afterAll(() => lab?.end());

/** Starts a trip, and asks again where an orchestrator that died left the caller without an answer. */
async function begin(sagaId: string, faults: Faults): Promise<void> {
  const start = () => lab.client.start("trip", {}, { sagaId, metadata: faultMetadata(faults) });
  await until(`${sagaId} is started`, async () => (await answered(start)) !== undefined, 30_000);
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
  await lab.orchestrator.kill9();
  await lab.restart(trips[0]!.trap);
  for (const [i, { sagaId, trap }] of trips.entries()) {
    const begun = begin(sagaId, faults);
    const survived = begun.then(() => untilSettled(lab.client, [sagaId], 10_000)).then(() => "survived");
    survived.catch(() => undefined);
    expect(await Promise.race([lab.orchestrator.exited, survived]), trap).toBe("SIGKILL");
    await lab.restart(trips[i + 1]?.trap);
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
  const others = await Promise.all(
    ["second", "third"].map((name) =>
      startOrchestrator(lab.processes, {
        name,
        redisUrl: lab.redis.url,
        participants: lab.participants,
        settings: { lease: "500ms" },
      }),
    ),
  );
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
    const killed = kill % 3;
    if (killed === 2) {
      await lab.orchestrator.kill9();
      await lab.restart();
    } else {
      await others[killed]!.kill9();
      others[killed] = await others[killed]!.restart();
    }
  }
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
