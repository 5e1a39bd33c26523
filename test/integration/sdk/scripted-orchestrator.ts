import { createServer } from "node:http";
import { create, type DescMethod, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Metadata, Server, ServerCredentials, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { DefinitionService } from "../../../sdk/typescript/src/gen/backstitch/v1/definition_service_pb.js";
import { ErrorDetailSchema } from "../../../sdk/typescript/src/gen/backstitch/v1/errors_pb.js";
import { OperatorService } from "../../../sdk/typescript/src/gen/backstitch/v1/operator_service_pb.js";
import { SagaService } from "../../../sdk/typescript/src/gen/backstitch/v1/saga_service_pb.js";

/** An error as a scripted method throws it. */
export interface ScriptedError {
  code: number;
  message: string;
  detail?: MessageInitShape<typeof ErrorDetailSchema>;
}

/** What a request looks like to a script: the message, and the authorization it came with. */
export interface Received {
  // biome-ignore lint/suspicious/noExplicitAny: each script knows the request it is for
  request: any;
  authorization: string | undefined;
}

/**
 * Methods by name. Each gives a response, an iterable of responses for a stream, or throws a ScriptedError;
 * "drop" breaks the connection without an answer.
 */
export type Script = Record<string, (received: Received) => unknown>;

/** A server that answers as the script says, and its address. */
export interface ScriptedServer {
  address: string;
  stop(): Promise<void>;
}

const services = [SagaService, DefinitionService, OperatorService];
const methods: DescMethod[] = services.flatMap((service) => service.methods);

/** Speaks gRPC, on a free port unless one is given. */
export async function startScriptedGrpc(script: Script, at = 0): Promise<ScriptedServer> {
  const server = new Server();
  for (const service of services) {
    const definition = Object.fromEntries(
      service.methods.map((method) => [
        method.name,
        {
          path: `/${service.typeName}/${method.name}`,
          requestStream: method.methodKind === "bidi_streaming",
          responseStream: method.methodKind !== "unary",
          requestSerialize: () => Buffer.alloc(0),
          requestDeserialize: (bytes: Buffer) => fromBinary(method.input, bytes),
          responseSerialize: (value: Record<string, unknown>) =>
            Buffer.from(toBinary(method.output, create(method.output, value))),
          responseDeserialize: () => ({}),
        },
      ]),
    );
    const handlers: UntypedServiceImplementation = Object.fromEntries(
      service.methods.map((method) => [method.name, grpcHandler(method, script)]),
    );
    server.addService(definition, handlers);
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${at}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return { address: `127.0.0.1:${port}`, stop: async () => server.forceShutdown() };
}

function grpcHandler(method: DescMethod, script: Script) {
  // biome-ignore lint/suspicious/noExplicitAny: unary and streaming calls share what is used of them
  return async (call: any, reply: (error: object | null, value?: unknown) => void) => {
    const authorization = call.metadata.get("authorization")[0]?.toString();
    try {
      const answer = await scripted(script, method.name)({ request: call.request, authorization });
      if (method.methodKind === "unary") return reply(null, answer);
      for await (const message of answer as AsyncIterable<unknown>) call.write(message);
      call.end();
    } catch (error) {
      const { code, message, detail } = error as ScriptedError;
      const metadata = new Metadata();
      if (detail !== undefined) metadata.set("grpc-status-details-bin", statusWith(code, message, detail));
      const status = { code, details: message, metadata };
      if (method.methodKind === "unary") reply(status);
      else call.emit("error", status);
    }
  };
}

/** Speaks Connect, unary calls with binary messages. */
export async function startScriptedConnect(script: Script): Promise<ScriptedServer> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const method = methods.find(({ name, parent }) => incoming.url === `/${parent.typeName}/${name}`) as DescMethod;
    const request = fromBinary(method.input, Buffer.concat(chunks));
    try {
      const answer = await scripted(script, method.name)({ request, authorization: incoming.headers.authorization });
      if (answer === "drop") {
        incoming.socket.destroy();
        return;
      }
      outgoing.writeHead(200, { "content-type": "application/proto" });
      outgoing.end(toBinary(method.output, create(method.output, answer as Record<string, unknown>)));
    } catch (error) {
      const { code, message, detail } = error as ScriptedError;
      const names: Record<number, string> = { 5: "not_found", 14: "unavailable" };
      const details = detail && [{ type: ErrorDetailSchema.typeName, value: encode(detail).toString("base64") }];
      outgoing.writeHead(code === 5 ? 404 : 503, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ code: names[code], message, details }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    address: `127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function scripted(script: Script, name: string) {
  return (
    script[name] ??
    (() => {
      throw { code: 12, message: `${name} is not in the script` } satisfies ScriptedError;
    })
  );
}

function encode(detail: MessageInitShape<typeof ErrorDetailSchema>): Buffer {
  return Buffer.from(toBinary(ErrorDetailSchema, create(ErrorDetailSchema, detail)));
}

/** A google.rpc.Status with one detail. */
function statusWith(code: number, message: string, detail: MessageInitShape<typeof ErrorDetailSchema>): Buffer {
  const typeUrl = `type.googleapis.com/${ErrorDetailSchema.typeName}`;
  const any = new BinaryWriter().tag(1, 2).string(typeUrl).tag(2, 2).bytes(encode(detail)).finish();
  return Buffer.from(new BinaryWriter().tag(1, 0).int32(code).tag(2, 2).string(message).tag(3, 2).bytes(any).finish());
}
