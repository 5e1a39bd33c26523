import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  CommandResultSchema,
  DoResponseSchema,
  type ServeRequest,
  type ServeResponse,
  ServeResponseSchema,
  UndoResponseSchema,
} from "../../orchestrator/src/gen/backstitch/v1/participant_service_pb.js";
import { Direction } from "../../orchestrator/src/gen/backstitch/v1/saga_pb.js";
import { participant, rejected, retryAfter, saga } from "../../sdk/typescript/src/index.ts";
import { cleanUp, doneWith, type ServeStream, startParticipant } from "../integration/dispatch/support.ts";
import { eventsOf, type Lab, neverOpen, startLab } from "../support/lab.ts";
import { countCalls, viewParticipant } from "../support/participant-view.ts";

const transports = ["serve", "unary"] as const;

/** What participants that do not use the SDK answer to a Do, over unary calls: the name is the action. */
const unaryAnswers: Record<string, Buffer | ReturnType<typeof doneWith>> = {
  garbage: Buffer.from("not a message"),
  empty: create(DoResponseSchema, {}),
  oversize: doneWith({ text: "x".repeat(300 * 1024) }),
  huge: doneWith({ text: "x".repeat(9 * 1024 * 1024) }),
  deep: doneWith(nested(40)),
};

/** The same over Serve, where an output is text. `stream`: what is written in place of a result. */
const serveAnswers: Record<string, { output?: string | Buffer; empty?: true; stream?: Buffer }> = {
  garbage: { stream: Buffer.from("not a message") },
  empty: { empty: true },
  oversize: { output: JSON.stringify({ text: "x".repeat(300 * 1024) }) },
  huge: { output: JSON.stringify({ text: "x".repeat(9 * 1024 * 1024) }) },
  deep: { output: JSON.stringify(nested(40)) },
  words: { output: "no JSON" },
  list: { output: "[1]" },
  bytes: { output: Buffer.from([0x7b, 0xff, 0x7d]) },
  imprecise: { output: '{"n":9007199254740993}' },
};

function nested(depth: number): Record<string, unknown> {
  return depth === 0 ? {} : { in: nested(depth - 1) };
}

/** The sagas for which an Undo came to one of the participants without SDK. */
const undone: string[] = [];
/** When each attempt came to the participants of the SDK: "saga direction". */
const calls = new Map<string, number[]>();

function note(what: string): void {
  calls.set(what, [...(calls.get(what) ?? []), performance.now()]);
}

const unary = {
  // biome-ignore lint/suspicious/noExplicitAny: whatever a participant without SDK may answer
  do: (call: any, reply: any) => reply(null, unaryAnswers[call.request.context.action]),
  // biome-ignore lint/suspicious/noExplicitAny: as above
  undo(call: any, reply: any) {
    undone.push(call.request.context.sagaId);
    reply(null, create(UndoResponseSchema, { outcome: { case: "done", value: {} } }));
  },
};

function serve(stream: ServeStream): void {
  const say = (results: ServeResponse["results"]) => stream.write(create(ServeResponseSchema, { results }));
  stream.on("error", () => undefined);
  stream.on("end", () => stream.end());
  stream.on("data", ({ commands }: ServeRequest) => {
    for (const { correlationId, direction, context } of commands) {
      const doneBy = (value: Buffer) =>
        create(CommandResultSchema, { correlationId, outcome: { case: "done", value: new Uint8Array(value) } });
      const action = context?.action ?? "";
      if (direction === Direction.BACKWARD) {
        undone.push(context?.sagaId ?? "");
        say([doneBy(Buffer.from("{}"))]);
      } else if (action === "twice") {
        const [first, second] = ['{"n":1}', '{"n":2}'].map((text) => doneBy(Buffer.from(text)));
        say([first!, second!, { ...second!, correlationId: 77_777n }]);
        say([second!]);
      } else {
        const { output, empty, stream: raw } = serveAnswers[action]!;
        if (raw !== undefined) stream.write(raw as never);
        else if (empty) say([create(CommandResultSchema, { correlationId })]);
        else say([doneBy(Buffer.from(output!))]);
      }
    }
  });
}

/** No barrier here: what is applied is `applied`. */
const applied: string[] = [];
const scripted = participant({
  scripted: {
    /** Busy at first, for 700 ms; its Undo too. */
    busy: {
      do(_, { sagaId, attempt }) {
        note(`${sagaId} do`);
        if (attempt === 1) throw retryAfter(700);
      },
      undo(_, { sagaId, attempt }) {
        note(`${sagaId} undo`);
        if (attempt === 1) throw retryAfter(700);
      },
    },
    refuse: {
      do() {
        throw rejected("NO");
      },
      undo() {},
    },
    /** Applies its effect and is silent; asked again, it refuses. */
    forgetful: {
      async do(_, { sagaId, attempt, signal }) {
        if (attempt > 1) throw rejected("CLOSED");
        applied.push(`do ${sagaId}`);
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        throw new Error("given up");
      },
      undo: (_, { sagaId }) => void applied.push(`undo ${sagaId}`),
    },
    reads: { do: () => ({ fine: true }) },
    echo: { do: (input) => ({ length: input.list.length }), undo() {} },
  },
});
const unaryOnly = participant({ old: { work: { do() {}, undo() {} } } }, { serve: false });

let lab: Lab;
beforeAll(async () => {
  const [rawUnary, rawServe] = [await startParticipant(unary), await startParticipant({ serve })];
  const [{ address }, old] = [await scripted.listen(), await unaryOnly.listen()];
  const both = (name: string, address: string, more: object) => ({
    [`${name}_serve`]: { address, ...more },
    [`${name}_unary`]: { address, serve: "off", ...more },
  });
  lab = await startLab(() => ({
    raw_unary: { address: rawUnary.address, breaker: neverOpen },
    raw_serve: { address: rawServe.address, breaker: neverOpen },
    ...both("scripted", address, { breaker: neverOpen }),
    ...both("strict", address, { breaker: { min_calls: 2, error_percent: 1 } }),
    old: old.address,
  }));
});
afterAll(async () => {
  await lab?.end();
  await Promise.all([scripted.stop({ graceMs: 0 }), unaryOnly.stop({ graceMs: 0 })]);
  await cleanUp();
});

const brisk = { timeout: "2s", retry: { schedule: ["0s"] } } as const;

describe.each([
  ["unary", Object.keys(unaryAnswers)],
  ["serve", Object.keys(serveAnswers)],
] as const)("an answer over %s that nobody can use", (transport, answers) => {
  test.each(answers)("(%s) fails the step, and everything is undone", async (answer) => {
    const name = `${answer}-${transport}`;
    const retry = { schedule: ["300ms"] };
    const definition = saga(name)
      .call("a", "lab.a", brisk)
      .call("x", `raw_${transport}.${answer}`, { ...brisk, retry });
    const ended = await lab.run(definition);
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
    expect(ended.steps).toEqual({ a: "UNDONE", x: "UNDONE" });
    expect(ended.failure).toMatchObject({ kind: "TECHNICAL", step: "x" });
    expect(ended.failure?.code).toMatch(/^(INTERNAL|RESOURCE_EXHAUSTED)$/);
    expect(ended.failure?.message.length).toBeLessThanOrEqual(1_000);
    // It may have been applied.
    expect(undone.filter((sagaId) => sagaId === name)).toHaveLength(1);
  });
});

test("two answers to one command are one: the first", async () => {
  const ended = await lab.run(saga("answered-twice").call("x", "raw_serve.twice", brisk).call("a", "lab.a", brisk));
  expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a"] });
  expect(ended.saga.steps[0]?.output).toEqual({ n: 1 });
  expect(eventsOf(ended, "stepDone", "x")).toHaveLength(1);
});

describe.each(transports)("over %s", (transport) => {
  test("a participant that names a time is asked again no sooner, in both directions", async () => {
    const busy = { ...brisk, undo: { retry: { schedule: ["0s"] } } } as const;
    const definition = saga(`busy-${transport}`)
      .call("x", `scripted_${transport}.busy`, busy)
      .call("y", `scripted_${transport}.refuse`, brisk);
    const ended = await lab.run(definition);
    expect(ended.status).toBe("COMPENSATED");
    for (const direction of ["do", "undo"]) {
      const times = calls.get(`busy-${transport} ${direction}`) ?? [];
      expect(times).toHaveLength(2);
      // Two clocks round to milliseconds.
      expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(695);
      expect(times[1]! - times[0]!).toBeLessThan(3_000);
    }
  });

  test("refusals never open the breaker", async () => {
    const definition = saga(`refused-${transport}`).call("a", "lab.a", brisk).call("x", `strict_${transport}.refuse`);
    const sagaIds = Array.from({ length: 40 }, (_, i) => `refused-${transport}-${i}`);
    const sagas = await Promise.all(sagaIds.map((sagaId) => lab.run(definition, { sagaId })));
    for (const ended of sagas) {
      expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
    }
    const view = await viewParticipant(lab.orchestrator, `strict_${transport}`);
    expect(view).toEqual({ transport, doBreaker: "closed", undoBreaker: "closed" });
    expect(await countCalls(lab.orchestrator, `strict_${transport}`)).toEqual({ rejected: 40 });
  });

  test("an action that the participant does not have fails at once, and is not undone", async () => {
    const definition = saga(`no-action-${transport}`)
      .call("a", "lab.a", brisk)
      .call("x", `strict_${transport}.nothing`);
    const ended = await lab.run(definition);
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
    expect(ended.failure).toMatchObject({ kind: "TECHNICAL", code: "UNIMPLEMENTED", step: "x" });
    expect(ended.steps).toEqual({ a: "UNDONE", x: "FAILED" });
    expect(eventsOf(ended, "stepStarted", "x")).toHaveLength(1);
    expect((await viewParticipant(lab.orchestrator, `strict_${transport}`)).doBreaker).toBe("closed");
  });

  test("an action without Undo that should be undone waits for a person", async () => {
    const definition = saga(`no-undo-${transport}`)
      .call("a", "lab.a", brisk)
      .call("x", `scripted_${transport}.reads`, brisk)
      .call("y", `scripted_${transport}.refuse`, brisk);
    const ended = await lab.run(definition);
    expect(ended).toMatchObject({ status: "SUSPENDED", effects: ["do a"] });
    expect(ended.saga.suspension?.failure).toMatchObject({ code: "UNIMPLEMENTED", step: "x" });
    expect(eventsOf(ended, "undoStarted", "x")).toHaveLength(1);
  });

  test("a refusal after an attempt that may have been applied is undone all the same", async () => {
    const name = `forgetful-${transport}`;
    const definition = saga(name)
      .call("a", "lab.a", brisk)
      .call("x", `scripted_${transport}.forgetful`, { timeout: "300ms", retry: { schedule: ["50ms"] } });
    const ended = await lab.run(definition);
    expect(ended).toMatchObject({ status: "COMPENSATED", effects: ["do a", "undo a"] });
    expect(ended.failure).toMatchObject({ kind: "REJECTED", code: "CLOSED" });
    expect(applied.filter((line) => line.endsWith(name))).toEqual([`do ${name}`, `undo ${name}`]);
  });

  test("the largest payloads go through in both directions, also where each number takes eleven bytes", async () => {
    const list = Array.from({ length: 95_000 }, (_, i) => i % 10);
    const definition = saga(`large-${transport}`)
      .call("x", `scripted_${transport}.echo`, { ...brisk, undo: { input: { list: "input.list" } } })
      .call("y", `scripted_${transport}.refuse`, brisk);
    const ended = await lab.run(definition, { input: { list } });
    expect(ended.failure).toMatchObject({ code: "NO", step: "y" });
    expect(ended).toMatchObject({ status: "COMPENSATED", steps: { x: "UNDONE", y: "REJECTED" } });
  });
});

test("a participant without Serve works over unary calls", async () => {
  const definition = saga("old").call("x", "old.work", brisk).call("a", "lab.a", brisk);
  const sagaIds = Array.from({ length: 20 }, (_, i) => `old-${i}`);
  const sagas = await Promise.all(sagaIds.map((sagaId) => lab.run(definition, { sagaId })));
  for (const ended of sagas) {
    expect(ended).toMatchObject({ status: "COMPLETED", effects: ["do a"] });
    expect(eventsOf(ended, "stepStarted", "x")).toHaveLength(1);
  }
  expect(await viewParticipant(lab.orchestrator, "old")).toMatchObject({ transport: "unary", doBreaker: "closed" });
  expect(await countCalls(lab.orchestrator, "old")).toEqual({ done: 20 });
});
