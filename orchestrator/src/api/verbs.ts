import { createFaultList, type FaultList } from "../definition/faults.ts";
import type { Saga as WireSaga } from "../gen/backstitch/v1/saga_pb.js";
import { SagaView } from "../gen/backstitch/v1/saga_pb.js";
import { throwIfFaults } from "./faults.ts";
import type { Call } from "./handlers.ts";
import { accepted, type Inbox } from "./inbox.ts";
import type { ApiDeps } from "./ports.ts";
import { describeSaga, loadSaga, sagaKeyOf } from "./sagas.ts";
import { askerOf, placeOf, requestIdOf, requireStep, type SagaVerb, type StepVerb } from "./verb-request.ts";

/** The fields that the requests of all verbs have. */
interface VerbRequest {
  readonly namespace: string;
  readonly sagaId: string;
  readonly requestId: string;
  readonly identity: string;
  readonly reason: string;
  readonly expectedRevision: bigint;
}

interface StepVerbRequest extends VerbRequest {
  readonly step: string;
  readonly item?: number | undefined;
}

/** What the answer holds, and how long to wait for the final state first. */
interface Wanted {
  readonly view: SagaView;
  readonly waitMs: number;
}

/** Does what people ask of a saga, or of one of its steps, and gives the saga as it is then. */
export interface Verbs {
  /** `read` checks the rest of the request. */
  ofSaga(request: VerbRequest, call: Call, verb: SagaVerb, read?: (faults: FaultList) => Wanted): Promise<WireSaga>;
  /** `read` checks what is asked. */
  ofStep(request: StepVerbRequest, call: Call, read: (faults: FaultList) => StepVerb): Promise<WireSaga>;
}

export function createVerbs(deps: ApiDeps, inbox: Inbox): Verbs {
  return {
    async ofSaga(request, call, verb, read = () => ({ view: SagaView.FULL, waitMs: 0 })) {
      const { key, requestId, asker, rest } = check(request, read);
      const { view, waitMs } = rest;
      const answer = await inbox.ask(key, { requestId, command: { ...asker, ...verb } }, call, waitMs);
      return describeSaga(deps, accepted(answer), view);
    },

    async ofStep(request, call, read) {
      const {
        key,
        requestId,
        asker,
        rest: verb,
      } = check(request, (faults) => {
        const verb = read(faults);
        requireStep(faults, request.step);
        return verb;
      });
      const { record, plan } = await loadSaga(deps, key);
      const place = placeOf(plan, record.state, request);
      const answer = await inbox.ask(key, { requestId, command: { ...asker, ...place, ...verb } }, call);
      return describeSaga(deps, accepted(answer), SagaView.FULL);
    },
  };
}

function check<T>(request: VerbRequest, read: (faults: FaultList) => T) {
  const faults = createFaultList();
  const key = sagaKeyOf(faults, request);
  const requestId = requestIdOf(faults, request.requestId);
  const asker = askerOf(faults, request);
  const rest = read(faults);
  throwIfFaults(faults.list);
  return { key, requestId, asker, rest };
}
