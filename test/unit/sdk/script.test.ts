import { expect, test } from "vitest";
import { Pending, Rejected, type StatusError } from "../../../sdk/typescript/src/answers.ts";
import type { UndoContext } from "../../../sdk/typescript/src/context.ts";
import { directionsOf, playOf, type Script, script } from "../../../sdk/typescript/src/testing/script.ts";

/** What a script answers to so many calls, in words. */
function answersOf(played: Script<UndoContext> | undefined, calls: number): unknown[] {
  const play = playOf(played);
  return Array.from({ length: calls }, (_, call) => {
    try {
      const value = play({ call }, {} as UndoContext);
      if (value instanceof Rejected) return `rejected ${value.code}`;
      return value instanceof Pending ? "pending" : value;
    } catch (error) {
      return `status ${(error as StatusError).status}`;
    }
  });
}

const { done, reject, pending, fail } = script;
const cases: [string, Script<UndoContext> | undefined, unknown[]][] = [
  ["an answer alone stays", done({ id: 1 }), [{ id: 1 }, { id: 1 }]],
  ["a refusal alone stays", reject("NO"), ["rejected NO", "rejected NO"]],
  ["a failure alone stays", fail("UNAVAILABLE"), ["status 14", "status 14"]],
  ["after so many failures all is done", fail("UNAVAILABLE", 2), ["status 14", "status 14", undefined]],
  [
    "several answers follow each other, and the last one stays",
    [pending(), reject("NO")],
    ["pending", "rejected NO", "rejected NO"],
  ],
  ["failures may go before an answer", [fail("ABORTED", 2), done()], ["status 10", "status 10", {}, {}]],
  ["a failure before another answer comes once", [fail("ABORTED"), done()], ["status 10", {}]],
  ["a handler sees what comes", [done(), (input) => ({ seen: input.call })], [{}, { seen: 1 }, { seen: 2 }]],
  ["without a script all is done", undefined, [undefined, undefined]],
  ["an empty script is none", [], [undefined]],
];

test.each(cases)("%s", (_, played, answers) => {
  expect(answersOf(played, answers.length)).toEqual(answers);
});

test("a script is that of the Do, unless it names its direction", () => {
  const handler = () => ({});
  for (const played of [done(), handler, [done(), handler]]) expect(directionsOf(played)).toEqual({ do: played });
  const undo = reject("NO");
  expect(directionsOf({ undo })).toEqual({ do: undefined, undo });
});

test("a real action keeps its own object", () => {
  const action = {
    id: 7,
    do() {
      return { id: this.id };
    },
  };
  expect(answersOf(directionsOf(action).do as Script<UndoContext>, 1)).toEqual([{ id: 7 }]);
});
