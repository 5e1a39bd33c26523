import type { SagaState } from "../../machine/state.ts";
import { keyOf, memberOf } from "../keys.ts";
import { codeOfStatus, statusOfCode } from "../step-codec.ts";
import type { FeedEntry, SagaHeader } from "../store.ts";
import type { StreamEntry } from "./streams.ts";

/** One change in the feed: `member TAB revision TAB at TAB <status><direction> TAB definition TAB version TAB labels as JSON`. */
export function feedLine(header: SagaHeader, state: SagaState, revision: number, at: number): string {
  const direction = state.direction === "backward" ? 1 : 0;
  const { definition, version, labels } = header;
  const status = `${codeOfStatus(state.status)}${direction}`;
  return [memberOf(header), revision, at, status, definition, version, JSON.stringify(labels)].join("\t");
}

/** The lines of a feed's entry. */
export function linesOf(fields: StreamEntry[1]): string[] {
  return (fields ?? []).filter((_, i) => i % 2 === 1);
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
