import { type CompletionTokens, createCompletionTokens } from "../completion-token.ts";
import type { Plan, PlannedStep } from "../definition/types.ts";
import { callAt } from "../machine/calls.ts";
import type { CallPlace } from "../machine/event.ts";
import type { CallState, Direction } from "../machine/state.ts";
import type { SagaKey, SagaRecord } from "../store/store.ts";
import { invalidRequest } from "./faults.ts";
import type { ApiDeps } from "./ports.ts";
import { loadSaga } from "./sagas.ts";

/** One direction of an effect that a completion token stands for, with the saga as it is now. */
export interface Effect {
  readonly key: SagaKey;
  readonly record: SagaRecord;
  readonly plan: Plan;
  readonly planned: PlannedStep;
  readonly place: CallPlace;
  readonly direction: Direction;
  readonly round: number;
  /** The step, or its item, that is done and undone; undefined: the item is not there any more. */
  readonly unit: CallState | undefined;
}

/** Finds the effect of a completion token. Rejects with INVALID_REQUEST where it is none, and with SAGA_NOT_FOUND. */
export type FindEffect = (token: string) => Promise<Effect>;

export function createFindEffect(deps: ApiDeps): FindEffect {
  // The store knows its secret only once it is open.
  let tokens: CompletionTokens | undefined;

  return async (token) => {
    tokens ??= createCompletionTokens(deps.store.secret);
    const told = tokens.read(token);
    if (told === undefined) throw invalidToken();
    const { direction, round, item } = told;
    const key = { namespace: told.namespace, sagaId: told.sagaId };
    const { record, plan } = await loadSaga(deps, key);
    const planned = plan.steps.find(({ step }) => step.name === told.step);
    // A saga of this id that was deleted may have had another definition.
    if (planned === undefined) throw invalidToken();
    const place = { step: planned.index, item };
    return { key, record, plan, planned, place, direction, round, unit: callAt(record.state, place) };
  };
}

function invalidToken(): Error {
  return invalidRequest(
    "completion_token",
    "invalid_token",
    "is not a completion token of this service: give it as it came with the Do or Undo",
  );
}
