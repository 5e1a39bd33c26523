import { create } from "@bufbuild/protobuf";
import type { DefinitionSource } from "../catalog.ts";
import { checkName, createFaultList, type FaultList } from "../definition/faults.ts";
import { names } from "../definition/limits.ts";
import type { SagaDefinition } from "../gen/backstitch/v1/definition_pb.js";
import {
  type DefinitionService,
  GetDefinitionResponseSchema,
  type ListDefinitionsRequest,
  ListDefinitionsResponseSchema,
  RegisterDefinitionResponseSchema,
  ValidateDefinitionResponseSchema,
} from "../gen/backstitch/v1/definition_service_pb.js";
import type { StoredDefinition } from "../store/store.ts";
import { throwIfFaults } from "./faults.ts";
import { checkText, namespaceOf, pageSizeOf } from "./fields.ts";
import type { ServiceHandlers } from "./handlers.ts";
import { requestLimits } from "./limits.ts";
import { decodePageToken, encodePageToken } from "./page-token.ts";
import type { ApiDeps } from "./ports.ts";
import { definitionToWire } from "./wire-definition.ts";

export function createDefinitionService({
  store,
  catalog,
  logger,
}: ApiDeps): ServiceHandlers<typeof DefinitionService> {
  return {
    async registerDefinition(request) {
      const faults = createFaultList();
      const namespace = namespaceOf(faults, request.namespace);
      checkText(faults, "request_id", request.requestId, requestLimits.requestId);
      checkText(faults, "identity", request.identity, requestLimits.identity);
      const source = sourceOf(faults, request.source);
      throwIfFaults(faults.list);
      const { stored, created } = await catalog.register(namespace, source!);
      const { name, version } = stored;
      logger.info(
        { namespace, definition: name, version, created, identity: request.identity },
        "definition registered",
      );
      return create(RegisterDefinitionResponseSchema, { version: definitionToWire(stored), created });
    },

    async validateDefinition(request) {
      const faults = createFaultList();
      namespaceOf(faults, request.namespace);
      const source = sourceOf(faults, request.source);
      throwIfFaults(faults.list);
      const checked = catalog.validate(source!);
      return create(ValidateDefinitionResponseSchema, { ...checked, faults: [...checked.faults] });
    },

    async getDefinition(request) {
      const faults = createFaultList();
      const namespace = namespaceOf(faults, request.namespace);
      checkName(faults, "name", request.name, names.definition);
      throwIfFaults(faults.list);
      const stored = await catalog.stored(namespace, request.name, request.version || undefined);
      return create(GetDefinitionResponseSchema, { version: definitionToWire(stored) });
    },

    async listDefinitions(request) {
      const faults = createFaultList();
      const namespace = namespaceOf(faults, request.namespace);
      if (request.name !== "") checkName(faults, "name", request.name, names.definition);
      const pageSize = pageSizeOf(faults, request.pageSize, 50, 500);
      throwIfFaults(faults.list);
      const query = [namespace, request.name];
      const found = await page(query, namespace, request, pageSize + 1);
      const versions = found.slice(0, pageSize);
      const last = found.length > pageSize ? versions.at(-1) : undefined;
      return create(ListDefinitionsResponseSchema, {
        versions: versions.map(definitionToWire),
        nextPageToken: last ? encodePageToken(query, [request.name === "" ? last.name : last.version]) : "",
      });
    },
  };

  /** The latest of every name, or all versions of one. */
  function page(
    query: unknown,
    namespace: string,
    request: ListDefinitionsRequest,
    size: number,
  ): Promise<readonly StoredDefinition[]> {
    if (request.name === "") {
      const after = decodePageToken(query, request.pageToken, ["string"]);
      return store.listDefinitions(namespace, after?.[0] ?? "", size);
    }
    const below = decodePageToken(query, request.pageToken, ["number"]);
    return store.listVersions(namespace, request.name, below?.[0] ?? Number.MAX_SAFE_INTEGER, size);
  }
}

type Source = { case: "definition"; value: SagaDefinition } | { case: "text"; value: string } | { case: undefined };

function sourceOf(faults: FaultList, source: Source): DefinitionSource | undefined {
  if (source.case === "definition") return { message: source.value };
  if (source.case === "text") return { text: source.value };
  faults.add("definition", "required", "is missing: give the definition or its text");
  return undefined;
}
