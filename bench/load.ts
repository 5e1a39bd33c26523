import { SagaStatus, SagaView } from "@backstitch/sdk/gen/backstitch/v1/saga_pb.js";
import {
  SagaService,
  type StartSagaRequest,
  StartSagaRequestSchema,
} from "@backstitch/sdk/gen/backstitch/v1/saga_service_pb.js";
import { create, type JsonObject } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { serveParent } from "./child.ts";
import { runClosedLoop } from "./closed-loop.ts";
import { DEFINITION_OF, OUTCOME_OF, order } from "./definitions.ts";
import { createGrpcCaller } from "./grpc-caller.ts";
import type { Caller, Case } from "./options.ts";
import { createStreamCaller } from "./stream-caller.ts";

/** What the parent may ask of the load process. */
export type LoadRequest = {
  readonly kind: "run";
  readonly caller: Exclude<Caller, "engine">;
  readonly case: Case;
  readonly concurrency: number;
  readonly seconds: number;
};

/** Starts a saga and waits; gives the status it ended with. */
export interface SagaCaller {
  call(request: StartSagaRequest): Promise<SagaStatus | undefined>;
  close(): void;
}

const { grpcPort, connectPort } = JSON.parse(process.argv[2]!) as { grpcPort: number; connectPort: number };

const CALLERS: Readonly<Record<LoadRequest["caller"], () => SagaCaller>> = {
  grpc: () => createGrpcCaller(grpcPort),
  stream: () => createStreamCaller(grpcPort),
  connect: () => {
    const client = createClient(
      SagaService,
      createConnectTransport({ baseUrl: `http://127.0.0.1:${connectPort}`, httpVersion: "1.1", useBinaryFormat: true }),
    );
    return { call: async (request) => (await client.startSaga(request)).saga?.status, close: () => undefined };
  },
};

process.on("SIGTERM", () => process.exit(0));

serveParent<LoadRequest>(async (request) => {
  const caller = CALLERS[request.caller]();
  const wanted = SagaStatus[OUTCOME_OF[request.case]];
  try {
    return await runClosedLoop({
      concurrency: request.concurrency,
      seconds: request.seconds,
      once: async () => {
        const status = await caller.call(startRequest(request.case));
        if (status !== wanted) throw new Error(`a saga ended with status ${status}`);
      },
    });
  } finally {
    caller.close();
  }
});

function startRequest(name: Case): StartSagaRequest {
  return create(StartSagaRequestSchema, {
    definition: DEFINITION_OF[name],
    input: order() as unknown as JsonObject,
    wait: durationFromMs(60_000),
    view: SagaView.BRIEF,
  });
}
