import { DefinitionService } from "../gen/backstitch/v1/definition_service_pb.js";
import { DevelopmentService } from "../gen/backstitch/v1/development_service_pb.js";
import { OperatorService } from "../gen/backstitch/v1/operator_service_pb.js";
import { SagaService } from "../gen/backstitch/v1/saga_service_pb.js";
import { type AuthOptions, assertGuarded, createAuthenticate } from "./auth.ts";
import { listenConnect } from "./connect-listener.ts";
import { createDefinitionService } from "./definition-service.ts";
import { createDevelopmentService } from "./development-service.ts";
import { type GrpcListenOptions, listenGrpc } from "./grpc-listener.ts";
import { type Method, methodsOf } from "./handlers.ts";
import { createInbox } from "./inbox.ts";
import { createLatch, type Latch } from "./latch.ts";
import type { ListenOptions } from "./listener.ts";
import { observe } from "./observe.ts";
import { createOperatorService } from "./operator-service.ts";
import type { ApiDeps } from "./ports.ts";
import { createSagaService } from "./saga-service.ts";
import { createVerbs } from "./verbs.ts";

export interface ApiOptions {
  readonly grpc: GrpcListenOptions;
  readonly connect: ListenOptions;
  readonly auth: AuthOptions;
}

export interface Api {
  /** Opens both listeners. Rejects where a port is taken, or where a listener beyond loopback asks for no credentials. */
  listen(): Promise<ListeningApi>;
}

export interface ListeningApi {
  readonly grpcPort: number;
  readonly connectPort: number;
  /** What gRPC health checks answer; true at first. */
  setServing(serving: boolean): void;
  /** Waiting calls answer with what they have, streams end, no call is taken any more; what runs gets `graceMs` to end. */
  stop(graceMs: number): Promise<void>;
}

/** The API: one set of handlers behind a listener for gRPC and one for Connect, gRPC-Web and JSON. */
export function createApi(deps: ApiDeps, options: ApiOptions): Api {
  assertGuarded("grpc.host", options.grpc, options.auth);
  assertGuarded("connect.host", options.connect, options.auth);
  const stopping = createLatch();
  const methods = createMethods(deps, stopping);
  const authenticate = createAuthenticate(options.auth);
  return {
    async listen() {
      const grpc = await listenGrpc(methods, authenticate, options.grpc);
      const connect = await listenConnect(methods, authenticate, options.connect, deps.logger).catch(async (thrown) => {
        await grpc.stop(0);
        throw thrown;
      });
      return {
        grpcPort: grpc.port,
        connectPort: connect.port,
        setServing: grpc.setServing,
        async stop(graceMs) {
          stopping.fire();
          await Promise.all([grpc.stop(graceMs), connect.stop(graceMs)]);
        },
      };
    },
  };
}

/** All methods of all services. */
export function createMethods(deps: ApiDeps, stopping: Latch): Method[] {
  const inbox = createInbox(deps.store, stopping);
  const shared = { inbox, verbs: createVerbs(deps, inbox), stopping };
  const methods = [
    ...methodsOf(SagaService, createSagaService(deps, shared)),
    ...methodsOf(DefinitionService, createDefinitionService(deps)),
    ...methodsOf(OperatorService, createOperatorService(deps, shared)),
  ];
  const { development, store } = deps;
  if (development)
    methods.push(...methodsOf(DevelopmentService, createDevelopmentService(development, store.now, stopping)));
  return methods.map((method) => observe(method, deps));
}
