import { create } from "@bufbuild/protobuf";
import {
  type Breaker,
  BreakerSchema,
  BreakerState,
  type Participant,
  ParticipantSchema,
  type Replica,
  ReplicaSchema,
  Transport,
} from "../gen/backstitch/v1/operator_service_pb.js";
import type { BreakerView, ClusterView, ParticipantView } from "./ports.ts";
import { timestampToWire } from "./wire-time.ts";

const transports = {
  unknown: Transport.UNSPECIFIED,
  unary: Transport.UNARY,
  serve: Transport.SERVE,
} as const satisfies Record<ParticipantView["transport"], Transport>;

const breakerStates = {
  closed: BreakerState.CLOSED,
  open: BreakerState.OPEN,
  "half-open": BreakerState.HALF_OPEN,
} as const satisfies Record<BreakerView["state"], BreakerState>;

export function participantToWire(participant: ParticipantView): Participant {
  return create(ParticipantSchema, {
    name: participant.name,
    address: participant.address,
    transport: transports[participant.transport],
    doBreaker: breakerToWire(participant.breakers.forward),
    undoBreaker: breakerToWire(participant.breakers.backward),
    inFlight: participant.inFlight,
    maxInFlight: participant.maxInFlight,
  });
}

function breakerToWire(breaker: BreakerView): Breaker {
  return create(BreakerSchema, {
    state: breakerStates[breaker.state],
    openedAt: timestampToWire(breaker.openedAt),
  });
}

export function replicaToWire(replica: ClusterView["replicas"][number]): Replica {
  const seconds = Math.floor(replica.leaseMs / 1000);
  return create(ReplicaSchema, {
    id: replica.id,
    seenAt: timestampToWire(replica.seenAt),
    lease: { seconds: BigInt(seconds), nanos: Math.round((replica.leaseMs - seconds * 1000) * 1e6) },
  });
}
