import type { SagaState } from "../../machine/state.ts";
import { keyOf, memberOf } from "../keys.ts";
import { codeOfStatus, statusOfCode } from "../step-codec.ts";
import type { FeedEntry, SagaHeader } from "../store.ts";

/** Headers do not change, so neither does what they contribute. */
const heads = new WeakMap<SagaHeader, string>();

/** One change in the feed: `member TAB revision TAB at TAB <status><direction> TAB definition TAB version TAB labels as JSON`. */
export function feedLine(header: SagaHeader, state: SagaState, revision: number, at: number): string {
  let tail = heads.get(header);
  if (tail === undefined) {
    tail = `${header.definition}\t${header.version}\t${JSON.stringify(header.labels)}`;
    heads.set(header, tail);
  }
  const direction = state.direction === "backward" ? 1 : 0;
  return `${memberOf(header)}\t${revision}\t${at}\t${codeOfStatus(state.status)}${direction}\t${tail}`;
}

/** Which saga a line is about, without reading the rest of it. */
export function memberOfLine(line: string): string {
  return line.slice(0, line.indexOf("\t"));
}

export function parseFeedLine(line: string): FeedEntry {
  const [member = "", revision, at, code = "", definition = "", version, labels = "{}"] = line.split("\t");
  return {
    ...keyOf(member),
    definition,
    version: Number(version),
    status: statusOfCode(code[0]),
    direction: code[1] === "1" ? "backward" : "forward",
    revision: Number(revision),
    at: Number(at),
    labels: JSON.parse(labels),
  };
}
