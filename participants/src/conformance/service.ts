import type { Action, BarrierHandlers, DoContext } from "@backstitch/sdk";
import type { Database, Sql } from "../database/database.ts";
import { writeLedger } from "../ledger.ts";
import type { ShopService } from "../service.ts";
import { behave, type Told } from "./behaviours.ts";
import { createCounts, type EffectCounts } from "./counts.ts";

/** The participant that the conformance kit of test/conformance is run against. */
export const conformanceService: ShopService = {
  name: "conformance",
  schema: "",
  actions: Object.fromEntries(
    ["a", "b", "c", "d", "e", "f"].map((name) => [name, { do: () => ({ of: name }), undo() {} }]),
  ),
  ownActions(database) {
    const countsOf = createCounts();
    return {
      effect: database.action(effect(countsOf)),
      bare: bare(countsOf),
      echo,
      count: { do: ({ effect_id }: { effect_id: string }) => count(database, effect_id, countsOf(effect_id)) },
    };
  },
};

type CountsOf = (effectId: string) => EffectCounts;

/** Behaves as told behind the barrier. The ledger's line comes first, so that a refusal or a failure has to take it back. */
function effect(countsOf: CountsOf): BarrierHandlers<Sql> {
  return {
    async do(sql, told: Told, context) {
      await writeLedger(sql, context, "do");
      return behave(told, "do", context, () => countsOf(context.effectId).aborted++);
    },
    async undo(sql, _input, context) {
      await writeLedger(sql, context, "undo");
      await behave(context.doInput, "undo", context, () => countsOf(context.effectId).aborted++);
    },
  };
}

/** Behaves as told without a barrier or a database, and says how often it was begun. */
function bare(countsOf: CountsOf): Action {
  return {
    async do(told: Told, context) {
      const counts = countsOf(context.effectId);
      const runs = ++counts.runs;
      const output = await behave(told, "do", context, () => counts.aborted++);
      return output !== undefined && "id" in output ? { ...output, runs } : output;
    },
    async undo(_input, context) {
      const counts = countsOf(context.effectId);
      counts.undo_runs++;
      await behave(context.doInput, "undo", context, () => counts.aborted++);
    },
  };
}

/** Says what it was told. Only reads. */
export const echo: Action = {
  do(input: object, context: DoContext) {
    const { deadline } = context;
    return {
      namespace: context.namespace,
      saga_id: context.sagaId,
      definition: context.definition,
      version: context.version,
      step: context.step,
      action: context.action,
      effect_id: context.effectId,
      idempotency_key: context.idempotencyKey,
      attempt: context.attempt,
      metadata: context.metadata,
      completion_token: context.completionToken,
      item: context.item ?? null,
      has_deadline: deadline !== undefined,
      deadline_in_ms: deadline === undefined ? null : Math.round(deadline.getTime() - Date.now()),
      input,
    };
  },
};

/** How often an effect was applied and undone, as the ledger has it, and what was counted in memory. Only reads. */
async function count(database: Database, effectId: string, counts: EffectCounts) {
  const rows = await database.read(
    (sql) => sql.all<{ direction: "do" | "undo"; times: number | string }>`
      SELECT direction, COUNT(*) AS times FROM ledger WHERE effect_id = ${effectId} GROUP BY direction`,
  );
  const times = (direction: string) => Number(rows.find((row) => row.direction === direction)?.times ?? 0);
  return { applied: times("do"), undone: times("undo"), ...counts };
}
