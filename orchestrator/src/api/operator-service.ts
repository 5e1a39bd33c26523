import { create } from "@bufbuild/protobuf";
import { createFaultList } from "../definition/faults.ts";
import {
  GetClusterInfoResponseSchema,
  ListParticipantsResponseSchema,
  type OperatorService,
} from "../gen/backstitch/v1/operator_service_pb.js";
import { actOnSagas } from "./act-on-sagas.ts";
import { throwIfFaults } from "./faults.ts";
import { pageSizeOf } from "./fields.ts";
import type { ServiceHandlers } from "./handlers.ts";
import type { Inbox } from "./inbox.ts";
import type { Latch } from "./latch.ts";
import { decodePageToken, encodePageToken } from "./page-token.ts";
import type { ApiDeps } from "./ports.ts";
import { resolveOf, retryOf, skipOf } from "./verb-request.ts";
import type { Verbs } from "./verbs.ts";
import { participantToWire, replicaToWire } from "./wire-cluster.ts";

export function createOperatorService(
  deps: ApiDeps,
  { verbs, inbox, stopping }: { readonly verbs: Verbs; readonly inbox: Inbox; readonly stopping: Latch },
): ServiceHandlers<typeof OperatorService> {
  return {
    retryStep: async (request, call) => ({
      $typeName: "backstitch.v1.RetryStepResponse",
      saga: await verbs.ofStep(request, call, (faults) => retryOf(faults, request.input)),
    }),
    skipStep: async (request, call) => ({
      $typeName: "backstitch.v1.SkipStepResponse",
      saga: await verbs.ofStep(request, call, (faults) => skipOf(faults, request.output)),
    }),
    resolveStep: async (request, call) => ({
      $typeName: "backstitch.v1.ResolveStepResponse",
      saga: await verbs.ofStep(request, call, (faults) => resolveOf(faults, request.outcome)),
    }),
    suspendSaga: async (request, call) => ({
      $typeName: "backstitch.v1.SuspendSagaResponse",
      saga: await verbs.ofSaga(request, call, { kind: "suspend" }),
    }),
    resumeSaga: async (request, call) => ({
      $typeName: "backstitch.v1.ResumeSagaResponse",
      saga: await verbs.ofSaga(request, call, { kind: "resume" }),
    }),
    abandonSaga: async (request, call) => ({
      $typeName: "backstitch.v1.AbandonSagaResponse",
      saga: await verbs.ofSaga(request, call, { kind: "abandon" }),
    }),
    actOnSagas: (request, call) => actOnSagas(deps, inbox, stopping, request, call),

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
  };
}
