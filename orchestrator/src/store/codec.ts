import type { HistoryEvent, Refusal } from "../machine/effect.ts";
import type { SagaState, StepState } from "../machine/state.ts";
import { decodeBatch, encodeBatch } from "./history-codec.ts";
import { keyOf } from "./keys.ts";
import { BLANK_STEP, decodeSaga, decodeStep, encodeSaga, encodeStep } from "./step-codec.ts";
import type { HistoryBatch, RequestResult, SagaHeader, SagaRecord } from "./store.ts";

/*
 * A saga's record is one hash:
 *   l    the fence: token.revision.updatedAt.counter; compared as a whole and replaced by every commit
 *   e    its live entry (s<id> in starts, c<id> in commands), p[<wakeAt>] while parked, f when final
 *   q    how many items its inbox has; k: crashes, as in Claimed; i: incarnation of the store
 *   c    what never changes; m: what the state holds beside steps and payloads; s<step>: a step without payloads
 *   in   the saga's input; i<step>, o<step>, u<step>: input, output and Undo input of a step
 *   h<revision>  history of that commit; it refers to payloads
 *   <payload>@<revision>  what a payload was before that commit replaced it
 *   r    answers to inbox items, the last RESULTS_KEPT
 */

/** History keeps its first and its last so many batches. */
export const HISTORY_KEPT = 500;
const RESULTS_KEPT = 64;
/** In place of a payload: the same as the saga's input. No JSON text. */
const SAME_AS_INPUT = "=";
const PAYLOADS = [
  ["i", "input"],
  ["o", "output"],
  ["u", "undoInput"],
] as const;

export type Fields = Map<string, string>;

/** A HGETALL reply. */
export function fieldsOf(flat: readonly string[]): Fields {
  const fields: Fields = new Map();
  for (let i = 0; i < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!);
  return fields;
}

/** The fields of a new saga, flat, without `l` and `e`. */
export function encodeNew(
  header: SagaHeader,
  state: SagaState,
  history: readonly HistoryEvent[],
  at: number,
  incarnation: string,
): string[] {
  const { definition, version, contentDigest, labels, metadata } = header;
  const fixed = [definition, version, contentDigest, state.createdAt, state.seed, state.steps.length, labels, metadata];
  const out = ["c", JSON.stringify(fixed), "i", incarnation, "m", encodeSaga(state), "in", state.input];
  for (let i = 0; i < state.steps.length; i++) pushStep(out, i, undefined, state.steps[i]!, state, 1);
  out.push("h1", encodeBatch(history, state, at));
  return out;
}

/** The fields that a commit changes, flat, without `l` and `e`. Steps that are the same object are not looked at. */
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
  for (let i = 0; i < after.steps.length; i++) {
    const step = after.steps[i]!;
    if (step !== before.steps[i]) pushStep(out, i, before.steps[i], step, after, revision);
  }
  if (history.length > 0) out.push(`h${revision}`, encodeBatch(history, after, at));
  return out;
}

/** The batch that falls out of a long history with this commit. */
export function droppedBatch(revision: number): string | undefined {
  return revision > 2 * HISTORY_KEPT ? `h${revision - HISTORY_KEPT}` : undefined;
}

function pushStep(
  out: string[],
  index: number,
  before: StepState | undefined,
  after: StepState,
  state: SagaState,
  revision: number,
): void {
  const text = encodeStep(after, state.createdAt);
  if (before !== undefined || text !== BLANK_STEP) out.push(`s${index}`, text);
  for (const [letter, name] of PAYLOADS) {
    const now = after[name];
    const was = before?.[name];
    if (now === was) continue;
    out.push(`${letter}${index}`, now === undefined ? "" : now === state.input ? SAME_AS_INPUT : now);
    if (was !== undefined) out.push(`${letter}${index}@${revision}`, was);
  }
}

export function decodeRecord(member: string, fields: Fields): SagaRecord {
  const [definition, version, contentDigest, createdAt, seed, count, labels, metadata] = JSON.parse(fields.get("c")!);
  const input = fields.get("in")!;
  const payload = (field: string) => payloadOf(fields.get(field), input);
  const steps: StepState[] = [];
  for (let i = 0; i < count; i++) {
    const payloads = { input: payload(`i${i}`), output: payload(`o${i}`), undoInput: payload(`u${i}`) };
    steps.push(decodeStep(fields.get(`s${i}`) ?? BLANK_STEP, createdAt, payloads));
  }
  const { revision, at } = parseFence(fields.get("l")!);
  const entry = fields.get("e")!;
  return {
    header: { ...keyOf(member), definition, version, labels, metadata, contentDigest },
    state: { ...decodeSaga(fields.get("m")!), steps, input, createdAt, seed },
    revision,
    updatedAt: at,
    wakeAt: entry.length > 1 && entry[0] === "p" ? Number(entry.slice(1)) : undefined,
  };
}

export function decodeHistory(fields: Fields): HistoryBatch[] {
  const createdAt = JSON.parse(fields.get("c")!)[3];
  const input = fields.get("in")!;
  const replaced = replacedPayloads(fields);
  const batches: HistoryBatch[] = [];
  for (const [field, text] of fields) {
    if (field[0] !== "h") continue;
    const revision = Number(field.slice(1));
    const resolve = (name: string) => {
      const later = replaced.get(name)?.find((old) => old.revision > revision);
      return payloadOf(later ? later.value : fields.get(name), input);
    };
    batches.push({ revision, ...decodeBatch(text, createdAt, resolve) });
  }
  return batches.sort((a, b) => a.revision - b.revision);
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

function payloadOf(value: string | undefined, input: string): string | undefined {
  return value === SAME_AS_INPUT ? input : value || undefined;
}

export function formatFence(token: string, revision: number, at: number, counter: number): string {
  return `${token}.${revision}.${at}.${counter}`;
}

export function parseFence(fence: string): { token: string; revision: number; at: number } {
  const [token = "", revision, at] = fence.split(".");
  return { token, revision: Number(revision), at: Number(at) };
}

/** Results as one text, `\n<request id as JSON>\t<refusal>` each: a script finds one without parsing. */
export function addResults(text: string, results: readonly RequestResult[]): string {
  let all = text;
  for (const { requestId, refusal } of results) all += `\n${JSON.stringify(requestId)}\t${refusal ?? ""}`;
  const lines = all.split("\n");
  return lines.length <= RESULTS_KEPT + 1 ? all : `\n${lines.slice(-RESULTS_KEPT).join("\n")}`;
}

export function findResult(text: string, requestId: string): RequestResult | undefined {
  const start = text.lastIndexOf(`\n${JSON.stringify(requestId)}\t`);
  if (start < 0) return undefined;
  const line = text.slice(start + 1).split("\n", 1)[0]!;
  return { requestId, refusal: (line.slice(line.indexOf("\t") + 1) || undefined) as Refusal };
}
