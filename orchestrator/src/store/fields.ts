import type { Refusal } from "../machine/effect.ts";
import type { RequestResult } from "./store.ts";

/** A record as Redis keeps it: the fields of a hash. */
export type Fields = Map<string, string>;

/** A HGETALL reply. */
export function fieldsOf(flat: readonly string[]): Fields {
  const fields: Fields = new Map();
  for (let i = 0; i < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!);
  return fields;
}

export function formatFence(token: string, revision: number, at: number, counter: number): string {
  return `${token}.${revision}.${at}.${counter}`;
}

export function parseFence(fence: string): { token: string; revision: number; at: number } {
  const [token = "", revision, at] = fence.split(".");
  return { token, revision: Number(revision), at: Number(at) };
}

const RESULTS_KEPT = 64;

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
