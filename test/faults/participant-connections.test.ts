import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { saga } from "../../sdk/typescript/src/index.ts";
import { eventsOf, type Lab, neverOpen, startLab } from "../support/lab.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

let lab: Lab;
/** Stands before the lab's participant, where it is called `far_serve` and `far_unary`. */
let proxy: TcpProxy;
beforeAll(async () => {
  lab = await startLab(async (address) => {
    proxy = await startTcpProxy(Number(address.split(":")[1]));
    const far = { address: `127.0.0.1:${proxy.port}`, breaker: neverOpen };
    return { far_serve: far, far_unary: { ...far, serve: "off" } };
  });
});
afterEach(() => proxy.heal());
afterAll(async () => {
  await lab?.end();
  await proxy?.stop();
});

const sagaIds = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`);

describe.each(["serve", "unary"] as const)("over %s", (transport) => {
  const far = `far_${transport}`;

  /** a is near, b is far and tried for as long as `attempts` allow. */
  const order = (name: string, attempts: number) =>
    saga(`${name}-${transport}`)
      .call("a", "lab.a", { timeout: "2s" })
      .call("b", `${far}.b`, {
        timeout: "400ms",
        retry: { schedule: ["50ms"], maxAttempts: attempts },
        undo: { retry: { schedule: ["100ms"], maxAttempts: 100 } },
      });

  test("a Do that is lost on its way is undone without ever having come", async () => {
    await lab.run(order("warm", 1), { sagaId: `warm-${transport}` });
    proxy.blackHole();
    const ids = sagaIds(`lost-${transport}`, 10);
    const definition = order("lost", 2);
    await Promise.all(ids.map((sagaId) => lab.begin(definition, { sagaId })));
    for (const sagaId of ids) {
      await until("it turned round", async () => (await lab.client.get(sagaId)).status === "COMPENSATING");
    }
    proxy.heal();
    for (const sagaId of ids) {
      const ended = await lab.settled(sagaId);
      expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
      expect(ended.steps).toEqual({ a: "UNDONE", b: "UNDONE" });
      expect(ended.failure).toMatchObject({ kind: "TIMEOUT", step: "b" });
    }
  });

  test("a connection that falls silent is replaced by a new one, though nobody ever closes it", async () => {
    await lab.run(order("warm", 1), { sagaId: `warm-again-${transport}` });
    // The connections that are there stay open and silent; new ones are good.
    proxy.blackHole();
    proxy.pass();
    const ids = sagaIds(`silent-${transport}`, 10);
    const definition = order("silent", 10);
    await Promise.all(ids.map((sagaId) => lab.begin(definition, { sagaId })));
    for (const sagaId of ids) {
      const ended = await lab.settled(sagaId);
      expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b"] });
      expect(eventsOf(ended, "stepFailed", "b").length).toBeGreaterThan(0);
    }
  });

  test("connections that break again and again lose no saga and repeat no effect", async () => {
    const ids = sagaIds(`cut-${transport}`, 60);
    const definition = order("cut", 20);
    const begun = ids.map((sagaId) => lab.begin(definition, { sagaId, faults: { b: { slow_answer_ms: 30 } } }));
    for (let i = 0; i < 6; i++) {
      await begun[i * 10];
      proxy.cut();
    }
    await Promise.all(begun);
    proxy.cut();
    for (const sagaId of ids) {
      expect(await lab.settled(sagaId)).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b"] });
    }
  });

  test("answers that are lost with their connection are given again", async () => {
    const ids = sagaIds(`unanswered-${transport}`, 20);
    const definition = order("unanswered", 40);
    proxy.dropReplies();
    const before = proxy.dropped;
    await Promise.all(ids.map((sagaId) => lab.begin(definition, { sagaId })));
    await until("answers are dropped", () => proxy.dropped >= before + 3);
    proxy.pass();
    for (const sagaId of ids) {
      expect(await lab.settled(sagaId)).toMatchObject({ status: "COMPLETED", effects: ["do a", "do b"] });
    }
  });
});
