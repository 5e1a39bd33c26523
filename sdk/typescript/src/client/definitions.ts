import { randomUUID } from "node:crypto";
import { createClient as createRpcClient, type Transport } from "@connectrpc/connect";
import type { Fault } from "../errors.ts";
import type { SagaDefinition, SagaDefinitionJson } from "../gen/backstitch/v1/definition_pb.js";
import { DefinitionService } from "../gen/backstitch/v1/definition_service_pb.js";
import { call } from "../retry.ts";
import { type DefinitionVersion, toDefinitionVersion } from "../saga.ts";
import { type Abortable, incomplete } from "./requests.ts";

/** A definition: the builder's message, its JSON, or YAML or JSON text. */
export type DefinitionSource = SagaDefinition | SagaDefinitionJson | string;

/** Keeps definitions. */
export interface DefinitionMethods {
  /** Registers a definition and makes it the latest. `created` is false where the same content was there already. */
  register(
    source: DefinitionSource,
    options?: { identity?: string; requestId?: string } & Abortable,
  ): Promise<{ version: DefinitionVersion; created: boolean }>;
  /** All the faults of a definition; none: it can be registered. */
  validate(source: DefinitionSource, options?: Abortable): Promise<Fault[]>;
}

/** The methods over DefinitionService. */
export function createDefinitionMethods(transport: Transport, namespace: string): DefinitionMethods {
  const definitions = createRpcClient(DefinitionService, transport);
  return {
    async register(source, { identity = "", requestId = randomUUID(), signal } = {}) {
      const request = { namespace, source: toSource(source), identity, requestId };
      const { version, created } = await call((options) => definitions.registerDefinition(request, options), signal);
      if (version === undefined) throw incomplete();
      return { version: toDefinitionVersion(version), created };
    },

    async validate(source, { signal } = {}) {
      const request = { namespace, source: toSource(source) };
      const { faults } = await call((options) => definitions.validateDefinition(request, options), signal);
      return faults.map(({ field, rule, message }) => ({ field, rule, message }));
    },
  };
}

function toSource(source: DefinitionSource) {
  if (typeof source === "string") return { case: "text", value: source } as const;
  // JSON goes as text: the server names the faults in it, where reading it here would stop at the first.
  return "$typeName" in source
    ? ({ case: "definition", value: source } as const)
    : ({ case: "text", value: JSON.stringify(source) } as const);
}
