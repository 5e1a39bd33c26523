import { Agent, request } from "node:http";
import { expect, test } from "vitest";
import { startTestApi } from "../../support/test-api.ts";

interface Answer {
  readonly status: number | undefined;
  readonly socketReused: boolean;
}

function post(port: number, agent: Agent, contentType: string, body: string | Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const path = "/backstitch.v1.SagaService/GetSaga";
    const call = request(
      { port, agent, path, method: "POST", headers: { "content-type": contentType } },
      (response) => {
        response.resume();
        response.on("end", () => resolve({ status: response.statusCode, socketReused: call.reusedSocket }));
      },
    );
    call.on("error", reject);
    call.end(body);
  });
}

test.each([
  ["a frame shorter than it says", Buffer.from([0, 0, 0, 1, 0, 1, 2, 3])],
  ["a frame longer than is allowed", Buffer.concat([Buffer.from([0, 127, 0, 0, 0]), Buffer.alloc(1_500_000)])],
  ["no frame", Buffer.from([1])],
])("after %s the next request on the connection is answered at once", async (_, body) => {
  const { api } = await startTestApi();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await post(api.connectPort, agent, "application/grpc-web+proto", body);
    const started = performance.now();
    const next = await post(api.connectPort, agent, "application/json", '{"saga_id":"ghost"}');
    expect(next.status).toBe(404);
    expect(performance.now() - started).toBeLessThan(2000);
  } finally {
    agent.destroy();
    await api.stop(1000);
  }
});
