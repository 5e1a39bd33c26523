import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { credentials, Client as GrpcClient, Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { foodOrder } from "../../deploy/local/orders.ts";
import type { BackstitchError } from "../../sdk/typescript/src/index.ts";
import { type Fleet, type Replica, startFleet } from "../support/fleet.ts";
import { tallyOrders } from "../support/order-invariants.ts";
import { goodOrder, place, untilSettled } from "../support/order-traffic.ts";

let fleet: Fleet;
let replicas: Replica[];
beforeAll(async () => {
  fleet = await startFleet();
  replicas = [await fleet.launch(), await fleet.launch()];
});
afterAll(() => fleet?.end());

test("50 clients that start the same saga at once start one, and its effects happen once", async () => {
  for (let round = 0; round < 10; round++) {
    const order = goodOrder(`${fleet.prefix}-same-${round}`);
    const starts = Array.from({ length: 50 }, (_, i) =>
      replicas[i % 2]!.client.start(order.definition, order.input as never, { sagaId: order.sagaId, wait: 10_000 }),
    );
    const answers = await Promise.all(starts);
    expect(answers.filter(({ started }) => started)).toHaveLength(1);
    expect(new Set(answers.map(({ saga }) => saga.status))).toEqual(new Set(["COMPLETED"]));
    expect(await tallyOrders(replicas[0]!.client, fleet.shop, [order.sagaId])).toMatchObject({ completed: 1 });
  }
});

test("50 clients that start one saga id with two contents: the first wins, the others are told", async () => {
  for (let round = 0; round < 10; round++) {
    const sagaId = `${fleet.prefix}-mixed-${round}`;
    const inputs = [foodOrder(), foodOrder({ restaurant: "Another" })];
    const starts = Array.from({ length: 50 }, async (_, i) => {
      const content = Math.floor(i / 2) % 2;
      try {
        const input = inputs[content] as never;
        return { content, answer: await replicas[i % 2]!.client.start("food-order", input, { sagaId }) };
      } catch (error) {
        return { content, error: error as BackstitchError };
      }
    });
    const ends = await Promise.all(starts);
    const winners = ends.filter(({ answer }) => answer?.started);
    expect(winners).toHaveLength(1);
    const { content } = winners[0]!;
    for (const end of ends) {
      if (end.content === content) expect(end.answer?.saga.sagaId).toBe(sagaId);
      else expect(end.error).toMatchObject({ status: "ALREADY_EXISTS" });
    }
    await untilSettled(replicas[0]!.client, [sagaId], 10_000);
    const saga = await replicas[0]!.client.get(sagaId);
    expect(saga.input).toEqual(inputs[content]);
    expect(await tallyOrders(replicas[0]!.client, fleet.shop, [sagaId])).toMatchObject({ completed: 1 });
  }
});

const methods = [
  "SagaService/StartSaga",
  "SagaService/StartSagas",
  "SagaService/WatchSaga",
  "SagaService/ListSagas",
  "SagaService/CancelSaga",
  "DefinitionService/RegisterDefinition",
  "OperatorService/ListParticipants",
];

/** Random bytes of all sizes up to beyond the limit, and what looks like a message without end. */
function nonsense(): Buffer[] {
  const sizes = [0, 1, 2, 5, 17, 100, 1_000, 65_536, 1_048_576, 4_000_000];
  const nested = Buffer.concat(Array.from({ length: 50_000 }, () => Buffer.from([0x2a, 0xff, 0xff, 0xff, 0x07])));
  return [...sizes.map((size) => randomBytes(size)), Buffer.alloc(900_000, 0x0a), nested];
}

/** How a call of the gRPC port with these bytes ends, by its status. */
function grpcStatus(client: GrpcClient, method: string, bytes: Buffer): Promise<number> {
  const same = (buffer: Buffer) => buffer;
  const deadline = Date.now() + 3_000;
  const stream = client.makeBidiStreamRequest(`/backstitch.v1.${method}`, same, same, new Metadata(), { deadline });
  return new Promise((resolve) => {
    stream.on("data", () => {});
    stream.on("error", () => {});
    stream.on("status", ({ code }) => resolve(code));
    stream.write(bytes);
    stream.end();
  });
}

/** The HTTP status of a call of the Connect port with these bytes; 0 where the server closed the connection. */
function httpStatus(port: number, method: string, type: string, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": type, "content-length": body.length };
    const options = {
      port,
      agent: false,
      host: "127.0.0.1",
      path: `/backstitch.v1.${method}`,
      method: "POST",
      headers,
    };
    const sent = request({ ...options, timeout: 3_000 }, (answer) => {
      answer.resume();
      answer.on("error", () => {});
      answer.on("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.on("timeout", () => reject(new Error(`no answer to ${body.length} bytes of ${type} for ${method}`)));
    // It may close while we still write.
    sent.on("error", () => resolve(0));
    sent.end(body);
  });
}

test("random and huge messages on every port are answered, start nothing and stop nothing", async () => {
  const [target] = replicas as [Replica];
  const { pid, grpcPort, connectPort } = target.process;
  const before = (await Array.fromAsync(target.client.list())).length;
  const client = new GrpcClient(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
  const saga = place([target.client], goodOrder(`${fleet.prefix}-beside`, { create: { slow_answer_ms: 1_000 } }), {
    waitMs: 20_000,
  });
  const [internal, deadline] = [13, 4];
  for (const method of methods) {
    for (const bytes of nonsense()) {
      const code = await grpcStatus(client, method, bytes);
      expect([internal, deadline], `${method} with ${bytes.length} bytes`).not.toContain(code);
      const framed = Buffer.concat([Buffer.from([0]), sizeOf(bytes), bytes]);
      for (const [type, body] of [
        ["application/proto", bytes],
        ["application/json", bytes],
        ["application/connect+proto", framed],
        ["application/grpc-web+proto", framed],
        // A length that is not there.
        ["application/grpc-web+proto", bytes],
      ] as const) {
        const status = await httpStatus(connectPort, method, type, body);
        expect(status, `${method} with ${bytes.length} bytes of ${type}`).not.toBe(500);
      }
    }
  }
  client.close();
  expect((await saga).status).toBe("COMPLETED");
  expect(target.process.pid).toBe(pid);
  expect((await place([target.client], goodOrder(`${fleet.prefix}-after`), { waitMs: 10_000 })).status).toBe(
    "COMPLETED",
  );
  expect(await Array.fromAsync(target.client.list())).toHaveLength(before + 2);
}, 60_000);

function sizeOf(bytes: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  return size;
}
