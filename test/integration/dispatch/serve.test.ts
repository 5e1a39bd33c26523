import { create, toBinary } from "@bufbuild/protobuf";
import { status } from "@grpc/grpc-js";
import { afterEach, describe, expect, test } from "vitest";
import {
  type ServeRequest,
  ServeRequestSchema,
  ServeResponseSchema,
} from "../../../orchestrator/src/gen/backstitch/v1/participant_service_pb.js";
import type { Outcome } from "../../../orchestrator/src/machine/event.ts";
import {
  cleanUp,
  configOf,
  createHarness,
  doneWith,
  resultsOf,
  type ServeStream,
  serving,
  startParticipant,
  until,
} from "./support.ts";

afterEach(cleanUp);

async function withServe(serve: (stream: ServeStream) => void, more: Record<string, unknown> = {}) {
  const participant = await startParticipant({ serve });
  return { participant, ...createHarness([configOf(participant.address, more)]) };
}

const broken = { kind: "failed", effect: "unknown", retry: true };

describe("calls over Serve", () => {
  test("commands of one turn leave in one message, and each gets its own answer", async () => {
    const requests: ServeRequest[] = [];
    const { call, dispatcher } = await withServe((stream) => {
      stream.on("data", (request: ServeRequest) => {
        requests.push(request);
        const results = request.commands.map((command) => ({
          id: command.correlationId,
          output: `{"for":"${command.context?.sagaId}"}`,
        }));
        stream.write(resultsOf(results.reverse()));
      });
    });
    // The first opens the stream.
    await call({ sagaId: "s" });
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => call({ sagaId: `s-${i}` })));
    expect(outcomes.map((outcome) => (outcome as { output: string }).output)).toEqual(
      Array.from({ length: 50 }, (_, i) => `{"for":"s-${i}"}`),
    );
    expect(requests.map((request) => [request.commands.length, request.window])).toEqual([
      [1, 1000],
      [50, 0],
    ]);
    expect(dispatcher.participants()[0]?.transport).toBe("serve");
  });

  test("large commands of one turn are spread over messages below 1 MiB", async () => {
    const sizes: number[] = [];
    const serve = (stream: ServeStream) => {
      stream.on("data", (request: ServeRequest) => sizes.push(toBinary(ServeRequestSchema, request).length));
      serving(() => "{}")(stream);
    };
    const limited = { "grpc.max_receive_message_length": 1024 * 1024 };
    const { address } = await startParticipant({ serve }, 0, undefined, undefined, limited);
    const { call } = createHarness([configOf(address)]);
    const input = JSON.stringify({ text: "é".repeat(60_000) });
    const many = Array.from({ length: 20 }, () => call({ input }));
    const largest = JSON.stringify({ text: "x".repeat(262_000) });
    many.push(call({ direction: "backward", input: largest, doInput: largest, doOutput: largest }));
    for (const outcome of await Promise.all(many)) expect(outcome.kind).toBe("done");
    expect(Math.max(...sizes)).toBeGreaterThan(700_000);
    expect(sizes.length).toBeLessThan(10);
  });

  test("a command carries its payloads as the text they are", async () => {
    const seen: ServeRequest[] = [];
    const { call } = await withServe((stream) => {
      stream.on("data", (request: ServeRequest) => {
        seen.push(request);
        for (const { correlationId } of request.commands) stream.write(resultsOf([{ id: correlationId, output: "" }]));
      });
    });
    await call({ direction: "backward", input: undefined, doInput: '{ "a": 1 }', doOutput: '{"é":2}' });
    const command = seen[0]?.commands[0];
    expect(command?.input).toHaveLength(0);
    expect(Buffer.from(command?.doInput ?? []).toString()).toBe('{ "a": 1 }');
    expect(Buffer.from(command?.doOutput ?? []).toString()).toBe('{"é":2}');
    expect(command?.context?.idempotencyKey).toBe("order-1/charge/undo");
    expect(command?.context?.completionToken).toBe("order-1/charge/do.mac");
    expect(command?.context?.timeout).toMatchObject({ seconds: 5n, nanos: 0 });
  });

  test("a technical failure means what the unary call would have meant", async () => {
    const { call } = await withServe((stream) => {
      stream.on("data", (request: ServeRequest) => {
        for (const { correlationId } of request.commands) {
          const error = { status: status.RESOURCE_EXHAUSTED, message: "slow down", retryAfterMs: 1500n };
          stream.write(
            create(ServeResponseSchema, { results: [{ correlationId, outcome: { case: "error", value: error } }] }),
          );
        }
      });
    });
    expect(await call()).toMatchObject({
      ...broken,
      failure: { kind: "TECHNICAL", code: "RESOURCE_EXHAUSTED", message: "slow down" },
      retryAfterMs: 1500,
    });
  });

  test.each(["[1]", "{", '{"n":9007199254740993}', `{"text":"${"x".repeat(300_000)}"}`])(
    "an output that is no acceptable payload fails that command alone (%#)",
    async (output) => {
      const { call } = await withServe(serving((command) => (command.context?.sagaId === "bad" ? output : "{}")));
      const [bad, good] = await Promise.all([call({ sagaId: "bad" }), call({ sagaId: "good" })]);
      expect(bad).toMatchObject({ kind: "failed", effect: "unknown", retry: false });
      expect(good).toEqual({ kind: "done", output: "{}" });
    },
  );

  test("a participant without Serve gets unary calls, the first command included", async () => {
    const participant = await startParticipant({ do: (_, reply) => reply(null, doneWith({ unary: true })) });
    const { call, dispatcher } = createHarness([configOf(participant.address)]);
    for (let i = 0; i < 2; i++) expect(await call()).toEqual({ kind: "done", output: '{"unary":true}' });
    expect(dispatcher.participants()[0]?.transport).toBe("unary");
    expect(dispatcher.participants()[0]?.inFlight).toBe(0);
  });

  test("a participant that learns Serve is found out when it comes back", async () => {
    const participant = await startParticipant({ do: (_, reply) => reply(null, doneWith({})) });
    const { call, dispatcher } = createHarness([configOf(participant.address)]);
    await call();
    participant.kill();
    await startParticipant({ serve: serving(() => "{}") }, participant.port);
    await expect.poll(async () => (await call()).kind, { timeout: 5000 }).toBe("done");
    expect(dispatcher.participants()[0]?.transport).toBe("serve");
  });

  test("a command without an answer times out, is cancelled, and its late answer is ignored", async () => {
    const cancelled: bigint[] = [];
    let answerLate: (() => void) | undefined;
    const { call } = await withServe((stream) => {
      stream.on("data", (request: ServeRequest) => {
        cancelled.push(...request.cancel);
        for (const { correlationId, context } of request.commands) {
          const answer = () => stream.write(resultsOf([{ id: correlationId, output: `{"of":"${context?.step}"}` }]));
          if (context?.step === "slow") answerLate = answer;
          else answer();
        }
      });
    });
    await call({ step: "warm" });
    const outcomes: Outcome[] = [];
    const slow = call({ step: "slow", timeoutMs: 150 }).then((outcome) => outcomes.push(outcome));
    await slow;
    expect(outcomes[0]).toMatchObject({ ...broken, failure: { kind: "TIMEOUT", code: "DEADLINE_EXCEEDED" } });
    await until(() => cancelled.length === 1, "the cancel");
    expect(cancelled).toEqual([2n]);
    answerLate?.();
    expect(await call({ step: "next" })).toEqual({ kind: "done", output: '{"of":"next"}' });
    expect(outcomes).toHaveLength(1);
  });

  test("a broken stream leaves unknown effects, is one fault, and is opened again", async () => {
    const streams: ServeStream[] = [];
    let silent = true;
    const { call, dispatcher } = await withServe(
      (stream) => {
        streams.push(stream);
        serving(({ context }) => (silent && context?.step !== "warm" ? undefined : "{}"))(stream);
      },
      { breaker: { min_calls: 3, error_percent: 10 } },
    );
    await call({ step: "warm" });
    const calls = Array.from({ length: 100 }, () => call());
    await until(() => dispatcher.participants()[0]?.inFlight === 100, "the calls in flight");
    await new Promise((resolve) => setImmediate(resolve));
    streams[0]?.emit("error", { code: status.INTERNAL, details: "crash" });
    for (const outcome of await Promise.all(calls)) expect(outcome).toMatchObject(broken);
    // One success and one fault: below min_calls. A hundred faults would have opened it.
    expect(dispatcher.participants()[0]?.breakers.forward.state).toBe("closed");
    silent = false;
    expect(await call()).toEqual({ kind: "done", output: "{}" });
    expect(streams).toHaveLength(2);
  });

  test("bytes that are no message break the stream", async () => {
    const { call } = await withServe((stream) => {
      stream.on("data", () => stream.write(Buffer.from([0xff, 0xff]) as never));
    });
    expect(await call()).toMatchObject(broken);
  });

  test("a participant that refuses the stream for who calls fails its commands for good", async () => {
    const { call } = await withServe((stream) =>
      stream.emit("error", { code: status.PERMISSION_DENIED, details: "who are you" }),
    );
    expect(await call()).toMatchObject({ kind: "failed", retry: false, failure: { code: "PERMISSION_DENIED" } });
  });

  test("a participant killed mid-call and started again is used again", async () => {
    let silent = true;
    let received = 0;
    const serve = serving(() => {
      received++;
      return silent ? undefined : "{}";
    });
    const { participant, call } = await withServe(serve);
    const lost = call();
    await until(() => received === 1, "the command");
    participant.kill();
    expect(await lost).toMatchObject(broken);
    silent = false;
    await startParticipant({ serve }, participant.port);
    await expect.poll(async () => (await call()).kind, { timeout: 5000 }).toBe("done");
  });

  test("a draining stream gets no new commands, and still answers those in flight", async () => {
    const streams: { stream: ServeStream; steps: string[]; ids: bigint[] }[] = [];
    const { call } = await withServe((stream) => {
      const seen = { stream, steps: [] as string[], ids: [] as bigint[] };
      streams.push(seen);
      stream.on("end", () => stream.end());
      stream.on("data", (request: ServeRequest) => {
        for (const { context, correlationId } of request.commands) {
          seen.steps.push(context?.step ?? "");
          seen.ids.push(correlationId);
          if (context?.step !== "slow") stream.write(resultsOf([{ id: correlationId, output: "{}" }]));
        }
      });
    });
    await call({ step: "warm" });
    const slow = call({ step: "slow" });
    await until(() => streams[0]?.steps.length === 2, "the slow command");
    streams[0]?.stream.write(resultsOf([], true));
    await until(() => {
      if (streams.length < 2) void call({ step: "meanwhile" });
      return streams.length === 2;
    }, "the second stream");
    await call({ step: "after" });
    expect(streams[0]?.steps).not.toContain("after");
    expect(streams[1]?.steps).toContain("after");
    streams[0]?.stream.write(resultsOf([{ id: streams[0].ids[1] as bigint, output: '{"late":1}' }]));
    expect(await slow).toEqual({ kind: "done", output: '{"late":1}' });
  });

  test("a connection that reaches its age is replaced without losing a command", async () => {
    const streams: ServeStream[] = [];
    const { call } = await withServe(
      (stream) => {
        streams.push(stream);
        serving(() => "{}")(stream);
      },
      { max_connection_age_ms: 1000 },
    );
    let failed = 0;
    let calls = 0;
    await until(() => {
      void call().then((outcome) => {
        calls++;
        if (outcome.kind !== "done") failed++;
      });
      return streams.length >= 3;
    }, "the third stream");
    await until(() => streams[0]?.closed === true, "the end of the first stream");
    expect(calls).toBeGreaterThan(100);
    expect(failed).toBe(0);
    expect((await call()).kind).toBe("done");
  });

  test("a participant that ends its connections by age loses no command", async () => {
    let streams = 0;
    const serve = (stream: ServeStream) => {
      streams++;
      serving(() => "{}")(stream);
    };
    const age = { "grpc.max_connection_age_ms": 300, "grpc.max_connection_age_grace_ms": 300 };
    const { address } = await startParticipant({ serve }, 0, undefined, undefined, age);
    const { call } = createHarness([configOf(address)]);
    const failed: Outcome[] = [];
    await until(() => {
      void call().then((outcome) => outcome.kind !== "done" && failed.push(outcome));
      return streams >= 4;
    }, "the fourth stream");
    expect(failed).toEqual([]);
  });

  test("every address behind a name gets a stream of its own, and one that is gone gets no more", async () => {
    const seen = new Set<string>();
    let addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];
    // Nobody listens at the third.
    const ports = [0, 0];
    for (const [index, host] of ["127.0.0.1", "127.0.0.2"].entries()) {
      const { port } = await startParticipant({ serve: serving(() => `{"at":"${host}"}`) }, ports[0], undefined, host);
      ports[index] = port;
    }
    const { call, dispatcher } = createHarness(
      [configOf(`payment.internal:${ports[0]}`, { max_connection_age_ms: 1000 })],
      {
        resolve: async () => addresses,
      },
    );
    const ask = async () => {
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => call()));
      for (const outcome of outcomes) if (outcome.kind === "done") seen.add(outcome.output);
    };
    await expect
      .poll(async () => {
        await ask();
        return seen.size;
      })
      .toBe(2);
    expect(dispatcher.participants()[0]?.transport).toBe("serve");
    addresses = ["127.0.0.2"];
    // The address that cannot be reached makes the next look-up come soon.
    await expect
      .poll(
        async () => {
          seen.clear();
          await ask();
          return [...seen];
        },
        { timeout: 10_000, interval: 50 },
      )
      .toEqual(['{"at":"127.0.0.2"}']);
  });
});
