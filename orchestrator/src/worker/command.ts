import type { Plan } from "../definition/types.ts";
import type { Command } from "../dispatch/dispatcher.ts";
import type { SendRef } from "../machine/event.ts";
import type { SagaState } from "../machine/state.ts";
import type { SagaHeader } from "../store/store.ts";

const DEFAULT_NAMESPACE = "default";

/**
 * Names an effect: `saga_id/step[@round]`, the same for its Do and its Undo and for all attempts of either.
 * Outside the default namespace the namespace goes first, so that equal saga ids do not share a barrier row.
 */
export function effectIdOf(header: SagaHeader, step: string, round: number): string {
  const saga = header.namespace === DEFAULT_NAMESPACE ? header.sagaId : `${header.namespace}/${header.sagaId}`;
  return round === 0 ? `${saga}/${step}` : `${saga}/${step}@${round}`;
}

/** The call that a send effect stands for, from the committed state. */
export function commandOf(header: SagaHeader, plan: Plan, state: SagaState, ref: SendRef): Command {
  const { step } = plan.steps[ref.step]!;
  const progress = state.steps[ref.step]!;
  const forward = ref.direction === "forward";
  return {
    participant: step.participant,
    direction: ref.direction,
    namespace: header.namespace,
    sagaId: header.sagaId,
    definition: header.definition,
    version: header.version,
    step: step.name,
    action: step.action,
    effectId: effectIdOf(header, step.name, ref.round),
    attempt: ref.attempt,
    timeoutMs: forward ? step.timeoutMs : (step.undo?.timeoutMs ?? step.timeoutMs),
    metadata: header.metadata,
    input: forward ? progress.input : progress.undoInput,
    doInput: forward ? undefined : progress.input,
    doOutput: forward ? undefined : progress.output,
  };
}
