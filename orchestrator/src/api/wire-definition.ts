import { create, fromJsonString } from "@bufbuild/protobuf";
import {
  type DefinitionVersion,
  DefinitionVersionSchema,
  SagaDefinitionSchema,
} from "../gen/backstitch/v1/definition_pb.js";
import type { StoredDefinition } from "../store/store.ts";
import { timestampToWire } from "./wire-time.ts";

export function definitionToWire(stored: StoredDefinition): DefinitionVersion {
  return create(DefinitionVersionSchema, {
    namespace: stored.namespace,
    // A later version of the contract may have written fields that this one does not know.
    definition: fromJsonString(SagaDefinitionSchema, stored.text, { ignoreUnknownFields: true }),
    version: stored.version,
    latest: stored.latest,
    digest: stored.digest,
    registeredAt: timestampToWire(stored.registeredAt),
  });
}
