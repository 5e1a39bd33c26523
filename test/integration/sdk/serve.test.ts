import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { Client, credentials } from "@grpc/grpc-js";
import { afterEach, expect, test } from "vitest";
import { type Actions, participant } from "../../../sdk/typescript/src/index.ts";
import { shows } from "../../support/features.ts";
import { type Link, streamLink, unaryLink } from "./participant-client.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(actions: Actions, options?: Parameters<typeof participant>[1]) {
  const server = participant({ payment: actions }, options);
  const { address } = await server.listen();
  cleanups.push(() => server.stop({ graceMs: 0 }));
  function connect<T extends Link>(make: (address: string) => T): T {
    const link = make(address);
    cleanups.push(() => link.close());
    return link;
  }
  return { server, address, connect };
}

/** Waits until a number has stayed the same for a while. */
async function settled(read: () => number): Promise<number> {
  for (let last = -1, since = Date.now(); ; ) {
    if (read() !== last) {
      last = read();
      since = Date.now();
    } else if (Date.now() - since > 150) return last;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("results of one turn travel together", shows("participant.serve"), async () => {
  const { connect } = await serve({ charge: { do: ({ i }: { i: number }) => ({ i }) } });
  const link = connect(streamLink);
  const answers = await Promise.all(link.sendAll(Array.from({ length: 200 }, (_, i) => ({ input: { i } }))));
  expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => ({ done: { i } })));
  expect(link.messages).toHaveLength(1);
});

test("results that handlers reach at different moments of one turn travel together too", async () => {
  const gate = Promise.withResolvers<void>();
  let waiting = 0;
  const { connect } = await serve({
    charge: {
      async do({ i }: { i: number }) {
        if (++waiting === 20) setImmediate(() => gate.resolve());
        await gate.promise;
        for (let turns = 0; turns < i; turns++) await undefined;
        return { i };
      },
    },
  });
  const link = connect(streamLink);
  await Promise.all(link.sendAll(Array.from({ length: 20 }, (_, i) => ({ input: { i } }))));
  expect(link.messages).toHaveLength(1);
});

test("large results are spread over messages below the limit", async () => {
  const { connect } = await serve({ charge: { do: () => ({ text: "x".repeat(200_000) }) } });
  const link = connect(streamLink);
  const answers = await Promise.all(link.sendAll(Array.from({ length: 20 }, () => ({}))));
  expect(answers.every((answer) => "done" in answer)).toBe(true);
  for (const { results } of link.messages) {
    const bytes = results.reduce((sum, { outcome }) => sum + (outcome.case === "done" ? outcome.value.length : 0), 0);
    expect(bytes).toBeLessThan(1024 * 1024);
  }
});

test("while the peer does not read, no more commands are taken; afterwards all are answered", async () => {
  let runs = 0;
  const { connect } = await serve({
    charge: {
      do() {
        runs++;
        return { text: "x".repeat(50_000) };
      },
    },
  });
  const link = connect(streamLink);
  await link.send({}).answer;
  link.pause();
  const answers = Array.from({ length: 1000 }, () => link.send({}).answer);
  expect(await settled(() => runs)).toBeLessThan(500);
  link.resume();
  expect((await Promise.all(answers)).every((answer) => "done" in answer)).toBe(true);
  expect(runs).toBe(1001);
});

test("a cancelled command is answered no more", async () => {
  const gate = Promise.withResolvers<void>();
  const { connect } = await serve({ charge: { do: () => gate.promise }, ping: { do() {} } });
  const link = connect(streamLink);
  const { cancel } = link.send({});
  await link.send({ action: "ping" }).answer;
  cancel();
  await link.send({ action: "ping" }).answer;
  gate.resolve();
  await link.send({ action: "ping" }).answer;
  expect(link.messages.flatMap(({ results }) => results)).toHaveLength(3);
});

test("a duplicate joins the running call across streams and unary calls, also when the first stream breaks", async () => {
  let runs = 0;
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { connect } = await serve({
    charge: {
      async do() {
        runs++;
        begun.resolve();
        await gate.promise;
        return { runs };
      },
    },
    ping: { do() {} },
  });
  const [first, second, unary] = [connect(streamLink), connect(streamLink), connect(unaryLink)];
  first.send({ saga: "s" });
  await begun.promise;
  const answers = [second.send({ saga: "s", attempt: 2 }).answer, unary.send({ saga: "s", attempt: 3 }).answer];
  await Promise.all([second.send({ action: "ping" }).answer, unary.send({ action: "ping" }).answer]);
  first.close();
  await first.ended;
  gate.resolve();
  expect(await Promise.all(answers)).toEqual([{ done: { runs: 1 } }, { done: { runs: 1 } }]);
});

test("a stream that breaks aborts its calls", async () => {
  const begun = Promise.withResolvers<AbortSignal>();
  const { connect } = await serve({
    charge: {
      do(_input, { signal }) {
        begun.resolve(signal);
        return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      },
    },
  });
  const link = connect(streamLink);
  link.send({});
  const signal = await begun.promise;
  const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
  link.close();
  await aborted;
});

test("a stopping server says that it drains, answers what is in flight and ends the stream with OK", async () => {
  const gate = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const { server, connect } = await serve({
    charge: {
      async do() {
        begun.resolve();
        await gate.promise;
      },
    },
    ping: { do() {} },
  });
  const link = connect(streamLink);
  const { answer } = link.send({});
  await begun.promise;
  const stopped = server.stop({ graceMs: 5000 });
  while (!link.messages.some(({ draining }) => draining)) await new Promise(setImmediate);
  // A command that was under way when the server said so.
  expect(await link.send({ action: "ping" }).answer).toEqual({ done: {} });
  gate.resolve();
  expect(await answer).toEqual({ done: {} });
  expect(await link.ended).toBe(0);
  await stopped;
});

test("a peer that closes its side gets the answers still due, then the end", async () => {
  const gate = Promise.withResolvers<void>();
  const { connect } = await serve({ charge: { do: () => gate.promise }, ping: { do() {} } });
  const link = connect(streamLink);
  const { answer } = link.send({});
  await link.send({ action: "ping" }).answer;
  link.halfClose();
  gate.resolve();
  expect(await answer).toEqual({ done: {} });
  expect(await link.ended).toBe(0);
});

test("an unreadable payload fails its command alone, and its text is not repeated", async () => {
  const { connect } = await serve({ charge: { do: () => ({}) } });
  const link = connect(streamLink);
  const inputs = ["{secret", "[1]", "null", "5", '"text"', "{}", ""];
  const answers = await Promise.all(link.sendAll(inputs.map((input) => ({ input }))));
  expect(answers.map((answer) => ("error" in answer ? answer.error : "done"))).toEqual([3, 3, 3, 3, 3, "done", "done"]);
  expect(JSON.stringify(answers)).not.toContain("secret");
});

test("bytes that are no message end their stream alone", async () => {
  const { address, connect } = await serve({ charge: { do: () => ({}) } });
  const client = new Client(address, credentials.createInsecure());
  cleanups.push(() => client.close());
  const raw = client.makeBidiStreamRequest(
    "/backstitch.v1.ParticipantService/Serve",
    (bytes: Buffer) => bytes,
    (bytes) => bytes,
  );
  raw.on("error", () => {});
  raw.on("data", () => {});
  const ended = new Promise<number>((resolve) => raw.on("status", ({ code }) => resolve(code)));
  raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
  expect(await ended).toBe(13);
  expect(await connect(streamLink).send({}).answer).toEqual({ done: {} });
});

test("with serve: false the stream is UNIMPLEMENTED and unary calls work", async () => {
  const { connect } = await serve({ charge: { do: () => ({}) } }, { serve: false });
  expect(await connect(streamLink).ended).toBe(12);
  expect(await connect(unaryLink).send({}).answer).toEqual({ done: {} });
});

test("the health service answers while the server runs", shows("participant.health"), async () => {
  const { address } = await serve({ charge: { do() {} } });
  const client = new Client(address, credentials.createInsecure());
  cleanups.push(() => client.close());
  const name = Buffer.from("backstitch.v1.ParticipantService");
  const request = Buffer.concat([Buffer.from([10, name.length]), name]);
  const response = await new Promise<Buffer | undefined>((resolve, reject) =>
    client.makeUnaryRequest(
      "/grpc.health.v1.Health/Check",
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
      request,
      (error, bytes) => (error === null ? resolve(bytes) : reject(error)),
    ),
  );
  // HealthCheckResponse{status: SERVING}
  expect([...(response ?? [])]).toEqual([8, 1]);
});

test("a health watcher does not keep a server from stopping", async () => {
  const { server, address } = await serve({ charge: { do() {} } });
  const client = new Client(address, credentials.createInsecure());
  cleanups.push(() => client.close());
  const watch = client.makeServerStreamRequest(
    "/grpc.health.v1.Health/Watch",
    (bytes: Buffer) => bytes,
    (bytes) => bytes,
    Buffer.alloc(0),
  );
  const statuses: number[] = [];
  watch.on("error", () => {});
  const first = new Promise((resolve) => watch.once("data", resolve));
  watch.on("data", (bytes: Buffer) => statuses.push(bytes[1] as number));
  await first;
  const before = Date.now();
  await server.stop({ graceMs: 10_000 });
  expect(Date.now() - before).toBeLessThan(5000);
  expect(statuses).toEqual([1, 2]);
});

test("a silent connection is asked for signs of life", shows("participant.keepalive"), async () => {
  const { address } = await serve({ charge: { do() {} } }, { keepalive: 20 });
  const session = connectHttp2(`http://${address}`);
  cleanups.push(() => session.destroy());
  for (let pings = 0; pings < 2; pings++) await once(session, "ping");
});

test("listening on an address in use fails", async () => {
  const { address } = await serve({ charge: { do() {} } });
  const second = participant({ other: { charge: { do() {} } } });
  await expect(second.listen(Number(address.split(":")[1]))).rejects.toThrow();
  await second.stop();
});
