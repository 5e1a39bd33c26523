import type { SagaStatus } from "@backstitch/sdk/gen/backstitch/v1/saga_pb.js";
import {
  type StartSagaRequest,
  type StartSagasRequest,
  StartSagasRequestSchema,
  type StartSagasResponse,
  StartSagasResponseSchema,
} from "@backstitch/sdk/gen/backstitch/v1/saga_service_pb.js";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Client, credentials } from "@grpc/grpc-js";
import type { SagaCaller } from "./load.ts";

/** Starts sagas over one StartSagas stream; those of one event-loop tick share a message. */
export function createStreamCaller(port: number): SagaCaller {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const stream = client.makeBidiStreamRequest<StartSagasRequest, StartSagasResponse>(
    "/backstitch.v1.SagaService/StartSagas",
    (request) => Buffer.from(toBinary(StartSagasRequestSchema, request)),
    (bytes) => fromBinary(StartSagasResponseSchema, bytes),
  );
  const waiting = new Map<
    bigint,
    { resolve: (status: SagaStatus | undefined) => void; reject: (reason: Error) => void }
  >();
  let gathered: StartSagasRequest[] = [];
  let lastId = 0n;

  const settle = ({ correlationId, result }: StartSagasResponse) => {
    const call = waiting.get(correlationId);
    waiting.delete(correlationId);
    if (result.case === "answer") call?.resolve(result.value.saga?.status);
    else call?.reject(new Error(result.case === "error" ? result.value.message : "an answer without a result"));
  };
  stream.on("data", (message: StartSagasResponse) => {
    settle(message);
    for (const other of message.more) settle(other);
  });
  stream.on("error", (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });

  function flush(): void {
    const [first, ...more] = gathered;
    gathered = [];
    if (first) stream.write({ ...first, more });
  }

  return {
    call(start: StartSagaRequest) {
      lastId += 1n;
      const correlationId = lastId;
      if (gathered.push(create(StartSagasRequestSchema, { correlationId, start })) === 1) setImmediate(flush);
      return new Promise((resolve, reject) => waiting.set(correlationId, { resolve, reject }));
    },
    close() {
      stream.end();
      client.close();
    },
  };
}
