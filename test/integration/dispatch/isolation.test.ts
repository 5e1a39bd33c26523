import { afterEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../../orchestrator/src/machine/event.ts";
import { cleanUp, configOf, createHarness, doneWith, serving, startParticipant, until } from "./support.ts";

afterEach(cleanUp);

type Held = Extract<Outcome, { kind: "held" }>;

describe("a participant in trouble", () => {
  test("a hung one fills its own cap, holds what is above it, and slows nobody else", async () => {
    const hung = await startParticipant({ serve: serving(() => undefined) });
    const well = await startParticipant({ serve: serving(() => "{}") });
    const { call, dispatcher } = createHarness([
      { ...configOf(hung.address, { max_in_flight: 20 }), name: "hung" },
      { ...configOf(well.address), name: "well" },
    ]);
    const outcomes: Outcome[] = [];
    const all = Array.from({ length: 100 }, () =>
      call({ participant: "hung", timeoutMs: 3000 }).then((outcome) => outcomes.push(outcome)),
    );
    // 20 in flight, 20 in the queue, 60 told to come back.
    await until(() => outcomes.length >= 60, "the held calls");
    expect(outcomes).toHaveLength(60);
    for (const outcome of outcomes) {
      expect(outcome.kind).toBe("held");
      expect((outcome as Held).retryAfterMs).toBeGreaterThanOrEqual(200);
      expect((outcome as Held).retryAfterMs).toBeLessThanOrEqual(1001);
    }
    expect(dispatcher.participants()[0]).toMatchObject({ inFlight: 20, maxInFlight: 20 });

    const before = performance.now();
    for (let i = 0; i < 50; i++) expect((await call({ participant: "well" })).kind).toBe("done");
    expect(performance.now() - before).toBeLessThan(1000);

    await Promise.all(all);
    const kinds = Map.groupBy(outcomes, (outcome) => outcome.kind);
    expect(kinds.get("failed")).toHaveLength(20);
    // The queue does not wait for the hung calls either.
    expect(kinds.get("held")).toHaveLength(80);
  });

  test("a queued call is sent as soon as there is room", async () => {
    const participant = await startParticipant({ serve: serving(() => "{}") });
    const { call } = createHarness([configOf(participant.address, { max_in_flight: 10 })]);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => call()));
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(Array(20).fill("done"));
  });

  test("a dead one opens its breaker; what is held costs no attempt, and it is used again once it is back", async () => {
    const handler = {
      do: (_: unknown, reply: (error: null, value: never) => void) => reply(null, doneWith({}) as never),
    };
    const participant = await startParticipant(handler);
    participant.kill();
    const { call, dispatcher } = createHarness([
      configOf(participant.address, { breaker: { min_calls: 5, reset_ms: 300 } }),
    ]);
    const outcomes: Outcome[] = [];
    for (let i = 0; i < 20; i++) outcomes.push(await call());
    const failed = outcomes.filter((outcome) => outcome.kind === "failed");
    for (const outcome of failed) expect(outcome).toMatchObject({ effect: "none", retry: true });
    // The one that opens the breaker is held already.
    expect(failed).toHaveLength(4);
    expect(dispatcher.participants()[0]?.breakers).toMatchObject({
      forward: { state: "open", openedAt: expect.any(Number) },
      backward: { state: "closed", openedAt: undefined },
    });
    // A probe that cannot be sent is held as well.
    await until(() => dispatcher.participants()[0]?.breakers.forward.state === "half-open", "half-open");
    expect((await call()).kind).toBe("held");
    await startParticipant(handler, participant.port);
    await expect.poll(async () => (await call()).kind, { timeout: 10_000, interval: 20 }).toBe("done");
    expect(dispatcher.participants()[0]?.breakers.forward).toEqual({ state: "closed", openedAt: undefined });
  });

  test("one that dies after many good calls costs its callers few attempts", async () => {
    const participant = await startParticipant({ serve: serving(() => "{}") });
    const { call } = createHarness([configOf(participant.address, { breaker: { min_calls: 5 } })]);
    for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 50 }, () => call()));
    participant.kill();
    const outcomes: Outcome[] = [];
    await until(() => {
      void call().then((outcome) => outcomes.push(outcome));
      return outcomes.filter((outcome) => outcome.kind === "held").length > 20;
    }, "held calls");
    const failed = outcomes.filter((outcome) => outcome.kind === "failed");
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.length).toBeLessThanOrEqual(6);
  });

  test("refusals and bad requests do not open the breaker", async () => {
    const { address } = await startParticipant({
      do: (_, reply) => reply({ code: 9, details: "not in this state" }),
    });
    const { call, dispatcher } = createHarness([configOf(address, { breaker: { min_calls: 2 } })]);
    for (let i = 0; i < 10; i++) expect(await call()).toMatchObject({ failure: { code: "FAILED_PRECONDITION" } });
    expect(dispatcher.participants()[0]?.breakers.forward.state).toBe("closed");
  });
});

describe("stopping", () => {
  test("what is in flight ends within the grace time, and what comes later is held", async () => {
    let answer: (() => void) | undefined;
    const { address } = await startParticipant({
      do: (_, reply) => {
        answer = () => reply(null, doneWith({ late: true }));
      },
    });
    const { call, dispatcher } = createHarness([configOf(address)]);
    const first = call();
    await until(() => answer !== undefined, "the call");
    const stopped = dispatcher.stop(5000);
    expect((await call()).kind).toBe("held");
    answer?.();
    expect(await first).toEqual({ kind: "done", output: '{"late":true}' });
    await stopped;
  });

  test("what is still in flight after the grace time has an unknown effect", async () => {
    let received = 0;
    const { address } = await startParticipant({
      serve: serving(() => {
        received++;
        return undefined;
      }),
    });
    const { call, dispatcher } = createHarness([configOf(address)]);
    const first = call();
    await until(() => received === 1, "the command");
    await dispatcher.stop(50);
    expect(await first).toMatchObject({ kind: "failed", effect: "unknown", retry: true });
    expect((await call()).kind).toBe("held");
  });
});
