import type { DescService } from "@bufbuild/protobuf";
import { type Client, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import type { ListeningApi } from "../../orchestrator/src/api/api.ts";
import { ErrorCode, ErrorDetailSchema } from "../../orchestrator/src/gen/backstitch/v1/errors_pb.js";

/** Every way into the API that a Connect client can take. */
export const transports = {
  "gRPC on the gRPC port": ({ grpcPort }) => createGrpcTransport({ baseUrl: `http://127.0.0.1:${grpcPort}` }),
  "gRPC on the Connect port": ({ connectPort }) => createGrpcTransport({ baseUrl: `http://127.0.0.1:${connectPort}` }),
  "Connect over HTTP/1.1": ({ connectPort }) =>
    createConnectTransport({ baseUrl: `http://127.0.0.1:${connectPort}`, httpVersion: "1.1" }),
  "Connect over HTTP/2 in JSON": ({ connectPort }) =>
    createConnectTransport({
      baseUrl: `http://127.0.0.1:${connectPort}`,
      httpVersion: "2",
      useBinaryFormat: false,
    }),
  "gRPC-Web over HTTP/1.1": ({ connectPort }) =>
    createGrpcWebTransport({ baseUrl: `http://127.0.0.1:${connectPort}`, httpVersion: "1.1" }),
} as const satisfies Record<string, (api: ListeningApi) => Transport>;

export type TransportName = keyof typeof transports;
export const transportNames = Object.keys(transports) as TransportName[];

export function clientOf<S extends DescService>(service: S, api: ListeningApi, transport: TransportName): Client<S> {
  return createClient(service, transports[transport](api));
}

/** What a call was refused with: code, faults as `field rule`, and the raw error. */
export interface Refused {
  readonly code: string;
  readonly status: number;
  readonly faults: readonly string[];
  readonly error: ConnectError;
}

/** The refusal of a call that must fail. */
export async function refusalOf(call: Promise<unknown>): Promise<Refused> {
  let answer: unknown;
  try {
    answer = await call;
  } catch (thrown) {
    const error = ConnectError.from(thrown);
    const [detail] = error.findDetails(ErrorDetailSchema);
    return {
      code: detail ? ErrorCode[detail.code] : "none",
      status: error.code,
      faults: detail?.faults.map(({ field, rule }) => `${field} ${rule}`) ?? [],
      error,
    };
  }
  throw new Error(`the call was not refused but answered with ${JSON.stringify(answer, (_, v) => String(v))}`);
}
