import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ParticipantServer, participant, rejected, saga } from "../../sdk/typescript/src/index.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { countCalls, viewParticipant } from "../support/participant-view.ts";
import { until } from "../support/until.ts";

const transports = ["serve", "unary"] as const;
const cap = 8;

/** What happens to the calls of the counted participant. */
let mood: "well" | "hung" | "failing undo" = "well";
let running = 0;
let peak = 0;
/** How often each effect was applied and undone. */
const counts = new Map<string, number>();

async function counted(effect: string, signal: AbortSignal): Promise<void> {
  peak = Math.max(peak, ++running);
  try {
    if (mood === "hung") {
      await new Promise((_, reject) => signal.addEventListener("abort", reject, { once: true }));
    }
    // Long enough for calls to meet each other.
    await new Promise((resolve) => setTimeout(resolve, 10));
    counts.set(effect, (counts.get(effect) ?? 0) + 1);
  } finally {
    running--;
  }
}

function createServer(): ParticipantServer {
  return participant({
    counted: {
      work: {
        do: (_, { sagaId, signal }) => counted(`do ${sagaId}`, signal),
        async undo(_, { sagaId, signal }) {
          if (mood === "failing undo") throw new Error("out of order");
          await counted(`undo ${sagaId}`, signal);
        },
      },
      refuse: {
        do() {
          throw rejected("NO");
        },
        undo() {},
      },
    },
  });
}

let server = createServer();
let port: number;
let lab: Lab;
beforeAll(async () => {
  const { address, port: bound } = await server.listen();
  port = bound;
  lab = await startLab(() => {
    const settings = { address, max_in_flight: cap, breaker: { min_calls: 5, window_ms: 1_000, reset_ms: 400 } };
    return { counted_serve: settings, counted_unary: { ...settings, serve: "off" } };
  });
});
afterAll(async () => {
  await lab?.end();
  await server.stop({ graceMs: 0 });
});

describe.each(transports)("over %s", (transport) => {
  const target = `counted_${transport}`;
  const idsOf = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${transport}-${i}`);
  const callsOf = async (outcome: string) => (await countCalls(lab.orchestrator, target))[outcome] ?? 0;

  test("calls that an open breaker holds cost no attempt, and no more are in flight than the cap allows", async () => {
    // One more attempt after the one that may meet the outage's beginning.
    const retry = { schedule: ["0s"], maxAttempts: 3 };
    const definition = saga(`down-${transport}`).call("a", "lab.a").call("x", `${target}.work`, { retry });
    const before = idsOf("down-before", 50);
    await Promise.all(before.map((sagaId) => lab.run(definition, { sagaId })));
    await server.stop({ graceMs: 0 });

    const sagaIds = idsOf("down", 300);
    const held = await callsOf("held");
    await Promise.all(sagaIds.map((sagaId) => lab.begin(definition, { sagaId })));
    await until("they pile up", async () => (await callsOf("held")) > held + 900, 30_000);
    expect((await viewParticipant(lab.orchestrator, target)).doBreaker).not.toBe("closed");
    // The fifth call that found no connection opened the breaker.
    expect(await callsOf("failed")).toBeLessThanOrEqual(5);

    peak = 0;
    server = createServer();
    await server.listen(port);
    for (const sagaId of sagaIds) {
      const ended = await lab.settled(sagaId);
      expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a"] });
      expect(ended.saga.steps[1]?.attempt).toBeLessThanOrEqual(3);
      expect(counts.get(`do ${sagaId}`)).toBe(1);
    }
    expect(peak).toBeGreaterThan(1);
    expect(peak).toBeLessThanOrEqual(cap);
    expect((await viewParticipant(lab.orchestrator, target)).doBreaker).toBe("closed");
  }, 60_000);

  test("a participant that hangs opens its breaker too, and its sagas complete once it goes on", async () => {
    const retry = { schedule: ["50ms"], maxAttempts: 20 };
    const definition = saga(`hung-${transport}`)
      .call("a", "lab.a")
      .call("x", `${target}.work`, { timeout: "300ms", retry });
    const sagaIds = idsOf("hung", 100);
    mood = "hung";
    peak = 0;
    await Promise.all(sagaIds.map((sagaId) => lab.begin(definition, { sagaId })));
    await until(
      "the breaker opens",
      async () => (await viewParticipant(lab.orchestrator, target)).doBreaker === "open",
    );
    const held = await callsOf("held");
    await until("calls are held", async () => (await callsOf("held")) > held + 100);
    mood = "well";
    for (const sagaId of sagaIds) {
      expect(await lab.settled(sagaId)).toMatchObject({ status: "COMPLETED", effects: ["do a"] });
      expect(counts.get(`do ${sagaId}`)).toBe(1);
    }
    // A call that was given up frees its place a moment before its handler has ended.
    expect(peak).toBeLessThanOrEqual(2 * cap);
  }, 60_000);

  test("failing Undos open the breaker of that direction alone: Dos go on, and every saga is undone in the end", async () => {
    const definition = saga(`undo-${transport}`)
      .call("x", `${target}.work`, { undo: { retry: { schedule: ["10ms"], maxAttempts: 20 } } })
      .call("y", `${target}.refuse`);
    const sagaIds = idsOf("undo", 60);
    mood = "failing undo";
    await Promise.all(sagaIds.map((sagaId) => lab.begin(definition, { sagaId })));
    const view = () => viewParticipant(lab.orchestrator, target);
    await until("the breaker opens", async () => (await view()).undoBreaker === "open");
    expect((await view()).doBreaker).toBe("closed");
    const forward = saga(`meanwhile-${transport}`).call("x", `${target}.work`);
    const others = await Promise.all(idsOf("meanwhile", 20).map((sagaId) => lab.run(forward, { sagaId })));
    for (const { status } of others) expect(status).toBe("COMPLETED");

    mood = "well";
    for (const sagaId of sagaIds) {
      expect((await lab.settled(sagaId)).status).toBe("COMPENSATED");
      expect([counts.get(`do ${sagaId}`), counts.get(`undo ${sagaId}`)]).toEqual([1, 1]);
    }
  }, 60_000);
});
