import type { CompletionTokens } from "../completion-token.ts";
import type { CallRule, Plan, Step } from "../definition/types.ts";
import type { Command } from "../dispatch/dispatcher.ts";
import { effectIdOf } from "../effect-id.ts";
import { callAt } from "../machine/calls.ts";
import type { SendRef } from "../machine/event.ts";
import type { SagaState } from "../machine/state.ts";
import type { SagaHeader } from "../store/store.ts";

/** The call that a send effect stands for, from the committed state. Not for `saga` steps, which call no participant. */
export function commandOf(
  header: SagaHeader,
  plan: Plan,
  state: SagaState,
  ref: SendRef,
  tokens: CompletionTokens,
): Command {
  const { step } = plan.steps[ref.step]!;
  const rule = ruleOf(step);
  const call = callAt(state, ref)!;
  const forward = ref.direction === "forward";
  const effectId = effectIdOf(header, step.name, ref.item, ref.round);
  return {
    participant: rule.participant,
    direction: ref.direction,
    namespace: header.namespace,
    sagaId: header.sagaId,
    definition: header.definition,
    version: header.version,
    step: step.name,
    action: rule.action,
    effectId,
    completionToken: tokens.make(effectId, ref.direction),
    attempt: ref.attempt,
    timeoutMs: forward ? rule.timeoutMs : (rule.undo?.timeoutMs ?? rule.timeoutMs),
    metadata: header.metadata,
    input: forward ? call.input : call.undoInput,
    doInput: forward ? undefined : call.input,
    doOutput: forward ? undefined : call.output,
  };
}

function ruleOf(step: Step): CallRule {
  if (step.kind === "call") return step;
  if (step.kind === "for_each") return step.call;
  throw new TypeError(`a ${step.kind} step calls no participant`);
}
