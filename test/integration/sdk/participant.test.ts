import { afterEach, describe, expect, test } from "vitest";
import {
  type Actions,
  type DoContext,
  type ParticipantServer,
  participant,
  pending,
  rejected,
  retryAfter,
  type UndoContext,
} from "../../../sdk/typescript/src/index.ts";
import { shows } from "../../support/features.ts";
import { type Link, streamLink, unaryLink } from "./participant-client.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Options = Parameters<typeof participant>[1];

async function serve(actions: Actions, options?: Options): Promise<{ server: ParticipantServer; address: string }> {
  const server = participant({ payment: actions }, options);
  const { address } = await server.listen();
  cleanups.push(() => server.stop({ graceMs: 0 }));
  return { server, address };
}

function connect<T extends Link>(make: (address: string) => T, address: string): T {
  const link = make(address);
  cleanups.push(() => link.close());
  return link;
}

const never = () => new Promise<void>(() => {});

describe.each([
  ["unary calls", unaryLink],
  ["the Serve stream", streamLink],
] as const)("a participant over %s", (way, makeLink) => {
  async function start(actions: Actions, options?: Options): Promise<Link> {
    return connect<Link>(makeLink, (await serve(actions, options)).address);
  }

  test(
    "a Do gets its input and context, and its output comes back",
    shows("participant.typed_handlers", "participant.unary", "context.fields", "context.metadata"),
    async () => {
      let seen: DoContext | undefined;
      const link = await start({
        charge: {
          do(input: { amount: number }, context) {
            seen = context;
            return { charged: input.amount, at: new Date(0), nothing: undefined };
          },
        },
      });
      const deadlineMs = Date.now() + 5000;
      const { answer } = link.send({ saga: "s1", input: { amount: 12 }, attempt: 2, deadlineMs });
      expect(await answer).toEqual({ done: { charged: 12, at: "1970-01-01T00:00:00.000Z" } });
      expect(seen).toMatchObject({
        namespace: "default",
        sagaId: "s1",
        definition: "order",
        version: 3,
        step: "pay",
        action: "charge",
        effectId: "s1/charge",
        idempotencyKey: "s1/charge/do",
        attempt: 2,
        completionToken: "token",
      });
      expect(seen?.deadline?.getTime()).toBe(deadlineMs);
      expect(seen?.metadata).toEqual({ traceparent: "00-1-2-01" });
    },
  );

  test("an Undo gets what its Do was given and what it answered, and its own output is left out", async () => {
    const seen: unknown[] = [];
    const link = await start({
      charge: {
        do() {},
        undo: async (input, context: UndoContext) => {
          seen.push(input, context.doInput, context.doOutput);
          return { ignored: true } as never;
        },
      },
    });
    const told = { input: { why: "x" }, doInput: { amount: 1 }, doOutput: { id: "c" } };
    const answers = [link.send({ direction: "undo", ...told }), link.send({ direction: "undo" })];
    expect(await Promise.all(answers.map(({ answer }) => answer))).toEqual([{ done: undefined }, { done: undefined }]);
    expect(seen).toEqual([{ why: "x" }, { amount: 1 }, { id: "c" }, {}, {}, undefined]);
  });

  test(
    "every kind of answer is understood, whether returned or thrown",
    shows("answers.rejected", "answers.retry_after", "answers.pending"),
    async () => {
      const answers = {
        nothing: () => undefined,
        refuse: () => rejected("DECLINED", "no money", { left: 3 }),
        wait: () => pending(),
        later: () => retryAfter(1500, "busy"),
      };
      const link = await start(
        Object.fromEntries(
          Object.entries(answers).flatMap(([name, make]) => [
            [name, { do: () => make() }],
            [
              `${name}-thrown`,
              {
                async do() {
                  const answer = make();
                  if (answer !== undefined) throw answer;
                },
              },
            ],
          ]),
        ),
      );
      for (const suffix of ["", "-thrown"]) {
        const send = (name: string) => link.send({ action: name + suffix }).answer;
        expect(await send("nothing")).toEqual({ done: {} });
        const refusal = { code: "DECLINED", message: "no money", details: { left: 3 } };
        expect(await send("refuse")).toEqual({ rejected: refusal });
        expect(await send("wait")).toEqual({ pending: true });
        expect(await send("later")).toEqual({ error: 14, message: "busy", retryAfterMs: 1500 });
      }
    },
  );

  test(
    "whatever else is thrown is a technical failure: its message goes out, its stack does not, and it is logged without payloads",
    shows("participant.failing_handler", "participant.logging"),
    async () => {
      const logged: [Record<string, unknown>, string][] = [];
      const logger = { error: (fields: Record<string, unknown>, message: string) => logged.push([fields, message]) };
      const link = await start(
        {
          charge: {
            do() {
              throw new Error("the ledger is gone");
            },
          },
        },
        { logger },
      );
      const { answer } = link.send({ saga: "s2", input: { secret: "4242" } });
      expect(await answer).toEqual({ error: 2, message: "the ledger is gone", retryAfterMs: 0 });
      expect(logged).toHaveLength(1);
      expect(logged[0]?.[0]).toMatchObject({
        saga_id: "s2",
        step: "pay",
        action: "charge",
        direction: "do",
        attempt: 1,
      });
      expect(JSON.stringify(logged)).not.toContain("4242");
    },
  );

  test(
    "an unknown action is UNIMPLEMENTED and the answer names the known ones",
    shows("participant.unknown_action"),
    async () => {
      const link = await start({ charge: { do() {} }, refund: { do() {} } });
      const { answer } = link.send({ action: "steal" });
      expect(await answer).toMatchObject({ error: 12, message: expect.stringContaining("charge, refund") });
    },
  );

  test("the Undo of an action without one is UNIMPLEMENTED", async () => {
    const link = await start({ charge: { do() {} } });
    const { answer } = link.send({ direction: "undo" });
    expect(await answer).toMatchObject({ error: 12, message: expect.stringContaining("no undo") });
  });

  test("a call past its deadline is refused without running", shows("participant.deadline"), async () => {
    let runs = 0;
    const link = await start({ charge: { do: () => void runs++ } });
    expect(await link.send({ deadlineMs: Date.now() - 1 }).answer).toMatchObject({ error: 4 });
    expect(await link.send({ deadlineMs: Date.now() + 5000 }).answer).toEqual({ done: {} });
    expect(runs).toBe(1);
  });

  test("the timeout counts from the receipt, whatever the orchestrator's clock says", async () => {
    const link = await start({
      charge: {
        do: ({ wait }, context) =>
          wait ? new Promise((done) => context.signal.addEventListener("abort", () => done({ aborted: true }))) : {},
      },
    });
    const longAgo = Date.now() - 60_000;
    expect(await link.send({ deadlineMs: longAgo, timeoutMs: 5000 }).answer).toEqual({ done: {} });
    const farOff = Date.now() + 60_000;
    const aborted = link.send({ input: { wait: true }, deadlineMs: farOff, timeoutMs: 100 });
    expect(await aborted.answer).toEqual({ done: { aborted: true } });
  });

  test("a command without idempotency key is refused", async () => {
    const link = await start({ charge: { do() {} } });
    expect(await link.send({ idempotencyKey: "" }).answer).toMatchObject({ error: 3 });
  });

  test(
    "an output that is no JSON object, or too large, fails the call, and serving goes on",
    shows("participant.bad_output"),
    async () => {
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      const outputs: unknown[] = [[1], "text", 5, circle, { big: 1n }, { text: "x".repeat(300_000) }, () => {}];
      const link = await start({ charge: { do: ({ i }: { i: number }) => outputs[i] as object } });
      for (let i = 0; i < outputs.length; i++) {
        expect(await link.send({ input: { i } }).answer).toMatchObject({ error: 13 });
      }
      expect(await link.send({ input: { i: 99 } }).answer).toEqual({ done: {} });
    },
  );

  test(
    "a handler that blocks holds up the others, and then all are answered",
    shows("participant.blocking_handler"),
    async () => {
      const link = await start({
        block: {
          do() {
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
            return { blocked: true };
          },
        },
        charge: { do: () => ({ charged: true }) },
      });
      const commands = [
        link.send({ action: "block" }),
        link.send({ action: "charge" }),
        link.send({ action: "charge", saga: "s2" }),
      ];
      const answers = await Promise.all(commands.map(({ answer }) => answer));
      expect(answers).toEqual([{ done: { blocked: true } }, { done: { charged: true } }, { done: { charged: true } }]);
      expect(await link.send({ action: "charge", saga: "s3" }).answer).toEqual({ done: { charged: true } });
    },
  );

  test("concurrent duplicates run once and all get the answer", shows("participant.joins_duplicates"), async () => {
    let runs = 0;
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const link = await start({
      charge: {
        async do() {
          runs++;
          begun.resolve();
          await gate.promise;
          return { run: runs };
        },
      },
      ping: { do() {} },
    });
    const first = link.send({ saga: "dup" });
    await begun.promise;
    const more = [link.send({ saga: "dup", attempt: 2 }), link.send({ saga: "dup", attempt: 3 })];
    await link.send({ action: "ping" }).answer;
    gate.resolve();
    const answers = await Promise.all([first, ...more].map(({ answer }) => answer));
    expect(answers).toEqual([{ done: { run: 1 } }, { done: { run: 1 } }, { done: { run: 1 } }]);
    expect(await link.send({ saga: "dup" }).answer).toEqual({ done: { run: 2 } });
  });

  test(
    "a cancelled command's signal is aborted, and other commands go on",
    shows("participant.cancellation"),
    async () => {
      const begun = Promise.withResolvers<void>();
      const aborted = Promise.withResolvers<void>();
      const link = await start({
        charge: {
          async do(_input, { signal }) {
            begun.resolve();
            signal.addEventListener("abort", () => aborted.resolve());
            await aborted.promise;
          },
        },
        ping: { do() {} },
      });
      const { cancel } = link.send({});
      await begun.promise;
      cancel();
      await aborted.promise;
      expect(await link.send({ action: "ping" }).answer).toEqual({ done: {} });
    },
  );

  test("a call that others wait for survives the cancellation of one of them", async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let signal: AbortSignal | undefined;
    const link = await start({
      charge: {
        async do(_input, context) {
          signal = context.signal;
          begun.resolve();
          await gate.promise;
          return { aborted: context.signal.aborted };
        },
      },
      ping: { do() {} },
    });
    const first = link.send({ saga: "shared" });
    await begun.promise;
    const second = link.send({ saga: "shared", attempt: 2 });
    await link.send({ action: "ping" }).answer;
    first.cancel();
    await link.send({ action: "ping" }).answer;
    expect(signal?.aborted).toBe(false);
    gate.resolve();
    expect(await second.answer).toEqual({ done: { aborted: false } });
  });

  test("a handler's signal is aborted at the deadline", async () => {
    const link = await start({
      charge: {
        async do(_input, { signal }) {
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          return { aborted: true };
        },
      },
    });
    expect(await link.send({ deadlineMs: Date.now() + 100 }).answer).toEqual({ done: { aborted: true } });
  });

  test("stopping lets a running call end and answers it", shows("participant.graceful_stop"), async () => {
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { server, address } = await serve({
      charge: {
        async do() {
          begun.resolve();
          await gate.promise;
          return { ended: true };
        },
      },
    });
    const link = connect<Link>(makeLink, address);
    const { answer } = link.send({});
    await begun.promise;
    const stopped = server.stop({ graceMs: 5000 });
    gate.resolve();
    expect(await answer).toEqual({ done: { ended: true } });
    await stopped;
  });

  test("stopping does not wait for a hanging call longer than the grace time", async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const { server, address } = await serve({
      charge: {
        do(_input, { signal }) {
          begun.resolve(signal);
          return never();
        },
      },
    });
    const link = connect<Link>(makeLink, address);
    const { answer } = link.send({});
    const signal = await begun.promise;
    const before = Date.now();
    await server.stop({ graceMs: 100 });
    expect(Date.now() - before).toBeLessThan(3000);
    expect(signal.aborted).toBe(true);
    expect(await answer).toHaveProperty("error");
  });

  test(`${way} serve a thousand commands at once, each with its own answer`, async () => {
    const link = await start({
      charge: {
        do: async ({ i }: { i: number }) => {
          if (i % 3 === 0) await new Promise(setImmediate);
          return { i };
        },
      },
    });
    const answers = Array.from({ length: 1000 }, (_, i) => link.send({ input: { i } }).answer);
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 1000 }, (_, i) => ({ done: { i } })));
  });
});
