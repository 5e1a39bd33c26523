import { createDefinitionMethods, type DefinitionMethods } from "./client/definitions.ts";
import { createEventMethods, type EventMethods } from "./client/events.ts";
import { createOperatorMethods, type OperatorMethods } from "./client/operator.ts";
import { createSagaMethods, type SagaMethods } from "./client/sagas.ts";
import { createSignalMethods, type SignalMethods } from "./client/signals.ts";
import { type ConnectionOptions, createConnection } from "./transport.ts";

/** How a client is made. */
export interface ClientOptions extends ConnectionOptions {
  /** Default: "default". */
  namespace?: string;
}

/**
 * Starts sagas, follows them and acts on them. Calls are repeated after transient failures with the same request id, so
 * they take effect once. What the server or the way to it refuses is a BackstitchError.
 */
export interface Client extends SagaMethods, SignalMethods, OperatorMethods, EventMethods, DefinitionMethods {
  /** Closes the connection. */
  close(): void;
}

/** Makes a client of an orchestrator. */
export function createClient(options: ClientOptions): Client {
  const { transport, close } = createConnection(options);
  const namespace = options.namespace ?? "";
  return {
    ...createSagaMethods(transport, namespace),
    ...createSignalMethods(transport, namespace),
    ...createOperatorMethods(transport, namespace),
    ...createEventMethods(transport, namespace),
    ...createDefinitionMethods(transport, namespace),
    close,
  };
}
