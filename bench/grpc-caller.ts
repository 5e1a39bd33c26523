import {
  type StartSagaRequest,
  StartSagaRequestSchema,
  type StartSagaResponse,
  StartSagaResponseSchema,
} from "@backstitch/sdk/gen/backstitch/v1/saga_service_pb.js";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { Client, credentials } from "@grpc/grpc-js";
import type { SagaCaller } from "./load.ts";

/** A grpc-js client that calls StartSaga and waits for the final state. */
export function createGrpcCaller(port: number): SagaCaller {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const serialize = (request: StartSagaRequest) => Buffer.from(toBinary(StartSagaRequestSchema, request));
  const deserialize = (bytes: Buffer): StartSagaResponse => fromBinary(StartSagaResponseSchema, bytes);
  return {
    call: (request) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(
          "/backstitch.v1.SagaService/StartSaga",
          serialize,
          deserialize,
          request,
          (error, answer) => {
            if (error) reject(error);
            else resolve(answer?.saga?.status);
          },
        );
      }),
    close: () => client.close(),
  };
}
