import { createFaultList, type FaultList } from "../definition/faults.ts";
import type { Plan } from "../definition/types.ts";
import type { ActOnSagasRequest } from "../gen/backstitch/v1/operator_service_pb.js";
import type { CallPlace } from "../machine/event.ts";
import type { SagaState } from "../machine/state.ts";
import type { InboxItem, SagaRecord } from "../store/store.ts";
import { throwIfFaults } from "./faults.ts";
import { checkText } from "./fields.ts";
import { requestLimits } from "./limits.ts";
import { type SagaFilter, sagaFilterOf } from "./saga-filter.ts";
import {
  askerOf,
  placeOf,
  requireStep,
  resolveOf,
  retryOf,
  type SagaVerb,
  type StepVerb,
  skipOf,
} from "./verb-request.ts";

/** What ActOnSagas is to do. */
export interface Bulk {
  readonly filter: SagaFilter;
  /** Whether a saga that the filter lets through is meant: what no index tells. */
  wants(record: SagaRecord): boolean;
  /**
   * What goes into the inbox of a saga, in this order. The request ids are the same every time, so that a saga is acted on
   * once. Throws INVALID_REQUEST where the saga has no such step.
   */
  itemsFor(record: SagaRecord, plan: Plan): readonly InboxItem[];
  readonly perSecond: number;
  readonly maxSagas: number;
  readonly dryRun: boolean;
}

const DEFAULT_PER_SECOND = 10;
const NOT_FINAL: SagaFilter["statuses"] = ["COMPENSATING", "RUNNING", "SUSPENDED"];

/** Checks the request. Throws INVALID_REQUEST with all faults. */
export function checkBulk(request: ActOnSagasRequest): Bulk {
  const { dryRun, failureCode, maxSagas, requestId } = request;
  const faults = createFaultList();
  const filter = sagaFilterOf(faults, request);
  checkText(faults, "failure_code", failureCode, requestLimits.failureCode);
  const action = actionOf(faults, request.action);
  const perSecond = request.perSecond === 0 ? DEFAULT_PER_SECOND : request.perSecond;
  // Turned round, so that what is no number fails too.
  if (!(perSecond >= 0.1 && perSecond <= 1_000)) faults.add("per_second", "range", "must be between 0.1 and 1000");
  if (requestId === "" && !dryRun)
    faults.add("request_id", "required", "is missing: with it a repeated request acts on no saga twice");
  checkText(faults, "request_id", requestId, requestLimits.requestId);
  const asker = askerOf(faults, { ...request, expectedRevision: 0n });
  throwIfFaults(faults.list);

  return {
    filter: filter.statuses.length > 0 ? filter : { ...filter, statuses: NOT_FINAL },
    wants: ({ state }) =>
      (failureCode === "" || failsWith(state, failureCode)) && (action.step !== "" || suspendedUnits(state).length > 0),
    itemsFor({ state }, plan) {
      if (action.step === undefined) return [{ requestId: `act:${requestId}`, command: { ...asker, ...action.verb } }];
      const places = action.step === "" ? suspendedUnits(state) : [placeOf(plan, state, action)];
      return places.map((place) => ({
        requestId: `act:${requestId}/${place.step}${place.item === undefined ? "" : `#${place.item}`}`,
        command: { ...asker, ...place, ...action.verb },
      }));
    },
    perSecond,
    maxSagas: maxSagas || Number.POSITIVE_INFINITY,
    dryRun,
  };
}

type Action =
  | { readonly step: undefined; readonly verb: SagaVerb }
  /** `step` empty: every step and item that waits for a person. */
  | { readonly step: string; readonly verb: StepVerb };

function actionOf(faults: FaultList, action: ActOnSagasRequest["action"]): Action {
  const ofSaga = (kind: SagaVerb["kind"]) => ({ step: undefined, verb: { kind } }) as const;
  switch (action.case) {
    case "cancel":
    case "suspend":
    case "resume":
    case "abandon":
      return ofSaga(action.case);
    case "retryStep": {
      const { step } = action.value;
      return { step, verb: retryOf(faults, undefined) };
    }
    case "skipStep": {
      const { step, output } = action.value;
      requireStep(faults, step, "skip_step.");
      return { step, verb: skipOf(faults, output, "skip_step.") };
    }
    case "resolveStep": {
      const { step, outcome } = action.value;
      requireStep(faults, step, "resolve_step.");
      return { step, verb: resolveOf(faults, outcome, "resolve_step.") };
    }
    case undefined:
      faults.add("action", "required", "is missing: what is done to each saga, such as `cancel`");
      return ofSaga("suspend");
  }
}

function failsWith({ failure, suspension }: SagaState, code: string): boolean {
  return failure?.code === code || suspension?.failure.code === code;
}

/** The steps that wait for a person; of a for_each step its items. */
function suspendedUnits({ steps }: SagaState): CallPlace[] {
  return steps.flatMap(({ status, items }, step): CallPlace[] => {
    const places = (items ?? []).flatMap((unit, item) => (unit.status === "SUSPENDED" ? [{ step, item }] : []));
    return places.length === 0 && status === "SUSPENDED" ? [{ step, item: undefined }] : places;
  });
}
