import { create } from "@bufbuild/protobuf";
import { createFaultList } from "../definition/faults.ts";
import {
  GetClusterInfoResponseSchema,
  ListParticipantsResponseSchema,
  type OperatorService,
} from "../gen/backstitch/v1/operator_service_pb.js";
import { throwIfFaults } from "./faults.ts";
import { pageSizeOf } from "./fields.ts";
import type { ServiceHandlers } from "./handlers.ts";
import { decodePageToken, encodePageToken } from "./page-token.ts";
import type { ApiDeps } from "./ports.ts";
import { notImplemented } from "./unimplemented.ts";
import { participantToWire, replicaToWire } from "./wire-cluster.ts";

export function createOperatorService(deps: ApiDeps): ServiceHandlers<typeof OperatorService> {
  return {
    async listParticipants(request) {
      const faults = createFaultList();
      const pageSize = pageSizeOf(faults, request.pageSize, 50, 500);
      throwIfFaults(faults.list);
      const query = "participants";
      const after = decodePageToken(query, request.pageToken, ["string"])?.[0] ?? "";
      const found = deps
        .participants()
        .filter((participant) => participant.name > after)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const page = found.slice(0, pageSize);
      return create(ListParticipantsResponseSchema, {
        participants: page.map(participantToWire),
        nextPageToken: found.length > pageSize ? encodePageToken(query, [page.at(-1)!.name]) : "",
      });
    },

    async getClusterInfo() {
      const { replicas, warnings, ...cluster } = await deps.cluster();
      return create(GetClusterInfoResponseSchema, {
        ...cluster,
        replicas: replicas.map(replicaToWire),
        warnings: [...warnings],
      });
    },

    retryStep: notImplemented("RetryStep"),
    skipStep: notImplemented("SkipStep"),
    resolveStep: notImplemented("ResolveStep"),
    suspendSaga: notImplemented("SuspendSaga"),
    resumeSaga: notImplemented("ResumeSaga"),
    abandonSaga: notImplemented("AbandonSaga"),
  };
}
