import { create } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Outcome } from "../../../sdk/typescript/src/answers.ts";
import type { Command } from "../../../sdk/typescript/src/context.ts";
import { createExecutor } from "../../../sdk/typescript/src/execute.ts";
import { CommandContextSchema } from "../../../sdk/typescript/src/gen/backstitch/v1/participant_service_pb.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 0 }));
afterEach(() => void vi.useRealTimers());

const done: Outcome = { kind: "done", output: "{}" };
const failed = { kind: "error", status: 2 };

/** An executor of one action, whose runs the test ends by hand. */
function createBench() {
  const runs: PromiseWithResolvers<void>[] = [];
  const run = () => {
    runs.push(Promise.withResolvers<void>());
    return runs.at(-1)!.promise;
  };
  const executor = createExecutor(new Map([["charge", { do: run }]]), "charge");
  return {
    executor,
    runs,
    /** An attempt that its sender gives up after a second, when `leave` is called. */
    attempt() {
      const answers: Outcome[] = [];
      const waiter = { answer: (outcome: Outcome) => void answers.push(outcome) };
      const context = create(CommandContextSchema, { action: "charge", effectId: "s/charge", idempotencyKey: "k" });
      const nothing = { input: undefined, doInput: undefined, doOutput: undefined };
      const command: Command = { direction: "do", context, ...nothing, deadlineMs: Date.now() + 1_000 };
      const call = executor.run(command, waiter);
      return { answers, leave: () => call?.leave(waiter) };
    },
  };
}

describe("an attempt that comes while one before it is aborted but has not ended", () => {
  test("waits for that, and then runs anew", async () => {
    const { executor, runs, attempt } = createBench();
    const first = attempt();
    first.leave();
    const [second, third] = [attempt(), attempt()];
    expect(runs).toHaveLength(1);
    runs[0]!.reject(new Error("aborted"));
    await vi.waitUntil(() => runs.length === 2);
    runs[1]!.resolve();
    await executor.whenIdle();
    expect([first.answers, second.answers, third.answers]).toEqual([[], [done], [done]]);
    expect(runs).toHaveLength(2);
  });

  test("takes its answer where it has one after all", async () => {
    const { executor, runs, attempt } = createBench();
    attempt().leave();
    const second = attempt();
    runs[0]!.resolve();
    await executor.whenIdle();
    expect(second.answers).toEqual([done]);
    expect(runs).toHaveLength(1);
  });

  test("does not run once it is given up itself, or late", async () => {
    const { executor, runs, attempt } = createBench();
    attempt().leave();
    attempt().leave();
    const third = attempt();
    vi.setSystemTime(1_000);
    runs[0]!.reject(new Error("aborted"));
    await executor.whenIdle();
    expect(third.answers).toMatchObject([failed]);
    expect(runs).toHaveLength(1);
  });

  test("may be one of very many", async () => {
    const { executor, runs, attempt } = createBench();
    for (let i = 0; i < 20_000; i++) attempt().leave();
    const last = attempt();
    runs[0]!.reject(new Error("aborted"));
    await vi.waitUntil(() => runs.length === 2);
    runs[1]!.resolve();
    await executor.whenIdle();
    expect(last.answers).toEqual([done]);
  });

  test("waits a minute and no longer, however many come", () => {
    const { runs, attempt } = createBench();
    attempt().leave();
    for (let second = 5; second <= 60; second += 5) {
      vi.setSystemTime(second * 1_000);
      attempt().leave();
    }
    expect(runs).toHaveLength(1);
    vi.setSystemTime(61_000);
    attempt();
    expect(runs).toHaveLength(2);
  });
});

test("an attempt joins one that runs, and both get its failure", async () => {
  const { executor, runs, attempt } = createBench();
  const [first, second] = [attempt(), attempt()];
  runs[0]!.reject(new Error("broken"));
  await executor.whenIdle();
  expect([first.answers, second.answers]).toMatchObject([[failed], [failed]]);
  expect(runs).toHaveLength(1);
});
