import { checkName, createFaultList } from "../definition/faults.ts";
import { names } from "../definition/limits.ts";
import { didYouMean } from "../definition/suggest.ts";
import type { Plan } from "../definition/types.ts";
import { SagaView } from "../gen/backstitch/v1/saga_pb.js";
import type { SignalSagaRequest, SignalSagaResponse } from "../gen/backstitch/v1/saga_service_pb.js";
import { invalidRequest, throwIfFaults } from "./faults.ts";
import { checkText, payloadOf } from "./fields.ts";
import type { Call } from "./handlers.ts";
import { accepted, type Inbox } from "./inbox.ts";
import { requestLimits } from "./limits.ts";
import type { ApiDeps } from "./ports.ts";
import { describeSaga, loadSaga, sagaKeyOf } from "./sagas.ts";
import { requestIdOf } from "./verb-request.ts";

/** Gives a saga a signal; it is kept when the answer comes, or taken by a step already. */
export async function signalSaga(
  deps: ApiDeps,
  inbox: Inbox,
  request: SignalSagaRequest,
  call: Call,
): Promise<SignalSagaResponse> {
  const { signal: name, identity } = request;
  const faults = createFaultList();
  const key = sagaKeyOf(faults, request);
  checkName(faults, "signal", name, names.signal);
  const payload = payloadOf(faults, "payload", request.payload) ?? "{}";
  const requestId = requestIdOf(faults, request.requestId);
  checkText(faults, "identity", identity, requestLimits.identity);
  throwIfFaults(faults.list);
  assertAwaited((await loadSaga(deps, key)).plan, name);
  const answer = await inbox.ask(key, { requestId, command: { kind: "signal", name, payload, identity } }, call);
  const saga = await describeSaga(deps, accepted(answer), SagaView.FULL);
  return { $typeName: "backstitch.v1.SignalSagaResponse", saga };
}

/** A signal that no step ever takes would be kept for nothing. */
function assertAwaited({ signals, definition, version }: Plan, name: string): void {
  if (signals.has(name)) return;
  const known = [...signals].sort();
  const has = known.length === 0 ? "it awaits no signals" : `it awaits ${known.map((s) => `'${s}'`).join(", ")}`;
  throw invalidRequest(
    "signal",
    "unknown_signal",
    `no step of definition '${definition.name}' version ${version} awaits '${name}': ${has}${didYouMean(name, known)}`,
  );
}
