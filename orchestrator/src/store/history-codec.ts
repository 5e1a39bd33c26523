import type { HistoryEvent } from "../machine/effect.ts";
import type { Failure, SagaState } from "../machine/state.ts";
import { codeOfStatus, statusOfCode } from "./step-codec.ts";

/** Finds a payload that a batch refers to: `i3` is the input of step 3 as it was after that batch. */
export type ResolvePayload = (field: string) => string | undefined;

/**
 * One commit's entries as JSON text, `[<ms since the saga's start>, <entry>, ...]`. A payload that stands in the state
 * is referred to (1) and not repeated; so is a failure that an earlier entry of the batch tells already (its place).
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
  for (const entry of raw) events.push(decodeEvent(entry, events, resolve));
  return { at: createdAt + offset, events };
}

function encodeEvent(events: readonly HistoryEvent[], place: number, state: SagaState): string {
  const event = events[place]!;
  switch (event.kind) {
    case "sagaStarted":
      return `["a"]`;
    case "stepStarted":
      return `["b",${event.step},${event.attempt}${payload(event.input, state.steps[event.step]?.input)}]`;
    case "stepDone":
      return `["c",${event.step}${payload(event.output, state.steps[event.step]?.output)}]`;
    case "undoStarted":
      return `["d",${event.step},${event.attempt}${payload(event.input, state.steps[event.step]?.undoInput)}]`;
    case "stepUndone":
      return `["e",${event.step}]`;
    case "sagaFinished":
      return `["f",${codeOfStatus(event.status)}]`;
    default: {
      const first = "failure" in event ? placeOf(events, event.failure) : place;
      return JSON.stringify(["x", first < place ? { ...event, failure: first } : event]);
    }
  }
}

function payload(value: string | undefined, inState: string | undefined): string {
  if (value === undefined) return "";
  return value === inState ? ",1" : `,${JSON.stringify(value)}`;
}

function placeOf(events: readonly HistoryEvent[], failure: Failure): number {
  return events.findIndex((event) => "failure" in event && event.failure === failure);
}

function decodeEvent(entry: unknown[], earlier: readonly HistoryEvent[], resolve: ResolvePayload): HistoryEvent {
  const [code, step, third, fourth] = entry as [string, number, unknown, unknown];
  const text = (value: unknown, field: string) => (value === 1 ? resolve(field) : (value as string | undefined));
  const started = (field: string) => {
    const input = text(fourth, field);
    return { step, attempt: third as number, ...(input === undefined ? {} : { input }) };
  };
  switch (code) {
    case "a":
      return { kind: "sagaStarted" };
    case "b":
      return { kind: "stepStarted", ...started(`i${step}`) };
    case "c":
      return { kind: "stepDone", step, output: text(third, `o${step}`) ?? "{}" };
    case "d":
      return { kind: "undoStarted", ...started(`u${step}`) };
    case "e":
      return { kind: "stepUndone", step };
    case "f":
      return { kind: "sagaFinished", status: statusOfCode(step) };
    default: {
      const event = entry[1] as HistoryEvent & { failure?: Failure | number; nextAttemptAt?: number; until?: number };
      if (typeof event.failure === "number") event.failure = (earlier[event.failure] as { failure: Failure }).failure;
      // JSON leaves out what is undefined; the type has the field.
      if (event.kind === "stepFailed" || event.kind === "undoFailed")
        return { ...event, nextAttemptAt: event.nextAttemptAt };
      if (event.kind === "stepWaiting") return { ...event, until: event.until };
      return event;
    }
  }
}
