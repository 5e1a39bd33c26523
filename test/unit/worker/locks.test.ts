import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../../orchestrator/src/machine/event.ts";
import type { Store } from "../../../orchestrator/src/store/store.ts";
import { type Answers, by, createWorld, type Replica } from "./world.ts";

const refusing = `
name: sell
lock: input.listing
steps: [{ name: reserve, call: { participant: shop, action: reserve } }]
`;
const waiting = refusing
  .replace("lock: input.listing", "lock: { key: input.listing, when_held: WAIT }")
  .replace("name: sell", "name: queue");

let answers: Answers;
let world: ReturnType<typeof createWorld>;
let replica: Replica;
/** Lets the saga in flight go on. */
let release: (() => void)[];
beforeEach(async () => {
  release = [];
  answers = {
    reserve: () => new Promise<Outcome>((resolve) => release.push(() => resolve({ kind: "done", output: "{}" }))),
  };
  world = createWorld(answers);
  await world.register(refusing);
  await world.register(waiting);
  replica = world.launch();
});
afterEach(() => world.end());

const sell = (id: string, listing: unknown = "a", more = {}) =>
  world.start(replica, "sell", { id, input: { listing }, ...more });
const queue = (id: string, listing: unknown = "a") => world.start(replica, "queue", { id, input: { listing } });
const key = (sagaId: string) => ({ namespace: "default", sagaId });
/** Who would get the lock now; asks in the name of a saga that does not exist. */
const holderOf = async (name: string, listing = "a") => {
  const answer = await world.store.acquireLock({ name, key: listing }, key("nobody"), false);
  if (!answer.held) return answer.holder.sagaId;
  await world.store.releaseLock({ name, key: listing }, key("nobody"));
  return undefined;
};

describe("a lock that refuses", () => {
  test("lets no second saga start, and names the one that has it", async () => {
    await sell("s1");
    await expect(sell("s2")).rejects.toMatchObject({ code: "LOCKED", message: expect.stringContaining("'s1'") });
    expect(await world.store.get(key("s2"))).toBeUndefined();
    expect((await sell("s3", "b")).kind).toBe("started");
  });

  test("is free as soon as its saga is final", async () => {
    await sell("s1");
    release[0]!();
    await world.settled("s1");
    await expect.poll(() => holderOf("sell")).toBeUndefined();
    expect((await sell("s2")).kind).toBe("started");
  });

  test("gives a repeated start the saga that is there, whoever has the lock now", async () => {
    await sell("s1");
    expect((await sell("s1")).kind).toBe("existing");
    expect(await holderOf("sell")).toBe("s1");
    release[0]!();
    await world.settled("s1");
    await expect.poll(() => holderOf("sell")).toBeUndefined();
    expect((await sell("s1")).kind).toBe("existing");
    expect(await holderOf("sell")).toBeUndefined();
    await sell("s2");
    expect((await sell("s1")).kind).toBe("existing");
    expect((await sell("s1", "a", { digest: "other" })).kind).toBe("conflict");
    expect(await holderOf("sell")).toBe("s2");
  });

  test("is not kept by a start whose id is in use with other content", async () => {
    await sell("s1", "a");
    expect((await sell("s1", "b", { digest: "other" })).kind).toBe("conflict");
    expect(await holderOf("sell", "b")).toBeUndefined();
    expect(await holderOf("sell", "a")).toBe("s1");
  });

  test("is not kept by a start for which the store has no room", async () => {
    const full = world.launch({}, () => ({ start: async () => ({ kind: "full" }) }));
    expect((await world.start(full, "sell", { id: "s1", input: { listing: "a" } })).kind).toBe("full");
    expect(await holderOf("sell")).toBeUndefined();
  });

  test("needs a key", async () => {
    const faults = [{ field: "input", rule: "lock_key" }];
    for (const listing of [null, "", ["a"], "x".repeat(257)])
      await expect(sell("s1", listing)).rejects.toMatchObject({ code: "INVALID_REQUEST", faults });
    expect((await sell("s1", 12)).kind).toBe("started");
    expect(await holderOf("sell", "12")).toBe("s1");
  });
});

describe("a lock that makes wait", () => {
  test("is had by one saga after the other, in the order they came", async () => {
    for (const id of ["q1", "q2", "q3"]) expect((await queue(id)).kind).toBe("started");
    for (const [i, id] of ["q1", "q2", "q3"].entries()) {
      await expect.poll(() => world.called).toHaveLength(i + 1);
      expect(world.called.at(-1)).toBe(`do ${id}/reserve`);
      await world.idle();
      release[i]!();
      expect((await world.settled(id)).status).toBe("COMPLETED");
    }
    await expect.poll(() => holderOf("queue")).toBeUndefined();
  });

  test("is left by a saga that is cancelled while it waits", async () => {
    for (const id of ["q1", "q2", "q3"]) await queue(id);
    await world.ask("q2", { kind: "cancel", ...by });
    expect((await world.settled("q2")).status).toBe("COMPENSATED");
    release[0]!();
    await expect.poll(() => world.called).toEqual(["do q1/reserve", "do q3/reserve"]);
  });

  test("reaches a saga that nobody told of its turn within half a minute", async () => {
    const mute = (store: Store): Partial<Store> => ({
      append: async (to, item) => (item.command.kind === "lockGranted" ? { kind: "appended" } : store.append(to, item)),
    });
    await world.end();
    replica = world.launch({}, mute);
    await queue("q1");
    await queue("q2");
    release[0]!();
    await world.settled("q1");
    await world.idle();
    expect(world.called).toEqual(["do q1/reserve"]);
    await world.store.advance(30_000);
    await expect.poll(() => world.called, { timeout: 3_000 }).toEqual(["do q1/reserve", "do q2/reserve"]);
  });

  test("goes on to the next when its holder ends while that one is being started", async () => {
    await queue("q1");
    // The first ends after the second has asked for the lock, and before it is recorded.
    const slow = world.launch({}, (store) => ({
      async start(saga) {
        release[0]!();
        await world.settled("q1");
        await expect.poll(() => holderOf("queue")).toBe("q2");
        return store.start(saga);
      },
    }));
    await world.start(slow, "queue", { id: "q2", input: { listing: "a" } });
    await expect.poll(() => world.called).toEqual(["do q1/reserve", "do q2/reserve"]);
  });

  test("passes on from a saga whose owner died just when it had ended", async () => {
    await world.end();
    const dying = world.launch({}, () => ({ releaseLock: () => new Promise(() => {}) }));
    await world.start(dying, "queue", { id: "q1", input: { listing: "a" } });
    await world.start(dying, "queue", { id: "q2", input: { listing: "a" } });
    release[0]!();
    await world.settled("q1");
    dying.die();
    world.launch();
    await world.store.advance(30_000);
    await expect.poll(() => world.called, { timeout: 3_000 }).toEqual(["do q1/reserve", "do q2/reserve"]);
  });
});
