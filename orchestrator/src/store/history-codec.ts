import { callAt, type Place } from "../machine/calls.ts";
import type { HistoryEvent } from "../machine/effect.ts";
import type { Failure, SagaState } from "../machine/state.ts";
import { signalField } from "./payloads.ts";
import { codeOfStatus, decodeWait, encodeWait, statusOfCode, type WaitText } from "./step-codec.ts";

/** Finds a payload that a batch refers to: `i3` is the input of step 3 as it was after that batch. */
export type ResolvePayload = (field: string) => string | undefined;

/**
 * One commit's entries as JSON text, `[<ms since the saga's start>, <entry>, ...]`. A payload that stands in the state
 * is referred to (1) and not repeated; so is a failure that an earlier entry of the batch tells already (its place).
 * An item of a step is `[<step>, <item>]`.
 */
export function encodeBatch(events: readonly HistoryEvent[], state: SagaState, at: number): string {
  let text = `[${at - state.createdAt}`;
  for (let i = 0; i < events.length; i++) text += `,${encodeEvent(events, i, state)}`;
  return `${text}]`;
}

export function decodeBatch(
  text: string,
  createdAt: number,
  resolve: ResolvePayload,
): { at: number; events: readonly HistoryEvent[] } {
  const [offset, ...raw] = JSON.parse(text) as [number, ...unknown[][]];
  const events: HistoryEvent[] = [];
  for (const entry of raw) events.push(decodeEvent(entry, events, createdAt, resolve));
  return { at: createdAt + offset, events };
}

function encodeEvent(events: readonly HistoryEvent[], index: number, state: SagaState): string {
  const event = events[index]!;
  switch (event.kind) {
    case "sagaStarted":
      return `["a"]`;
    case "stepStarted":
      return `["b",${place(event)},${event.attempt}${payload(event.input, callAt(state, event)?.input)}]`;
    case "stepDone":
      return `["c",${place(event)}${payload(event.output, callAt(state, event)?.output)}]`;
    case "undoStarted": {
      const call = callAt(state, event);
      const input = payload(event.input, call?.undoInput);
      if (event.doInput === undefined) return `["d",${place(event)},${event.attempt}${input}]`;
      return `["D",${place(event)},${event.attempt}${payload(event.doInput, call?.input)}${input}]`;
    }
    case "stepUndone":
      return `["e",${place(event)}]`;
    case "stepSkipped":
      return `["k",${place(event)}${payload(event.output, callAt(state, event)?.output)}]`;
    case "stepResolved":
      return `["r",${place(event)},"${event.resolution}"${payload(event.output, callAt(state, event)?.output)}]`;
    case "stepRetried":
      // Kept as the next input where the present round is to be undone first.
      return event.input !== undefined && event.input === callAt(state, event)?.nextInput
        ? `["t",${place(event)},2]`
        : `["t",${place(event)}${payload(event.input, callAt(state, event)?.input)}]`;
    case "stepWaiting":
      return `["w",${place(event)},${JSON.stringify(encodeWait(event, state.createdAt))}]`;
    case "itemsListed": {
      const items = state.steps[event.step]?.items ?? [];
      const same = event.inputs.length === items.length && items.every(({ input }, i) => input === event.inputs[i]);
      return `["l",${event.step},${same ? items.length : JSON.stringify(event.inputs)}]`;
    }
    case "signalReceived":
      return JSON.stringify(["g", event.name, signalField(event.payload), event.identity]);
    case "sagaFinished": {
      const output = payload(event.output, state.output);
      if (event.failure === undefined) return `["f",${codeOfStatus(event.status)}${output}]`;
      return `["f",${codeOfStatus(event.status)}${output || ",0"},${JSON.stringify(event.failure)}]`;
    }
    default: {
      const first = "failure" in event ? placeOf(events, event.failure) : index;
      return JSON.stringify(["x", first < index ? { ...event, failure: first } : event]);
    }
  }
}

function place({ step, item }: Place): string {
  return item === undefined ? `${step}` : `[${step},${item}]`;
}

function payload(value: string | undefined, inState: string | undefined): string {
  if (value === undefined) return "";
  return value === inState ? ",1" : `,${JSON.stringify(value)}`;
}

/** Of the entries that are written whole: an entry of another form has its failure to itself. */
function placeOf(events: readonly HistoryEvent[], failure: Failure): number {
  return events.findIndex((event) => "failure" in event && event.failure === failure && event.kind !== "sagaFinished");
}

function decodeEvent(
  entry: unknown[],
  earlier: readonly HistoryEvent[],
  createdAt: number,
  resolve: ResolvePayload,
): HistoryEvent {
  const [code, second, third, fourth, fifth] = entry as [string, unknown, unknown, unknown, unknown];
  const text = (value: unknown, field: string) => (value === 1 ? resolve(field) : (value as string | undefined));
  const [step, item] = (Array.isArray(second) ? second : [second]) as [number, number | undefined];
  const at: Place = item === undefined ? { step } : { step, item };
  const name = item === undefined ? `${step}` : `${step}#${item}`;
  const inputOf = (value: unknown, field: string) => given("input", text(value, field));
  const outputOf = (value: unknown) => given("output", text(value, `o${name}`));
  switch (code) {
    case "a":
      return { kind: "sagaStarted" };
    case "b":
      return { kind: "stepStarted", ...at, attempt: third as number, ...inputOf(fourth, `i${name}`) };
    case "c":
      return { kind: "stepDone", ...at, output: text(third, `o${name}`) ?? "{}" };
    case "d":
      return { kind: "undoStarted", ...at, attempt: third as number, ...inputOf(fourth, `u${name}`) };
    case "D": {
      const doInput = given("doInput", text(fourth, `i${name}`));
      return { kind: "undoStarted", ...at, attempt: third as number, ...doInput, ...inputOf(fifth, `u${name}`) };
    }
    case "e":
      return { kind: "stepUndone", ...at };
    case "k":
      return { kind: "stepSkipped", ...at, ...outputOf(third) };
    case "r":
      return { kind: "stepResolved", ...at, resolution: third as "doApplied", ...outputOf(fourth) };
    case "t":
      return {
        kind: "stepRetried",
        ...at,
        ...(third === 2 ? given("input", resolve(`n${name}`)) : inputOf(third, `i${name}`)),
      };
    case "w":
      return { kind: "stepWaiting", ...at, ...decodeWait(third as WaitText, createdAt)! };
    case "l": {
      const inputs = Array.isArray(third)
        ? (third as string[])
        : Array.from({ length: third as number }, (_, i) => resolve(`i${step}#${i}`) ?? "{}");
      return { kind: "itemsListed", step, inputs };
    }
    case "g": {
      const signal = { name: second as string, payload: resolve(third as string) ?? "{}", identity: fourth as string };
      return { kind: "signalReceived", ...signal };
    }
    case "f": {
      const output = given("output", third === 0 ? undefined : text(third, "out"));
      return { kind: "sagaFinished", status: statusOfCode(step), ...output, ...given("failure", fourth as Failure) };
    }
    default:
      return decodeWhole(second as WholeEvent, earlier);
  }
}

/** An entry written whole. JSON leaves out what is undefined, and a failure may be a place. */
type WholeEvent = HistoryEvent & { failure?: Failure | number; nextAttemptAt?: number };

function decodeWhole(event: WholeEvent, earlier: readonly HistoryEvent[]): HistoryEvent {
  if (typeof event.failure === "number") event.failure = (earlier[event.failure] as { failure: Failure }).failure;
  if (event.kind === "stepFailed" || event.kind === "undoFailed")
    return { ...event, nextAttemptAt: event.nextAttemptAt };
  return event;
}

function given<K extends string, V>(name: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [name in K]: V });
}
