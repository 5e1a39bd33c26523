import type { Workflow } from "../../participants/scenarios/scenario.ts";
import type { OrchestratorPorts } from "./orchestrator.ts";
import { foodOrder, fulfilmentOrder } from "./orders.ts";

/** Lines to paste into another terminal, to play with a workflow. `now`: by the orchestrator's clock. */
export function workflowHints({ name, example }: Workflow, now: Date, ports: OrchestratorPorts): string {
  const connect = `http://127.0.0.1:${ports.connectPort}/backstitch.v1`;
  const start = { definition: name, sagaId: "my-first", input: example.input(now) };
  const signals = example.signals ?? [];
  return [
    ...places(ports),
    "",
    "Start a saga, look at it:",
    "",
    curl(`${connect}.SagaService/StartSaga`, start),
    "",
    curl(`${connect}.SagaService/GetSaga`, { sagaId: "my-first" }),
    "",
    ...signals.flatMap((signal) => [
      "Give it a signal:",
      "",
      curl(`${connect}.SagaService/SignalSaga`, { sagaId: "my-first", ...signal }),
      "",
    ]),
    "Let a day pass:",
    "",
    curl(`${connect}.DevelopmentService/AdvanceTime`, { by: "86400s" }),
    "",
    "Have it compensated, as long as its pivot is not done:",
    "",
    curl(`${connect}.SagaService/CancelSaga`, { sagaId: "my-first", reason: "changed my mind", wait: "10s" }),
  ].join("\n");
}

/** Lines to paste into another terminal, in the repository's folder. */
export function hints(ports: OrchestratorPorts): string {
  const connect = `http://127.0.0.1:${ports.connectPort}/backstitch.v1`;
  const start = { definition: "food-order", sagaId: "my-first", input: foodOrder(), wait: "10s" };
  const declined = {
    definition: "order-fulfilment",
    saga_id: "my-second",
    input: fulfilmentOrder({ card_token: "card_declined" }),
    wait: "10s",
  };
  const grpcurl = `grpcurl -plaintext -import-path proto -proto backstitch/v1/saga_service.proto`;
  const grpc = `127.0.0.1:${ports.grpcPort} backstitch.v1.SagaService`;
  return [
    ...places(ports),
    "",
    "Start a saga, look at it, list what compensated:",
    "",
    curl(`${connect}.SagaService/StartSaga`, start),
    "",
    curl(`${connect}.SagaService/GetSagaHistory`, { sagaId: "my-first" }),
    "",
    curl(`${connect}.SagaService/ListSagas`, { statuses: ["SAGA_STATUS_COMPENSATED"] }),
    "",
    "The same over gRPC:",
    "",
    `${grpcurl} \\\n  -d '${JSON.stringify(declined)}' \\\n  ${grpc}/StartSaga`,
    "",
    `${grpcurl} -d '{"saga_id":"my-second"}' ${grpc}/GetSaga`,
  ].join("\n");
}

/** Where the orchestrator is reached. */
function places({ grpcPort, connectPort, opsPort }: OrchestratorPorts): string[] {
  return [
    `gRPC     127.0.0.1:${grpcPort}`,
    `Connect  http://127.0.0.1:${connectPort}   (also gRPC-Web and JSON)`,
    `Metrics  http://127.0.0.1:${opsPort}/metrics`,
  ];
}

function curl(url: string, body: object): string {
  return `curl -s ${url} -H 'content-type: application/json' \\\n  -d '${JSON.stringify(body)}'`;
}
