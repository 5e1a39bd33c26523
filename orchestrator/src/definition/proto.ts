import { create } from "@bufbuild/protobuf";
import { type SagaDefinition, SagaDefinitionSchema, WhenHeld } from "../gen/backstitch/v1/definition_pb.js";
import { durationOf } from "./duration.ts";
import { stepOf } from "./proto-step.ts";
import type { Definition, LockRule } from "./types.ts";
import { toValue } from "./value.ts";

const whenHeldCodes: Readonly<Record<LockRule["whenHeld"], WhenHeld>> = {
  refuse: WhenHeld.REFUSE,
  wait: WhenHeld.WAIT,
};

/** The contract's message of a definition, with every default written out. */
export function toProto(definition: Definition): SagaDefinition {
  const { name, description, labels, deadlineMs, retentionMs, steps, lock, output } = definition;
  return create(SagaDefinitionSchema, {
    name,
    description,
    labels: { ...labels },
    deadline: deadlineMs === undefined ? undefined : durationOf(deadlineMs),
    retention: retentionMs === undefined ? undefined : durationOf(retentionMs),
    steps: steps.map((step) => stepOf(step, steps)),
    lock: lock && { key: lock.key, name: lock.name, whenHeld: whenHeldCodes[lock.whenHeld] },
    output: output === undefined ? undefined : toValue(output),
  });
}
