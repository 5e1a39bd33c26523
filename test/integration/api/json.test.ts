import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ListeningApi } from "../../../orchestrator/src/api/api.ts";
import { startTestApi } from "../../support/test-api.ts";

let api: ListeningApi;

beforeAll(async () => {
  ({ api } = await startTestApi());
});
afterAll(() => api.stop(1_000));

async function post(method: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${api.connectPort}/backstitch.v1.${method}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, json: text.startsWith("{") ? JSON.parse(text) : text };
}

describe("plain JSON, as curl sends it", () => {
  test("starts a saga and shows it", async () => {
    const started = await post("SagaService/StartSaga", {
      definition: "order",
      sagaId: "j",
      input: { n: 1, l: [null, "é"] },
    });
    expect(started).toMatchObject({
      status: 200,
      json: { started: true, saga: { sagaId: "j", status: "SAGA_STATUS_RUNNING", input: { n: 1, l: [null, "é"] } } },
    });
    expect((await post("SagaService/GetSaga", { saga_id: "j" })).json.saga.sagaId).toBe("j");
  });

  test.each<[string, string, unknown, number, string, string]>([
    [
      "a rule that is broken",
      "SagaService/StartSaga",
      { definition: "?" },
      400,
      "INVALID_REQUEST",
      "definition pattern",
    ],
    ["an unknown saga", "SagaService/GetSaga", { sagaId: "ghost" }, 404, "SAGA_NOT_FOUND", ""],
    [
      "a status that is not one",
      "SagaService/ListSagas",
      { statuses: ["DONE"] },
      400,
      "INVALID_REQUEST",
      "statuses unknown_value",
    ],
    [
      "a field that does not exist",
      "SagaService/StartSaga",
      { definitoin: "order" },
      400,
      "INVALID_REQUEST",
      " malformed",
    ],
    [
      "a value of another type",
      "SagaService/StartSaga",
      { definition: 5 },
      400,
      "INVALID_REQUEST",
      "definition malformed",
    ],
    ["a body that is no JSON", "SagaService/StartSaga", "{", 400, "INVALID_REQUEST", " malformed"],
    [
      "an integer that JSON rounds",
      "SagaService/StartSaga",
      '{"definition":"order","input":{"n":9007199254740993}}',
      400,
      "INVALID_REQUEST",
      "input.n unsafe_integer",
    ],
    [
      "a body beyond 1 MiB",
      "SagaService/StartSaga",
      { input: { a: "x".repeat(1_100_000) } },
      429,
      "TOO_LARGE",
      " max_size",
    ],
    [
      "a payload beyond 256 KiB",
      "SagaService/StartSaga",
      { definition: "order", input: { a: "x".repeat(300_000) } },
      429,
      "TOO_LARGE",
      "input max_size",
    ],
    [
      "a token that is none",
      "SagaService/HeartbeatStep",
      { completionToken: "order/charge/do.x" },
      400,
      "INVALID_REQUEST",
      "completion_token invalid_token",
    ],
  ])("%s is a clear error", async (_, method, body, status, code, fault) => {
    const answer = await post(method, body);
    const { debug } = answer.json.details[0];
    const faults = (debug.faults ?? []).map((f: { field?: string; rule: string }) => `${f.field ?? ""} ${f.rule}`);
    expect([answer.status, debug.code, faults.join()]).toEqual([status, `ERROR_CODE_${code}`, fault]);
    expect(JSON.stringify(answer.json)).not.toContain(".ts:");
  });

  test("is limited after decompression", async () => {
    const bomb = gzipSync(JSON.stringify({ input: { a: "x".repeat(20_000_000) } }));
    expect(bomb.length).toBeLessThan(100_000);
    const answer = await post("SagaService/StartSaga", bomb, { "content-encoding": "gzip" });
    expect([answer.status, answer.json.details[0].debug.code]).toEqual([429, "ERROR_CODE_TOO_LARGE"]);
    const small = gzipSync(JSON.stringify({ definition: "order" }));
    expect((await post("SagaService/StartSaga", small, { "content-encoding": "gzip" })).status).toBe(200);
  });

  test("to a path or of a kind that nobody serves is refused", async () => {
    expect((await post("SagaService/Nothing", {})).status).toBe(404);
    expect((await post("SagaService/StartSaga", {}, { "content-type": "text/plain" })).status).toBe(415);
  });
});

describe("a hostile client", () => {
  /** What the server answers to raw bytes, until it closes or `enough`. */
  const raw = (bytes: string, enough = 1) =>
    new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(api.connectPort, "127.0.0.1", () => socket.write(bytes));
      socket.on("data", (data) => {
        text += data.toString("latin1");
        if (text.length >= enough) socket.destroy();
      });
      socket.on("close", () => resolve(text));
      socket.on("error", reject);
    });
  const path = "POST /backstitch.v1.SagaService/GetSaga HTTP/1.1\r\n";

  test("with a Host that is no host is answered 400, and the server goes on", async () => {
    expect(await raw(`${path}Host: a b[\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`)).toMatch(
      /^HTTP\/1.1 400/,
    );
    expect(await raw(`${path.replace("1.1", "1.0")}\r\n`)).toMatch(/^HTTP\/1.1 400/);
    expect(await raw("what is this\r\n\r\n")).toMatch(/^HTTP\/1.1 400/);
    expect((await post("SagaService/GetSaga", { sagaId: "ghost" })).status).toBe(404);
  });

  test("may send the HTTP/2 preface byte by byte", async () => {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const socket = connect(api.connectPort, "127.0.0.1");
      socket.setNoDelay(true);
      socket.on("error", reject);
      socket.on("data", (data) => {
        socket.destroy();
        resolve(data);
      });
      const bytes = [...Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 0, 0, 0, 4, 0, 0, 0, 0, 0];
      const next = () => {
        const byte = bytes.shift();
        if (byte !== undefined) socket.write(Buffer.from([byte]), () => setImmediate(next));
      };
      next();
    });
    // A SETTINGS frame comes first.
    expect(answer[3]).toBe(4);
  });

  test("may break off at any place", async () => {
    for (const part of ["P", "PRI", "PRI * HTTP/2.0\r\n", path, `${path}Host: a\r\nContent-Length: 10\r\n\r\n{`])
      await new Promise<void>((resolve) => {
        const socket = connect(api.connectPort, "127.0.0.1", () => socket.write(part, () => socket.resetAndDestroy()));
        socket.on("close", () => resolve());
        socket.on("error", () => {});
      });
    expect((await post("SagaService/GetSaga", { sagaId: "ghost" })).status).toBe(404);
  });
});
