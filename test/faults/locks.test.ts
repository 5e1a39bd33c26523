import { afterAll, beforeAll, expect, test } from "vitest";
import { type Faults, faultMetadata } from "../../participants/src/faults.ts";
import { BackstitchError, isFinal, saga } from "../../sdk/typescript/src/index.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";

const refusing = saga("refusing", { lock: "input.key" }).call("a", "lab.a").call("b", "lab.b");
const waiting = saga("waiting", { lock: { key: "input.key", whenHeld: "WAIT" } })
  .call("a", "lab.a")
  .call("b", "lab.b");

let lab: Lab;
beforeAll(async () => {
  // In development mode, so that nobody waits half a minute for what a kill made a saga miss.
  lab = await startLab(undefined, { redis: { aof: "always" }, settings: { lease: "500ms", development: true } });
  for (const definition of [refusing, waiting]) await lab.client.register(definition.build());
});
afterAll(() => lab?.end());

async function advance(seconds: number): Promise<void> {
  const url = `http://127.0.0.1:${lab.orchestrator.connectPort}/backstitch.v1.DevelopmentService/AdvanceTime`;
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ by: `${seconds}s` }) });
  expect(response.status, await response.text()).toBe(200);
}

type Kind = "waiting" | "refusing";

const begin = (kind: Kind, sagaId: string, key: string, faults: Faults = {}) =>
  lab.client.start(kind, { key } as never, { sagaId, metadata: faultMetadata(faults) });

/** As a careful client: where nobody answers it asks again, whatever else is refused. */
async function keepBeginning(kind: Kind, sagaId: string, key: string, faults?: Faults): Promise<void> {
  const answered = async () => {
    try {
      await begin(kind, sagaId, key, faults);
      return true;
    } catch (error) {
      if (error instanceof BackstitchError && error.status === "UNAVAILABLE") return false;
      throw error;
    }
  };
  await until(`${sagaId} is started`, answered, 30_000);
}

test("a start that died with the lock in its hand is repeated, and nobody else gets in before", async () => {
  await lab.orchestrator.kill9();
  await lab.restart("after-lock:1@r1");
  const slow = { b: { slow_answer_ms: 1_000 } };
  const dying = begin("refusing", "r1", "died", slow).catch(() => undefined);
  expect(await lab.orchestrator.exited).toBe("SIGKILL");
  await lab.restart();
  await dying;
  await keepBeginning("refusing", "r1", "died", slow);
  await expect(begin("refusing", "r2", "died")).rejects.toMatchObject({ code: "LOCKED" });
  expect((await lab.settled("r1")).effects).toEqual(["do a", "do b"]);
  await begin("refusing", "r3", "died");
  expect((await lab.settled("r3")).status).toBe("COMPLETED");
}, 30_000);

test("a lock that a start took and did not use is free after a minute", async () => {
  await lab.orchestrator.kill9();
  await lab.restart("after-lock:1@u1");
  const dying = begin("refusing", "u1", "unused").catch(() => undefined);
  expect(await lab.orchestrator.exited).toBe("SIGKILL");
  // Its client gives up before there is somebody to answer.
  await dying;
  await lab.restart();
  await expect(begin("refusing", "u2", "unused")).rejects.toMatchObject({ code: "LOCKED" });
  await advance(61);
  await begin("refusing", "u3", "unused");
  expect((await lab.settled("u3")).status).toBe("COMPLETED");
}, 30_000);

test("the next in line gets the lock of a saga whose owner died as it ended", async () => {
  await lab.orchestrator.kill9();
  await lab.restart("after-finish:1@w1");
  await begin("waiting", "w1", "ended", { b: { delay_ms: 300 } });
  await begin("waiting", "w2", "ended");
  expect((await lab.client.get("w2")).lock).toMatchObject({ key: "ended", held: false });
  expect(await lab.orchestrator.exited).toBe("SIGKILL");
  await lab.restart();
  expect((await lab.client.get("w1")).status).toBe("COMPLETED");
  await advance(30);
  expect((await lab.settled("w2")).effects).toEqual(["do a", "do b"]);
}, 30_000);

interface Visit {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** From its first step to its end, by the store's clock. */
async function visitOf(id: string): Promise<Visit> {
  const { status, effects, history } = await lab.settled(id);
  expect({ id, status, effects }).toEqual({ id, status: "COMPLETED", effects: ["do a", "do b"] });
  const at = (kind: string) => history.find((event) => event.kind === kind)!.time.getTime();
  return { id, from: at("stepStarted"), to: at("sagaFinished") };
}

test("sagas that wait for one another are never inside together, whoever dies", async () => {
  const keys = ["x", "y", "z"];
  const idsOf = (key: string) => Array.from({ length: 15 }, (_, i) => `${key}${i}`);
  const ids = keys.flatMap(idsOf);
  const slow = { a: { slow_answer_ms: 40 }, b: { slow_answer_ms: 40 } };
  const countEnded = async () => {
    const sagas = await Promise.all(ids.map((id) => lab.client.get(id)));
    return sagas.filter(isFinal).length;
  };
  /** Whatever a kill made them miss they find out within half a minute. */
  const untilEnded = (count: number) =>
    until(
      `${count} have ended`,
      async () => {
        if ((await countEnded()) >= count) return true;
        await advance(30);
        return false;
      },
      60_000,
    );
  for (const id of ids) await begin("waiting", id, id.slice(0, 1), slow);
  for (let kill = 0; kill < 4; kill++) {
    await untilEnded(Math.min((await countEnded()) + 5, ids.length));
    if (kill === 2) await lab.redis.kill9();
    await lab.orchestrator.kill9();
    if (kill === 2) await lab.redis.restart();
    await lab.restart();
  }
  await untilEnded(ids.length);
  for (const key of keys) {
    const visits = (await Promise.all(idsOf(key).map(visitOf))).sort((a, b) => a.from - b.from);
    for (const [i, next] of visits.slice(1).entries()) {
      expect(next.from, `${next.id} after ${visits[i]!.id}`).toBeGreaterThanOrEqual(visits[i]!.to);
    }
  }
}, 150_000);
