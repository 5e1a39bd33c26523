import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../../orchestrator/src/machine/event.ts";
import type { Store } from "../../../orchestrator/src/store/store.ts";
import { createChildren } from "../../../orchestrator/src/worker/children.ts";
import { type Answers, by, createWorld, never, rejecting } from "./world.ts";

const trip = `
name: trip
steps:
  - { name: seat, call: { participant: shop, action: seat } }
  - { name: stay, saga: { definition: booking, input: { city: input.city } } }
  - { name: pay, call: { participant: shop, action: pay, input: { room: steps.stay.output.room } } }
`;
const booking = `
name: booking
steps:
  - { name: hold, call: { participant: shop, action: hold } }
  - { name: confirm, call: { participant: shop, action: confirm } }
output: { room: steps.hold.output.room }
`;

let answers: Answers;
let world: ReturnType<typeof createWorld>;
beforeEach(async () => {
  answers = { hold: () => ({ kind: "done", output: '{"room":"12b"}' }) };
  world = createWorld(answers);
  await world.register(booking);
  await world.register(trip);
});
afterEach(() => world.end());

describe("a step that runs a saga", () => {
  test("is done with the child's output", async () => {
    await world.start(world.launch(), "trip", { id: "t", input: { city: "Bern" } });
    const { status, steps } = await world.settled("t");
    expect(status).toBe("COMPLETED");
    expect(steps[1]).toMatchObject({ status: "DONE", output: '{"room":"12b"}', input: '{"city":"Bern"}' });
    expect(steps[2]!.input).toBe('{"room":"12b"}');
    expect(world.called).toEqual(["do t/seat", "do t.stay/hold", "do t.stay/confirm", "do t/pay"]);
    expect((await world.record("t.stay")).header.parent).toEqual({
      sagaId: "t",
      step: 1,
      stepName: "stay",
      round: 0,
      depth: 1,
    });
  });

  test("gives the child its namespace and metadata", async () => {
    await world.register(booking, "eu");
    await world.register(trip, "eu");
    const metadata = { traceparent: "00-1" };
    await world.start(world.launch(), "trip", { id: "t", namespace: "eu", metadata, input: { city: "Bern" } });
    await expect.poll(() => world.called.at(-1)).toBe("do eu/t/pay");
    expect(world.commands.map((command) => command.metadata)).toEqual(Array(4).fill(metadata));
    expect((await world.record("t.stay", "eu")).header).toMatchObject({ namespace: "eu", metadata });
  });

  test("is rejected with the child's code when the child was compensated, and what came before is undone", async () => {
    answers.confirm = rejecting("NO_ROOM");
    await world.start(world.launch(), "trip", { id: "t", input: { city: "Bern" } });
    const { status, steps } = await world.settled("t");
    expect(status).toBe("COMPENSATED");
    expect(steps[1]!.failure).toMatchObject({ kind: "REJECTED", code: "NO_ROOM" });
    expect(world.called).toEqual([
      "do t/seat",
      "do t.stay/hold",
      "do t.stay/confirm",
      "undo t.stay/hold",
      "undo t/seat",
    ]);
  });

  test("is undone by compensating a child that was completed", async () => {
    answers.pay = rejecting("NO_MONEY");
    await world.start(world.launch(), "trip", { id: "t", input: { city: "Bern" } });
    expect((await world.settled("t")).status).toBe("COMPENSATED");
    expect((await world.record("t.stay")).state.status).toBe("COMPENSATED");
    expect(world.called.slice(3)).toEqual(["do t/pay", "undo t.stay/confirm", "undo t.stay/hold", "undo t/seat"]);
  });

  test("is undone by compensating a child that still runs", async () => {
    answers.confirm = never;
    await world.start(world.launch(), "trip", { id: "t", input: { city: "Bern" } });
    await expect.poll(() => world.called.at(-1)).toBe("do t.stay/confirm");
    answers.confirm = () => ({ kind: "done", output: "{}" });
    await world.ask("t", { kind: "cancel", ...by });
    await world.stateWhere("t.stay", "turned round", ({ status }) => status === "COMPENSATING");
    expect((await world.record("t")).state.status).toBe("COMPENSATING");
    expect(world.callsOf("t/")).toEqual(["do t/seat"]);
  });

  test("waits for a person where the child is past its pivot", async () => {
    await world.register(booking.replace("action: confirm }", "action: confirm }, pivot: true"));
    answers.pay = rejecting("NO_MONEY");
    await world.start(world.launch(), "trip", { id: "t", input: { city: "Bern" } });
    const { status, steps } = await world.settled("t");
    expect(status).toBe("SUSPENDED");
    expect(steps[1]).toMatchObject({ status: "SUSPENDED", failure: { code: "PAST_PIVOT" } });
    expect((await world.record("t.stay")).state.status).toBe("COMPLETED");
    expect(world.called).not.toContain("undo t.stay/hold");
  });

  test("fails without effect where there is no such definition", async () => {
    await world.register(trip.replace("definition: booking", "definition: unheard-of"));
    await world.start(world.launch(), "trip", { id: "t", input: { city: "Bern" } });
    const { status, steps } = await world.settled("t");
    expect(status).toBe("COMPENSATED");
    expect(steps[1]).toMatchObject({ armed: false, failure: { code: "DEFINITION_NOT_FOUND" } });
  });

  test("does not take another saga of the child's name for its own, forward or backward", async () => {
    const replica = world.launch();
    await world.start(replica, "booking", { id: "t.stay" });
    await world.settled("t.stay");
    await world.start(replica, "trip", { id: "t", input: { city: "Bern" } });
    const { status, steps } = await world.settled("t");
    expect(status).toBe("COMPENSATED");
    expect(steps[1]!.failure).toMatchObject({ code: "SAGA_ID_IN_USE" });
    expect((await world.record("t.stay")).state.status).toBe("COMPLETED");
  });

  test("is undone where a person abandoned the child", async () => {
    answers.confirm = never;
    await world.start(world.launch(), "trip", { id: "t", input: { city: "Bern" } });
    await expect.poll(() => world.called.at(-1)).toBe("do t.stay/confirm");
    await world.ask("t.stay", { kind: "abandon", ...by });
    const { status, steps } = await world.settled("t");
    expect(status).toBe("COMPENSATED");
    expect(steps[1]!.status).toBe("UNDONE");
    expect(world.called.at(-1)).toBe("undo t/seat");
  });
});

describe("children of children", () => {
  const journey = `
name: journey
steps:
  - { name: leg, saga: { definition: trip } }
  - { name: insure, call: { participant: shop, action: insure } }
`;

  test("run, and are undone, to the last", async () => {
    await world.register(journey);
    answers.insure = rejecting("TOO_FAR");
    await world.start(world.launch(), "journey", { id: "j", input: { city: "Bern" } });
    expect((await world.settled("j")).status).toBe("COMPENSATED");
    expect(world.called).toEqual([
      "do j.leg/seat",
      "do j.leg.stay/hold",
      "do j.leg.stay/confirm",
      "do j.leg/pay",
      "do j/insure",
      "undo j.leg/pay",
      "undo j.leg.stay/confirm",
      "undo j.leg.stay/hold",
      "undo j.leg/seat",
    ]);
  });
});

describe("a parent", () => {
  /** A replica that forgets to tell parents. */
  const forgetful = (store: Store): Partial<Store> => ({
    append: async (key, item) => (item.command.kind === "complete" ? { kind: "appended" } : store.append(key, item)),
  });

  const tenSeconds = [{ byMs: 10_000 }, new AbortController().signal] as const;

  test("that is not told finds out by itself what became of its child", async () => {
    const { worker } = world.launch({}, forgetful);
    await world.start({ worker }, "trip", { id: "t", input: { city: "Bern" } });
    await world.settled("t.stay");
    await world.stateWhere("t", "waits", ({ steps }) => steps[1]!.wait?.reason === "CHILD");
    await world.idle();
    expect((await world.record("t")).state.status).toBe("RUNNING");
    await worker.advance(...tenSeconds);
    expect((await world.record("t")).state.status).toBe("COMPLETED");
    expect(world.called.filter((call) => call === "do t.stay/hold")).toHaveLength(1);
  });

  test("looks at its child more and more rarely, and leaves no trace of it in its history", async () => {
    answers.confirm = () => ({ kind: "pending" });
    const { worker } = world.launch();
    await world.start({ worker }, "trip", { id: "t", input: { city: "Bern" } });
    await world.stateWhere("t", "waits", ({ steps }) => steps[1]!.wait?.reason === "CHILD");
    await world.idle();
    const before = await world.store.history({ namespace: "default", sagaId: "t" });
    const { timers } = await worker.advance({ byMs: 86_400_000 }, tenSeconds[1]);
    expect(timers).toBeGreaterThan(24);
    expect(timers).toBeLessThan(60);
    const after = await world.store.history({ namespace: "default", sagaId: "t" });
    expect(after!.batches.flatMap(({ events }) => events)).toEqual(before!.batches.flatMap(({ events }) => events));
  });

  test("that runs itself without end is stopped, and undone", async () => {
    await world.register("name: mirror\nsteps:\n  - name: again\n    saga: { definition: mirror }\n");
    await world.start(world.launch(), "mirror", { id: "m", input: {} });
    expect((await world.settled("m")).failure).toMatchObject({ code: "TOO_DEEP" });
  });

  test("that is not told that its child was compensated finds out, too", async () => {
    answers.pay = rejecting("NO_MONEY");
    const { worker } = world.launch({}, forgetful);
    await world.start({ worker }, "trip", { id: "t", input: { city: "Bern" } });
    await world.settled("t.stay");
    await worker.advance(...tenSeconds);
    expect((await world.record("t")).state).toMatchObject({ status: "COMPENSATING" });
    expect((await world.record("t.stay")).state).toMatchObject({ status: "COMPENSATED" });
    await worker.advance(...tenSeconds);
    expect((await world.record("t")).state.status).toBe("COMPENSATED");
    expect(world.called.filter((call) => call === "undo t.stay/hold")).toHaveLength(1);
  });

  test("that is not told of a refusal finds out, too, also where the child had first agreed", async () => {
    await world.register(
      `${booking.replace("action: confirm }", "action: confirm, timeout: 100ms, retry: { schedule: [1s] } }, pivot: true")}`,
    );
    // The pivot's outcome is unknown when it is asked, and done when it is tried again.
    let confirmed = false;
    answers.confirm = () =>
      confirmed
        ? { kind: "done", output: "{}" }
        : {
            kind: "failed",
            effect: "unknown",
            retry: true,
            retryAfterMs: 1_000,
            failure: { kind: "TIMEOUT", code: "DEADLINE_EXCEEDED", message: "" },
          };
    const { worker } = world.launch({}, forgetful);
    await world.start({ worker }, "trip", { id: "t", input: { city: "Bern" } });
    await world.stateWhere("t.stay", "waits", ({ steps }) => steps[1]!.status === "WAITING");
    await world.ask("t", { kind: "cancel", ...by });
    await world.stateWhere("t.stay", "was asked", ({ turning }) => turning !== undefined);
    confirmed = true;
    await worker.advance({ byMs: 30_000 }, tenSeconds[1]);
    expect((await world.record("t.stay")).state.status).toBe("COMPLETED");
    const { status, steps } = (await world.record("t")).state;
    expect(status).toBe("SUSPENDED");
    expect(steps[1]!.failure).toMatchObject({ code: "PAST_PIVOT" });
  });

  test("that is taken over while it starts its child starts it once", async () => {
    const slow = (store: Store): Partial<Store> => ({
      // The child is recorded, and the one that asked never hears of it.
      start: async (saga) =>
        saga.header.parent ? store.start(saga).then(() => new Promise(() => {})) : store.start(saga),
    });
    const first = world.launch({}, slow);
    await world.start(first, "trip", { id: "t", input: { city: "Bern" } });
    await world.stateWhere("t.stay", "is recorded", () => true);
    first.die();
    world.launch();
    expect((await world.settled("t")).status).toBe("COMPLETED");
    expect(world.called.filter((call) => call.startsWith("do t.stay/confirm"))).toHaveLength(1);
  });
});

describe("an Undo and its Do", () => {
  /** What the Do of the trip's second step is answered now: as a parent would hear whose record is older than what it did. */
  async function answerToDo(): Promise<Outcome> {
    const plan = await world.planOf("trip");
    const children = createChildren({
      store: world.store,
      planOf: () => plan,
      start: () => Promise.reject(new Error("nothing is to be started")),
      thenOf: (_plan, _state, at) => ({ kind: "finish", retainUntil: at + 1_000 }),
    });
    const { header, state } = await world.record("t");
    const ref = { step: 1, item: undefined, direction: "forward", round: 0, attempt: 2 } as const;
    return new Promise((resolve) => children.send({ header, plan, state }, ref, resolve));
  }
  const undone = { kind: "rejected", failure: { kind: "REJECTED", code: "UNDONE" } };

  test("an Undo that comes first leaves a child that never runs", async () => {
    // The owner of the parent stops between the commit and the start of the child, and goes on much later.
    const late: (() => void)[] = [];
    const stopped = (store: Store): Partial<Store> => ({
      start: (saga) =>
        saga.header.parent ? new Promise((resolve) => late.push(() => resolve(store.start(saga)))) : store.start(saga),
    });
    const first = world.launch({}, stopped);
    await world.start(first, "trip", { id: "t", input: { city: "Bern" } });
    await expect.poll(() => late.length).toBe(1);
    first.die();
    const command = { kind: "cancel", ...by } as const;
    await world.store.append({ namespace: "default", sagaId: "t" }, { requestId: "c", command });
    world.launch();
    expect((await world.settled("t")).status).toBe("COMPENSATED");
    late[0]!();
    await world.idle();
    expect((await world.record("t.stay")).state.status).toBe("COMPENSATED");
    expect(world.called).toEqual(["do t/seat", "undo t/seat"]);
    expect(await answerToDo()).toMatchObject(undone);
  });

  test("a Do after the Undo of a child that had run is answered as a barrier would", async () => {
    answers.pay = rejecting("NO_MONEY");
    await world.start(world.launch(), "trip", { id: "t", input: { city: "Bern" } });
    await world.settled("t");
    expect(await answerToDo()).toMatchObject(undone);
  });

  test("a child that ended by itself was not undone", async () => {
    answers.confirm = rejecting("NO_ROOM");
    await world.start(world.launch(), "trip", { id: "t", input: { city: "Bern" } });
    await world.settled("t");
    expect(await answerToDo()).toMatchObject({ kind: "rejected", failure: { code: "NO_ROOM" } });
  });
});
