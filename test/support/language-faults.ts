import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Language, languageNames } from "../../deploy/local/toolchains.ts";
import type { Fault, Faults } from "../../participants/src/faults.ts";
import { isFinal } from "../../sdk/typescript/src/index.ts";
import { type LanguageLab, type StartOptions, startLanguageLab } from "./language-lab.ts";
import { untilSettled } from "./order-traffic.ts";
import { countCalls, viewParticipant } from "./participant-view.ts";
import { startPostgres, type TestPostgres } from "./postgres.ts";
import type { TransportName } from "./quick-order.ts";
import { lacks } from "./toolchain.ts";
import { until } from "./until.ts";

const transports = ["serve", "unary"] as const;
const withinMs = 600_000;

/**
 * Declares the fault tests that concern participants, for the participant of one language: answers that are lost or
 * come late, calls that come twice or too late, Undos that fail, processes that die or hang.
 */
export function describeLanguageFaults(language: Language): void {
  describe.skipIf(lacks(language)).each(["SQLite", "PostgreSQL"] as const)(
    `a participant in ${languageNames[language]}, on %s`,
    (database) => {
      let postgres: TestPostgres | undefined;
      let lab: LanguageLab;
      beforeAll(async () => {
        if (database === "PostgreSQL") postgres = await startPostgres();
        lab = await startLanguageLab(language, postgres?.url);
      }, withinMs);
      afterAll(async () => {
        await lab?.end();
        await postgres?.stop();
      });

      async function failures(sagaId: string, kind: string, step: string): Promise<number> {
        return (await lab.timesOf(sagaId, kind, step)).length;
      }

      // They wait for most of their time.
      describe.concurrent.each(transports)("over %s", (transport) => {
        test("an answer that is dropped after the commit costs an attempt, and the effect happens once", async () => {
          const { sagaIds, outcome } = await lab.run("dropped", transport, 12, { a: { hang: 1 }, b: { hang: 2 } });
          expect(outcome).toEqual({ completed: 12, compensated: 0, suspended: 0 });
          for (const sagaId of sagaIds) expect(await failures(sagaId, "stepFailed", "b")).toBe(2);
          expect(await viewParticipant(lab.orchestrator, `lab_${transport}`)).toMatchObject({ transport });
        });

        test("a Do that begins only after its Undo is refused, and applies nothing", async () => {
          const delayMs = 4_000;
          const { sagaIds, outcome } = await lab.run("late", transport, 6, { b: { delay_ms: delayMs } });
          expect(outcome).toEqual({ completed: 0, compensated: 6, suspended: 0 });
          for (const sagaId of sagaIds) {
            const sent = Math.max(
              ...(await lab.timesOf(sagaId, "stepStarted", "b")),
              ...(await lab.timesOf(sagaId, "stepFailed", "b")),
            );
            await until("the last Do has begun", () => Date.now() > sent + delayMs + 500);
            // Where the time that is left does not let it look, it is refused for its deadline.
            expect([undefined, "UNDONE"]).toContain((await lab.doAnswer(sagaId, "b"))?.code);
            expect(await lab.effects(sagaId)).toEqual({ a: [1, 1] });
          }
        });

        test("an Undo that fails many times is tried until it heals, and happens once", async () => {
          const faults = { c: { reject: "CLOSED" }, "b.undo": { fail: 12 }, "a.undo": { hang: 2 } };
          const { sagaIds, outcome } = await lab.run("healing", transport, 8, faults);
          expect(outcome).toEqual({ completed: 0, compensated: 8, suspended: 0 });
          for (const sagaId of sagaIds) expect(await failures(sagaId, "undoFailed", "b")).toBe(12);
        });

        // The database makes no difference to these.
        if (database === "PostgreSQL") return;

        test("an answer that is dropped for good is undone with the rest", async () => {
          const { sagaIds, outcome } = await lab.run("never", transport, 12, { c: { hang: 99 } });
          expect(outcome).toEqual({ completed: 0, compensated: 12, suspended: 0 });
          for (const sagaId of sagaIds) expect(await lab.effects(sagaId)).toEqual({ a: [1, 1], b: [1, 1], c: [1, 1] });
        });

        test("a call that is carried out twice has one effect, in both directions", async () => {
          const twice = { twice: true };
          const faults = { a: twice, b: twice, "a.undo": twice, "b.undo": twice };
          const forward = await lab.run("twice", transport, 12, faults);
          expect(forward.outcome).toEqual({ completed: 12, compensated: 0, suspended: 0 });
          const backward = await lab.run("twice-undone", transport, 12, { ...faults, c: { reject: "CLOSED" } });
          expect(backward.outcome).toEqual({ completed: 0, compensated: 12, suspended: 0 });
        });

        test("an Undo whose Do failed before it did anything succeeds", async () => {
          const { sagaIds, outcome } = await lab.run("undone-only", transport, 12, { b: { fail: 99 } });
          expect(outcome).toEqual({ completed: 0, compensated: 12, suspended: 0 });
          for (const sagaId of sagaIds) expect(await lab.effects(sagaId)).toEqual({ a: [1, 1] });
        });

        test("an Undo that never heals leaves the saga visibly to a person, the steps before it standing", async () => {
          const faults = { c: { reject: "CLOSED" }, "b.undo": { fail: 99 } };
          const { sagaIds, outcome } = await lab.run("incurable", transport, 4, faults);
          expect(outcome).toEqual({ completed: 0, compensated: 0, suspended: 4 });
          for (const sagaId of sagaIds) expect(await lab.effects(sagaId)).toEqual({ a: [1, 0], b: [1, 0] });
        });
      });

      // The database makes no difference to these.
      if (database === "SQLite") describeBrokenConnections(() => lab, failures);

      describe.each(transports)("over %s, when its process is in trouble", (transport) => {
        test("one that dies between commit and answer has applied each effect once, in both directions", async () => {
          const before = lab.participant.pid;
          const forward = await lab.run("died", transport, 6, { b: { die: 1 } }, "patient");
          expect(forward.outcome).toEqual({ completed: 6, compensated: 0, suspended: 0 });
          const between = lab.participant.pid;
          expect(between).not.toBe(before);
          const faults = { c: { reject: "CLOSED" }, "b.undo": { die: 1 } };
          const backward = await lab.run("died-undoing", transport, 6, faults, "patient");
          expect(backward.outcome).toEqual({ completed: 0, compensated: 6, suspended: 0 });
          expect(lab.participant.pid).not.toBe(between);
        }, 60_000);

        if (database === "PostgreSQL") return;

        test("one that is killed under load, or hangs and goes on, applies nothing twice", async () => {
          const sagaIds = await underLoad(lab, transport, async (served) => {
            for (let i = 0; i < 2; i++) {
              await served(12);
              await lab.participant.kill9();
              await lab.participant.start();
            }
            const failed = async () => (await countCalls(lab.orchestrator, `lab_${transport}`)).failed ?? 0;
            await served(12);
            const before = await failed();
            const { pid } = lab.participant;
            process.kill(pid, "SIGSTOP");
            try {
              await until("calls are given up", async () => (await failed()) >= before + 3);
            } finally {
              process.kill(pid, "SIGCONT");
            }
            await served(24);
          });
          const { completed, compensated, suspended } = await lab.tally(sagaIds);
          expect(suspended).toBe(0);
          expect(completed + compensated).toBeGreaterThanOrEqual(60);
          // Every third is refused; the last ones may not have come in threes.
          expect(completed).toBeGreaterThanOrEqual(2 * compensated);
        }, 90_000);
      });
    },
  );
}

/** Declares the tests in which what lies between orchestrator and participant breaks. */
function describeBrokenConnections(
  lab: () => LanguageLab,
  failures: (sagaId: string, kind: string, step: string) => Promise<number>,
): void {
  describe.each(transports)("over %s, when its connections are in trouble", (transport) => {
    afterEach(() => lab().proxy.heal());
    const far = { patience: "far" } as const;
    const begin = async (name: string, count: number, faults: Faults = {}, options: StartOptions = far) => {
      const sagaIds = Array.from({ length: count }, (_, i) => `${name}-${transport}-${i}`);
      await Promise.all(sagaIds.map((sagaId) => lab().start(sagaId, transport, faults, options)));
      return sagaIds;
    };
    const ended = async (sagaIds: readonly string[]) => {
      await untilSettled(lab().client, sagaIds, 30_000);
      return lab().tally(sagaIds);
    };
    const allCompleted = (count: number) => ({ completed: count, compensated: 0, suspended: 0 });

    test("a Do that is lost on its way is undone without ever having come", async () => {
      expect(await ended(await begin("warm", 1))).toEqual(allCompleted(1));
      lab().proxy.blackHole();
      const sagaIds = await begin("lost", 10, {}, { patience: "far-brief" });
      for (const sagaId of sagaIds) {
        await until("it turned round", async () => (await lab().client.get(sagaId)).status === "COMPENSATING");
      }
      lab().proxy.heal();
      expect(await ended(sagaIds)).toEqual({ completed: 0, compensated: 10, suspended: 0 });
      for (const sagaId of sagaIds) expect(await lab().effects(sagaId)).toEqual({});
    });

    test("a connection that falls silent is replaced by a new one, though nobody ever closes it", async () => {
      expect(await ended(await begin("warm-again", 1))).toEqual(allCompleted(1));
      // The connections that are there stay open and silent; new ones are good.
      lab().proxy.blackHole();
      lab().proxy.pass();
      const sagaIds = await begin("silent", 10);
      expect(await ended(sagaIds)).toEqual(allCompleted(10));
      for (const sagaId of sagaIds) expect(await failures(sagaId, "stepFailed", "a")).toBeGreaterThan(0);
    });

    test("connections that break again and again lose no saga and repeat no effect", async () => {
      const sagaIds: string[] = [];
      for (let i = 0; i < 6; i++) {
        sagaIds.push(...(await begin(`cut-${i}`, 10, { b: { slow_answer_ms: 30 } })));
        lab().proxy.cut();
      }
      expect(await ended(sagaIds)).toEqual(allCompleted(60));
    });

    test("answers that are lost with their connection are given again", async () => {
      lab().proxy.dropReplies();
      const before = lab().proxy.dropped;
      const sagaIds = await begin("unanswered", 20);
      await until("answers are dropped", () => lab().proxy.dropped >= before + 3);
      lab().proxy.pass();
      expect(await ended(sagaIds)).toEqual(allCompleted(20));
    });
  });
}

/** Callers that run one saga after another, every third one refused, until `trouble` has come to its end; gives the ids. */
async function underLoad(
  lab: LanguageLab,
  transport: TransportName,
  trouble: (served: (count: number) => Promise<void>) => Promise<void>,
): Promise<string[]> {
  const sagaIds: string[] = [];
  let finished = 0;
  let over = false;

  async function caller(): Promise<void> {
    while (!over) {
      const sagaId = `load-${transport}-${sagaIds.length}`;
      const faults: Record<string, Fault> = { a: { slow_answer_ms: 20 } };
      if (sagaIds.length % 3 === 2) faults.c = { reject: "CLOSED" };
      sagaIds.push(sagaId);
      const found = await lab.start(sagaId, transport, faults, { wait: 30_000, patience: "patient" });
      expect(isFinal(found), `${sagaId} is ${found.status}`).toBe(true);
      finished++;
    }
  }

  async function served(count: number): Promise<void> {
    const enough = finished + count;
    await until(`${count} more sagas are final`, () => finished >= enough, 30_000);
  }

  const callers = Promise.all(Array.from({ length: 12 }, caller));
  // Told of below.
  callers.catch(() => {});
  await trouble(served).finally(() => {
    over = true;
  });
  await callers;
  return sagaIds;
}
