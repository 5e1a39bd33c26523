import { type Outcome, outcomeOfReturn, outcomeOfThrow, StatusError } from "../../../sdk/typescript/src/answers.ts";
import type { DoContext, UndoContext } from "../../../sdk/typescript/src/context.ts";
import { pending, rejected, retryAfter } from "../../../sdk/typescript/src/index.ts";
import type { DoResult } from "../../../sdk/typescript/src/participant.ts";

/** The rules that this barrier can be told to break. */
export type BarrierFlaw =
  | "no barrier"
  | "answers duplicates anew"
  | "forgets refusals"
  | "forgets what was accepted"
  | "remembers failures"
  | "applies after Undo"
  | "runs the Undo of nothing"
  | "runs the Undo of a refusal"
  | "keeps the work of a refusal"
  | "keeps the work of a failure"
  | "remembers a refused Undo"
  | "does not lock"
  | "lets an empty effect id pass";

/** What a ledger would have of an effect. */
export interface Effect {
  applied: number;
  undone: number;
  do?: Outcome;
  undo?: Outcome;
  busy: Promise<unknown>;
}

/** A barrier without a database, which keeps every rule but the one it is told to break. */
export function createMemoryBarrier(flaw: string | undefined) {
  const effects = new Map<string, Effect>();
  const has = (other: BarrierFlaw) => flaw === other;

  function effectOf(id: string): Effect {
    let effect = effects.get(id);
    if (effect === undefined) {
      effect = { applied: 0, undone: 0, busy: Promise.resolve() };
      effects.set(id, effect);
    }
    return effect;
  }

  /** What stands already, and is to be answered without the handler. */
  function standing(direction: "do" | "undo", effect: Effect): Outcome | undefined {
    if (has("no barrier")) return undefined;
    const undone: Outcome = { kind: "rejected", code: "UNDONE", message: "the effect was undone before" };
    if (direction === "do") return effect.undo !== undefined && !has("applies after Undo") ? undone : effect.do;
    if (effect.undo !== undefined) return effect.undo;
    const nothing = effect.do === undefined && !has("runs the Undo of nothing");
    const refused = effect.do?.kind === "rejected" && !has("runs the Undo of a refusal");
    if (nothing || refused) effect.undo = { kind: "done", output: "" };
    return effect.undo;
  }

  function isKept(direction: "do" | "undo", { kind }: Outcome): boolean {
    if (kind === "error") return has("remembers failures");
    if (kind === "pending") return !has("forgets what was accepted");
    if (kind === "rejected") return direction === "do" ? !has("forgets refusals") : has("remembers a refused Undo");
    return true;
  }

  async function run(direction: "do" | "undo", context: DoContext, work: () => Promise<DoResult>): Promise<DoResult> {
    if (context.effectId === "" && !has("lets an empty effect id pass")) throw new StatusError(3, "no effect id");
    const effect = effectOf(context.effectId);
    const before = standing(direction, effect);
    if (before !== undefined) {
      const anew = has("answers duplicates anew") && before.kind === "done" && direction === "do";
      return anew ? { id: Math.random() } : reply(before);
    }
    const entry = direction === "do" ? "applied" : "undone";
    effect[entry]++;
    const outcome = await work().then(
      (value) => outcomeOfReturn(value, direction),
      (error) => outcomeOfThrow(error),
    );
    const takenBack = outcome.kind === "rejected" ? !has("keeps the work of a refusal") : outcome.kind === "error";
    if (takenBack && !(outcome.kind === "error" && has("keeps the work of a failure"))) effect[entry]--;
    if (isKept(direction, outcome)) effect[direction] = outcome;
    return reply(outcome);
  }

  return {
    effectOf,
    /** Runs one command after the other for an effect. */
    guard(
      direction: "do" | "undo",
      context: DoContext | UndoContext,
      work: () => Promise<DoResult>,
    ): Promise<DoResult> {
      const effect = effectOf(context.effectId);
      const turn = has("does not lock") ? Promise.resolve() : effect.busy;
      const result = turn.then(() => run(direction, context, work));
      effect.busy = result.catch(() => {});
      return result;
    },
  };
}

function reply(outcome: Outcome): DoResult {
  switch (outcome.kind) {
    case "done":
      return outcome.output === "" ? undefined : JSON.parse(outcome.output);
    case "pending":
      return pending();
    case "rejected":
      return rejected(
        outcome.code,
        outcome.message,
        outcome.details === undefined ? undefined : JSON.parse(outcome.details),
      );
    case "error":
      if (outcome.retryAfterMs !== undefined) throw retryAfter(outcome.retryAfterMs, outcome.message);
      throw new StatusError(outcome.status, outcome.message);
  }
}
