import type { HistoryEvent } from "../machine/effect.ts";
import type { CallState, SagaState, StepState } from "../machine/state.ts";
import { type Fields, parseFence } from "./fields.ts";
import { decodeBatch, encodeBatch } from "./history-codec.ts";
import { keyOf } from "./keys.ts";
import { encodeItemsOutput, encodePayload, keptField, outputOf, payloadOf, signalField } from "./payloads.ts";
import { BLANK, decodeCall, decodeSaga, decodeStep, encodeCall, encodeSaga, encodeStep } from "./step-codec.ts";
import type { HistoryBatch, SagaHeader, SagaRecord } from "./store.ts";

/*
 * A saga's record is one hash:
 *   l    the fence: token.revision.updatedAt.counter; compared as a whole and replaced by every commit
 *   e    its live entry (s<id> in starts, c<id> in commands), p[<wakeAt>] while parked, f when final
 *   q    how many items its inbox has; k: crashes, as in Claimed; i: incarnation of the store it was last written under
 *   c    what never changes; m: what the state holds beside steps, signals and payloads
 *   s<step>, s<step>#<item>  a step, or an item of one, without payloads
 *   in, out  the saga's input and output
 *   i<step>, o<step>, u<step>, n<step>  input, output, Undo input and next input of a step; with #<item> of an item
 *   g    the signals that no step has taken; g<digest>: the payload of a signal
 *   h<revision>  history of that commit; it refers to payloads
 *   <payload>@<revision>  what a payload was before that commit replaced it
 *   r    answers to inbox items, the last RESULTS_KEPT
 */

/** History keeps its first and its last so many batches. */
export const HISTORY_KEPT = 500;
const PAYLOADS = [
  ["i", "input"],
  ["o", "output"],
  ["u", "undoInput"],
  ["n", "nextInput"],
] as const;

/** What a commit writes, as it comes together. */
interface Writing {
  readonly out: string[];
  readonly before: SagaState | undefined;
  readonly after: SagaState;
  readonly revision: number;
  /** Payloads that are kept as signals', with their fields. */
  readonly fromSignals: ReadonlyMap<string, string> | undefined;
}

/** The fields of a new saga, flat, without `l` and `e`. */
export function encodeNew(
  header: SagaHeader,
  state: SagaState,
  history: readonly HistoryEvent[],
  at: number,
  incarnation: string,
): string[] {
  const { definition, version, contentDigest, labels, metadata, parent, lock } = header;
  const { createdAt, seed, steps } = state;
  const fixed: unknown[] = [definition, version, contentDigest, createdAt, seed, steps.length, labels, metadata];
  if (parent || lock)
    fixed.push(parent ? [parent.sagaId, parent.step, parent.round, parent.depth, parent.stepName] : 0);
  if (lock) fixed.push([lock.name, lock.key]);
  const out = ["c", JSON.stringify(fixed), "i", incarnation, "m", encodeSaga(state), "in", state.input];
  pushState({ out, before: undefined, after: state, revision: 1, fromSignals: undefined }, history);
  out.push("h1", encodeBatch(history, state, at));
  return out;
}

/** The fields that a commit changes, flat, without `l` and `e`. Steps and items that are the same object are not looked at. */
export function encodeChanges(
  before: SagaState,
  after: SagaState,
  history: readonly HistoryEvent[],
  at: number,
  revision: number,
): string[] {
  const out: string[] = [];
  const saga = encodeSaga(after);
  if (saga !== encodeSaga(before)) out.push("m", saga);
  pushState({ out, before, after, revision, fromSignals: fieldsOfSignals(before, history) }, history);
  if (history.length > 0) out.push(`h${revision}`, encodeBatch(history, after, at));
  return out;
}

/** The batch that falls out of a long history with this commit. */
export function droppedBatch(revision: number): string | undefined {
  return revision > 2 * HISTORY_KEPT ? `h${revision - HISTORY_KEPT}` : undefined;
}

function fieldsOfSignals(before: SagaState, history: readonly HistoryEvent[]): Map<string, string> | undefined {
  let found: Map<string, string> | undefined;
  const note = (payload: string, field: string) => {
    found ??= new Map();
    found.set(payload, field);
  };
  for (const signal of before.signals) note(signal.payload, keptField(signal));
  for (const event of history) if (event.kind === "signalReceived") note(event.payload, signalField(event.payload));
  return found;
}

function pushState(writing: Writing, history: readonly HistoryEvent[]): void {
  const { before, after } = writing;
  pushSignals(writing, history);
  pushPayload(writing, "out", before?.output, after.output, undefined);
  for (let i = 0; i < after.steps.length; i++) {
    const step = after.steps[i]!;
    if (step !== before?.steps[i]) pushStep(writing, i, before?.steps[i], step);
  }
}

function pushSignals({ out, before, after, fromSignals }: Writing, history: readonly HistoryEvent[]): void {
  const { signals, createdAt } = after;
  const changed = signals !== before?.signals && signals.length + (before?.signals.length ?? 0) > 0;
  if (!changed && fromSignals === undefined) return;
  const payloads = new Map<string, string>();
  for (const event of history) if (event.kind === "signalReceived") payloads.set(event.payload, "");
  for (const signal of signals) if (!before?.signals.includes(signal)) payloads.set(signal.payload, "");
  for (const payload of payloads.keys()) out.push(signalField(payload), payload);
  if (!changed) return;
  const kept = signals.map((signal) => [signal.name, signal.at - createdAt, keptField(signal)]);
  out.push("g", kept.length === 0 ? "" : JSON.stringify(kept));
}

function pushStep(writing: Writing, index: number, before: StepState | undefined, after: StepState): void {
  const { createdAt } = writing.after;
  const text = encodeStep(after, createdAt);
  const [items, itemsBefore] = [after.items, before?.items];
  if (items === undefined && itemsBefore === undefined) {
    if (before !== undefined || text !== BLANK) writing.out.push(`s${index}`, text);
    pushPayloads(writing, `${index}`, before, after, undefined);
    return;
  }
  // Of most commits only an item is news.
  if (before === undefined || text !== encodeStep(before, createdAt)) writing.out.push(`s${index}`, text);
  pushPayloads(writing, `${index}`, before, after, items);
  pushItems(writing, index, itemsBefore ?? [], items ?? []);
  const again = before?.output === after.output && after.output !== undefined;
  if (again && itemsBefore?.some((item, i) => item.output !== items?.[i]?.output)) {
    // It may have been put together from the items' until now.
    writing.out.push(`o${index}`, encodeItemsOutput(after.output, items ?? []) ?? after.output!);
  }
}

function pushItems(writing: Writing, index: number, before: readonly CallState[], after: readonly CallState[]): void {
  const { createdAt } = writing.after;
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    if (before[i] === after[i]) continue;
    const now = after[i] === undefined ? BLANK : encodeCall(after[i]!, createdAt);
    const was = before[i] === undefined ? BLANK : encodeCall(before[i]!, createdAt);
    if (now !== was) writing.out.push(`s${index}#${i}`, now);
    pushPayloads(writing, `${index}#${i}`, before[i], after[i], undefined);
  }
}

function pushPayloads(
  writing: Writing,
  place: string,
  before: CallState | undefined,
  after: CallState | undefined,
  items: readonly CallState[] | undefined,
): void {
  for (const [letter, name] of PAYLOADS) {
    pushPayload(writing, letter + place, before?.[name], after?.[name], name === "output" ? items : undefined);
  }
}

/** `items`: where it is the output of a step that has them. */
function pushPayload(
  { out, before, after, revision, fromSignals }: Writing,
  field: string,
  was: string | undefined,
  now: string | undefined,
  items: readonly CallState[] | undefined,
): void {
  if (now === was) return;
  out.push(field, (items && encodeItemsOutput(now, items)) ?? encodePayload(now, after, fromSignals));
  if (was !== undefined) out.push(`${field}@${revision}`, encodePayload(was, before!, undefined));
}

/** What never changes, from the field `c`. */
export function decodeFixed(
  member: string,
  text: string,
): { header: SagaHeader; createdAt: number; seed: number; count: number } {
  const [definition, version, contentDigest, createdAt, seed, count, labels, metadata, parent, lock] = JSON.parse(text);
  const header = {
    ...keyOf(member),
    definition,
    version,
    labels,
    metadata,
    contentDigest,
    parent: parent
      ? { sagaId: parent[0], step: parent[1], round: parent[2], depth: parent[3], stepName: parent[4] }
      : undefined,
    lock: lock && { name: lock[0], key: lock[1] },
  };
  return { header, createdAt, seed, count };
}

export function decodeRecord(member: string, fields: Fields): SagaRecord {
  const { header, createdAt, seed, count } = decodeFixed(member, fields.get("c")!);
  const steps: StepState[] = [];
  for (let i = 0; i < count; i++) steps.push(decodeStepAt(fields, i, createdAt));
  const { revision, at } = parseFence(fields.get("l")!);
  const entry = fields.get("e")!;
  return {
    header,
    state: {
      ...decodeSaga(fields.get("m")!),
      steps,
      input: fields.get("in")!,
      output: payloadOf(fields, fields.get("out")),
      signals: decodeSignals(fields, createdAt),
      createdAt,
      seed,
    },
    revision,
    updatedAt: at,
    wakeAt: entry.length > 1 && entry[0] === "p" ? Number(entry.slice(1)) : undefined,
  };
}

function decodeStepAt(fields: Fields, index: number, createdAt: number): StepState {
  const payload = (field: string) => payloadOf(fields, fields.get(field));
  const payloadsAt = (place: string) => ({
    input: payload(`i${place}`),
    output: payload(`o${place}`),
    undoInput: payload(`u${place}`),
    nextInput: payload(`n${place}`),
  });
  const step = decodeStep(fields.get(`s${index}`) ?? BLANK, createdAt, payloadsAt(`${index}`));
  if (step.items === undefined) return { ...step, items: undefined };
  const items = Array.from({ length: step.items }, (_, i) => {
    const place = `${index}#${i}`;
    return decodeCall(fields.get(`s${place}`) ?? BLANK, createdAt, payloadsAt(place));
  });
  return { ...step, items, output: outputOf(fields, fields.get(`o${index}`), items) };
}

function decodeSignals(fields: Fields, createdAt: number): SagaState["signals"] {
  const kept: [name: string, at: number, field: string][] = JSON.parse(fields.get("g") || "[]");
  return kept.map(([name, at, field]) => ({ name, payload: fields.get(field)!, at: createdAt + at }));
}

export function decodeHistory(member: string, fields: Fields): { record: SagaRecord; batches: HistoryBatch[] } {
  const record = decodeRecord(member, fields);
  const { steps, createdAt } = record.state;
  const replaced = replacedPayloads(fields);
  const batches: HistoryBatch[] = [];
  for (const [field, text] of fields) {
    if (field[0] !== "h") continue;
    const revision = Number(field.slice(1));
    const resolve = (name: string) => {
      const later = replaced.get(name)?.find((old) => old.revision > revision);
      const value = later ? later.value : fields.get(name);
      return outputOf(fields, value, steps[Number(name.slice(1))]?.items ?? []);
    };
    batches.push({ revision, ...decodeBatch(text, createdAt, resolve) });
  }
  return { record, batches: batches.sort((a, b) => a.revision - b.revision) };
}

/** What payloads were before they were replaced, oldest first. */
function replacedPayloads(fields: Fields): Map<string, { revision: number; value: string }[]> {
  const replaced = new Map<string, { revision: number; value: string }[]>();
  for (const [field, value] of fields) {
    const [name = "", revision] = field.split("@");
    if (revision === undefined) continue;
    const list = replaced.get(name) ?? [];
    list.push({ revision: Number(revision), value });
    replaced.set(name, list);
  }
  for (const list of replaced.values()) list.sort((a, b) => a.revision - b.revision);
  return replaced;
}
