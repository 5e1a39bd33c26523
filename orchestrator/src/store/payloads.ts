import { hash } from "node:crypto";
import type { CallState, KeptSignal, SagaState } from "../machine/state.ts";
import type { Fields } from "./fields.ts";

/*
 * Payloads are fields of their own, each written once. Where one is needed twice a reference stands in its place, which
 * no JSON text of an object looks like:
 *   =            the saga's input
 *   =*           in place of a for_each step's output: put together from those of its items
 *   =g<digest>   a signal's payload; so does the output of the step that took it
 */
const SAME_AS_INPUT = "=";
const OF_ITEMS = "=*";
const DIGEST_LENGTH = 16;

const digests = new WeakMap<KeptSignal, string>();

/** The field that keeps a signal's payload: named by its content, so that nothing else need be remembered of it. */
export function signalField(payload: string): string {
  return `g${hash("sha256", payload, "base64url").slice(0, DIGEST_LENGTH)}`;
}

/** The same of a signal that is kept, digested once. */
export function keptField(signal: KeptSignal): string {
  let field = digests.get(signal);
  if (field === undefined) {
    field = signalField(signal.payload);
    digests.set(signal, field);
  }
  return field;
}

/** What stands in the field of a payload of this state. `fromSignals`: payloads that are kept as signals', with their fields. */
export function encodePayload(
  payload: string | undefined,
  state: SagaState,
  fromSignals: ReadonlyMap<string, string> | undefined,
): string {
  if (payload === undefined) return "";
  if (payload === state.input) return SAME_AS_INPUT;
  const field = fromSignals?.get(payload);
  return field === undefined ? payload : `=${field}`;
}

/** The output of a for_each step where that follows from its items': then it is not written again. */
export function encodeItemsOutput(output: string | undefined, items: readonly CallState[]): string | undefined {
  return output !== undefined && output === outputOfItems(items) ? OF_ITEMS : undefined;
}

/** The payload that a field's value stands for; undefined where there is none. */
export function payloadOf(fields: Fields, value: string | undefined): string | undefined {
  if (!value) return undefined;
  if (value[0] !== "=") return value;
  return fields.get(value === SAME_AS_INPUT ? "in" : value.slice(1));
}

/** The same for the output of a step with these items. */
export function outputOf(
  fields: Fields,
  value: string | undefined,
  items: readonly Pick<CallState, "output">[],
): string | undefined {
  return value === OF_ITEMS ? outputOfItems(items) : payloadOf(fields, value);
}

function outputOfItems(items: readonly Pick<CallState, "output">[]): string {
  return `{"items":[${items.map(({ output }) => output ?? "null").join(",")}]}`;
}
