import { describe, expect, test } from "vitest";
import {
  type BarrierRow,
  type Decision,
  decide,
  isRecorded,
  type StoredAnswer,
} from "../../../sdk/typescript/src/barrier-rules.ts";

const done: StoredAnswer = { kind: "done", output: '{"id":1}' };
const undoDone = { kind: "done", output: "" } as const;
const refused: StoredAnswer = { kind: "rejected", code: "NO", message: "no" };
const pending = { kind: "pending" } as const;
const undone = { kind: "rejected", code: "UNDONE", message: "the effect was undone before" } as const;

const run: Decision = { kind: "run" };
const again = (answer: StoredAnswer): Decision => ({ kind: "answer", answer, record: false });
const record = (answer: StoredAnswer): Decision => ({ kind: "answer", answer, record: true });

const row = (doAnswer?: StoredAnswer, undoAnswer?: BarrierRow["undo"]): BarrierRow => ({
  do: doAnswer,
  undo: undoAnswer,
});

const cases: [string, "do" | "undo", BarrierRow | undefined, Decision][] = [
  ["the first Do runs", "do", undefined, run],
  ["a repeated Do is answered as the first time", "do", row(done), again(done)],
  ["a repeated Do that was refused is refused again", "do", row(refused), again(refused)],
  ["a repeated Do that was accepted is accepted again", "do", row(pending), again(pending)],
  ["a Do after its Undo is refused, and that is recorded", "do", row(undefined, undoDone), record(undone)],
  ["a repeated Do after the effect was undone is refused", "do", row(done, undoDone), again(undone)],
  ["a Do whose Undo was accepted is refused", "do", row(done, pending), again(undone)],
  ["a Do that was refused is refused with UNDONE after its Undo", "do", row(refused, undoDone), again(undone)],
  ["an Undo whose Do never came succeeds, and that is recorded", "undo", undefined, record(undoDone)],
  ["an Undo of a Do runs", "undo", row(done), run],
  ["an Undo of an accepted Do runs", "undo", row(pending), run],
  ["an Undo of a refused Do succeeds without running", "undo", row(refused), record(undoDone)],
  ["a repeated Undo is answered as the first time", "undo", row(done, undoDone), again(undoDone)],
  ["a repeated Undo that was accepted is accepted again", "undo", row(done, pending), again(pending)],
  ["a repeated Undo whose Do never came succeeds again", "undo", row(undone, undoDone), again(undoDone)],
];

describe("the barrier's rules", () => {
  test.each(cases)("%s", (_, direction, before, decision) => {
    expect(decide(direction, before)).toEqual(decision);
  });

  test("every answer is recorded but the refusal of an Undo", () => {
    const answers: StoredAnswer[] = [done, refused, pending];
    expect(answers.map((answer) => isRecorded("do", answer))).toEqual([true, true, true]);
    expect(answers.map((answer) => isRecorded("undo", answer))).toEqual([true, false, true]);
  });
});
