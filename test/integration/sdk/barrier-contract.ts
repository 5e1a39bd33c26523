import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Pending, Rejected } from "../../../sdk/typescript/src/answers.ts";
import type { Barrier } from "../../../sdk/typescript/src/barrier.ts";
import type { UndoContext } from "../../../sdk/typescript/src/context.ts";
import { pending, rejected } from "../../../sdk/typescript/src/index.ts";
import type { Action } from "../../../sdk/typescript/src/participant.ts";
import { shows } from "../../support/features.ts";

/** A database with a ledger: a table of effects that the handlers write in the barrier's transaction. */
export interface Ledger<Tx> {
  barrier: Barrier<Tx>;
  add(tx: Tx, effectId: string): unknown;
  remove(tx: Tx, effectId: string): unknown;
  count(effectId: string): Promise<number>;
  barrierRows(): Promise<number>;
  close(): Promise<void>;
}

/** How a handler behaves after it has changed the ledger. */
type Behaviour = "done" | "rejected" | "pending" | "fails" | "unencodable";
type Command = ["do" | "undo", Behaviour, expected: string, ran: boolean];

/** Each command: its direction, how its handler would behave, the answer expected, and whether the handler runs. */
const sequences: { name: string; commands: Command[]; effects: number }[] = [
  { name: "a Do applies its effect", commands: [["do", "done", "done", true]], effects: 1 },
  {
    name: "a repeated Do applies nothing and is answered as the first time",
    commands: [
      ["do", "done", "done", true],
      ["do", "rejected", "done", false],
      ["do", "fails", "done", false],
    ],
    effects: 1,
  },
  {
    name: "a refusal takes back what its handler did, and stands",
    commands: [
      ["do", "rejected", "rejected NO", true],
      ["do", "done", "rejected NO", false],
    ],
    effects: 0,
  },
  {
    name: "an accepted Do keeps what its handler did, and stands",
    commands: [
      ["do", "pending", "pending", true],
      ["do", "done", "pending", false],
    ],
    effects: 1,
  },
  {
    name: "a technical failure leaves nothing, so the next attempt runs",
    commands: [
      ["do", "fails", "fails", true],
      ["do", "unencodable", "fails", true],
      ["do", "done", "done", true],
    ],
    effects: 1,
  },
  {
    name: "an Undo removes the effect, once",
    commands: [
      ["do", "done", "done", true],
      ["undo", "done", "done", true],
      ["undo", "fails", "done", false],
    ],
    effects: 0,
  },
  {
    name: "an Undo whose Do never came succeeds without its handler, and the late Do applies nothing",
    commands: [
      ["undo", "fails", "done", false],
      ["do", "done", "rejected UNDONE", false],
      ["do", "done", "rejected UNDONE", false],
      ["undo", "fails", "done", false],
    ],
    effects: 0,
  },
  {
    name: "a Do repeated after its Undo applies nothing",
    commands: [
      ["do", "done", "done", true],
      ["undo", "done", "done", true],
      ["do", "done", "rejected UNDONE", false],
    ],
    effects: 0,
  },
  {
    name: "an Undo of a refused Do succeeds without its handler",
    commands: [
      ["do", "rejected", "rejected NO", true],
      ["undo", "fails", "done", false],
    ],
    effects: 0,
  },
  {
    name: "an Undo of an accepted Do runs",
    commands: [
      ["do", "pending", "pending", true],
      ["undo", "done", "done", true],
    ],
    effects: 0,
  },
  {
    name: "an Undo that fails can be tried again",
    commands: [
      ["do", "done", "done", true],
      ["undo", "fails", "fails", true],
      ["undo", "done", "done", true],
    ],
    effects: 0,
  },
  {
    name: "an Undo that is refused leaves the effect, and its Do stands",
    commands: [
      ["do", "done", "done", true],
      ["undo", "rejected", "rejected NO", true],
      ["do", "fails", "done", false],
    ],
    effects: 1,
  },
  {
    name: "an Undo that was refused reaches its handler again, until it is done",
    commands: [
      ["do", "done", "done", true],
      ["undo", "rejected", "rejected NO", true],
      ["undo", "rejected", "rejected NO", true],
      ["undo", "done", "done", true],
      ["undo", "fails", "done", false],
      ["do", "done", "rejected UNDONE", false],
    ],
    effects: 0,
  },
  {
    name: "an accepted Undo stands",
    commands: [
      ["do", "done", "done", true],
      ["undo", "pending", "pending", true],
      ["undo", "fails", "pending", false],
      ["do", "fails", "rejected UNDONE", false],
    ],
    effects: 0,
  },
  {
    name: "a Do that was refused is refused with UNDONE once it is undone",
    commands: [
      ["do", "rejected", "rejected NO", true],
      ["undo", "fails", "done", false],
      ["do", "done", "rejected UNDONE", false],
    ],
    effects: 0,
  },
  {
    name: "after a Do that failed, its Undo has nothing to do",
    commands: [
      ["do", "fails", "fails", true],
      ["undo", "fails", "done", false],
      ["do", "done", "rejected UNDONE", false],
    ],
    effects: 0,
  },
];

let effects = 0;

/** A context for a new effect of its own. */
export function newContext(overrides: Partial<UndoContext> = {}): UndoContext {
  const effectId = `saga-${++effects}/charge`;
  return { effectId, sagaId: `saga-${effects}`, deadline: undefined, doOutput: undefined, ...overrides } as UndoContext;
}

/** Sends a command to an action and names its answer. */
export async function send(action: Action, direction: "do" | "undo", context: UndoContext): Promise<string> {
  try {
    const value = await (direction === "do" ? action.do({}, context) : action.undo?.({}, context));
    if (value instanceof Rejected) return `rejected ${value.code}`;
    if (value instanceof Pending) return "pending";
    return "done";
  } catch {
    return "fails";
  }
}

/** What every barrier must do, whatever its database. */
export function barrierContract<Tx>(database: string, open: () => Promise<Ledger<Tx>>): void {
  const name = database === "SQLite" ? "sqlite" : "postgres";
  describe(`the barrier in ${database}`, () => {
    let ledger: Ledger<Tx>;
    beforeAll(async () => {
      ledger = await open();
    }, 60_000);
    afterAll(() => ledger?.close());

    test.each(sequences)("$name", shows(`barrier.${name}.rules`), async ({ commands, effects }) => {
      const context = newContext();
      for (const [direction, behaviour, expected, ran] of commands) {
        let runs = 0;
        const work = async (tx: Tx) => {
          runs++;
          await (direction === "do" ? ledger.add(tx, context.effectId) : ledger.remove(tx, context.effectId));
          if (behaviour === "rejected") throw rejected("NO", "not today\u0000", { why: "closed" });
          if (behaviour === "pending") return pending();
          if (behaviour === "fails") throw new Error("broken");
          return behaviour === "unencodable" ? [1] : { id: context.effectId };
        };
        const action = ledger.barrier.action({ do: work, undo: (tx) => work(tx) as Promise<never> });
        expect(`${await send(action, direction, context)}, ${runs} runs`).toBe(`${expected}, ${ran ? 1 : 0} runs`);
      }
      expect(await ledger.count(context.effectId)).toBe(effects);
    });

    test("a repeated Do gives the first output, and a repeated refusal its code, message and details", async () => {
      const context = newContext();
      let runs = 0;
      const action = ledger.barrier.action({ do: () => ({ run: ++runs, text: "ä\u0000\n" }) });
      expect(await action.do({}, context)).toEqual({ run: 1, text: "ä\u0000\n" });
      expect(await action.do({}, context)).toEqual({ run: 1, text: "ä\u0000\n" });

      const refused = newContext();
      const refuse = ledger.barrier.action({ do: () => rejected("NO", `run ${++runs}`, { run: runs }) });
      await refuse.do({}, refused);
      expect(await refuse.do({}, refused)).toMatchObject({ code: "NO", message: "run 2", details: { run: 2 } });
    });

    test("an Undo that is not told the Do's output knows it from the record", async () => {
      const context = newContext();
      let seen: unknown;
      const action = ledger.barrier.action({
        do: () => ({ charge: "ch_1" }),
        undo: (_tx, _input, { doOutput }) => {
          seen = doOutput;
        },
      });
      await action.do({}, context);
      await action.undo?.({}, context);
      expect(seen).toEqual({ charge: "ch_1" });
    });

    test(
      "many concurrent Dos of one effect apply it once and all get the same answer",
      shows(`barrier.${name}.concurrency`),
      async () => {
        const context = newContext();
        let runs = 0;
        const action = ledger.barrier.action({
          async do(tx) {
            const run = ++runs;
            await ledger.add(tx, context.effectId);
            await new Promise(setImmediate);
            return { run };
          },
        });
        const outputs = await Promise.all(Array.from({ length: 20 }, () => action.do({}, { ...context })));
        expect(outputs).toEqual(Array.from({ length: 20 }, () => ({ run: 1 })));
        expect(await ledger.count(context.effectId)).toBe(1);
      },
    );

    test("an Undo that comes while its Do runs waits for it, then removes the effect", async () => {
      const context = newContext();
      const gate = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const action = ledger.barrier.action({
        async do(tx) {
          await ledger.add(tx, context.effectId);
          begun.resolve();
          await gate.promise;
        },
        undo: async (tx) => void (await ledger.remove(tx, context.effectId)),
      });
      const doing = send(action, "do", context);
      await begun.promise;
      let undone = false;
      const undoing = send(action, "undo", { ...context }).then((answer) => {
        undone = true;
        return answer;
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(undone).toBe(false);
      gate.resolve();
      expect(await Promise.all([doing, undoing])).toEqual(["done", "done"]);
      expect(await ledger.count(context.effectId)).toBe(0);
    });

    test("Dos and Undos of many effects at once leave none behind", async () => {
      const contexts = Array.from({ length: 30 }, () => newContext());
      const answers = await Promise.all(
        contexts.flatMap((context, i) => {
          const action = ledger.barrier.action({
            do: async (tx) => void (await ledger.add(tx, context.effectId)),
            undo: async (tx) => void (await ledger.remove(tx, context.effectId)),
          });
          const order: ("do" | "undo")[] = i % 2 === 0 ? ["do", "undo"] : ["undo", "do"];
          return order.map((direction) => send(action, direction, { ...context }));
        }),
      );
      expect(answers.filter((answer) => answer === "done").length).toBeGreaterThanOrEqual(30);
      expect(answers.every((answer) => answer === "done" || answer === "rejected UNDONE")).toBe(true);
      for (const { effectId } of contexts) expect(await ledger.count(effectId)).toBe(0);
    });

    test("a call whose deadline has passed by the time it has the database is refused and leaves no record", async () => {
      let runs = 0;
      const action = ledger.barrier.action({ do: () => void runs++ });
      const context = newContext({ deadline: new Date(Date.now() - 1) });
      await expect(action.do({}, context)).rejects.toMatchObject({ status: 4 });
      expect(runs).toBe(0);
      expect(await send(action, "do", { ...context, deadline: undefined } as UndoContext)).toBe("done");
      expect(runs).toBe(1);
    });

    test("a deadline may be a year away", async () => {
      const action = ledger.barrier.action({ do: () => {} });
      const context = newContext({ deadline: new Date(Date.now() + 365 * 86_400_000) });
      expect(await send(action, "do", context)).toBe("done");
    });

    test("an action without an undo has none behind the barrier either", () => {
      expect(ledger.barrier.action({ do: () => {} }).undo).toBeUndefined();
    });

    test("installing again changes nothing, also by many at once", async () => {
      const before = await ledger.barrierRows();
      expect(before).toBeGreaterThan(0);
      await Promise.all([ledger.barrier.install(), ledger.barrier.install(), ledger.barrier.install()]);
      expect(await ledger.barrierRows()).toBe(before);
    });

    test("cleaning removes old rows only", shows(`barrier.${name}.clean`), async () => {
      const before = await ledger.barrierRows();
      expect(await ledger.barrier.clean({ olderThanMs: 3_600_000 })).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await ledger.barrier.clean({ olderThanMs: 0 })).toBe(before);
      expect(await ledger.barrierRows()).toBe(0);
    });
  });
}
