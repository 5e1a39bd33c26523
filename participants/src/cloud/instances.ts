import { type BarrierHandlers, pending } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import { keepToken } from "../tokens.ts";

/**
 * Has a host boot an instance. That takes half a minute and more, so the answer is `pending`: the host's agent keeps
 * the token, sends heartbeats while the instance comes up, and completes the step.
 */
export const bootInstance: BarrierHandlers<Sql> = {
  async do(sql, { instance_id, host }: { instance_id: string; host: string }, context) {
    await sql.run`INSERT INTO instances (id, host, status) VALUES (${instance_id}, ${host}, 'BOOTING')`;
    await keepToken(sql, context);
    return pending();
  },
  async undo(sql, _input, { doInput }) {
    await sql.run`UPDATE instances SET status = 'TERMINATED' WHERE id = ${String(doInput.instance_id)}`;
  },
};

/** Asks the instance whether it is well. Only reads. */
export const checkHealth: BarrierHandlers<Sql> = {
  async do(sql, { instance_id }: { instance_id: string }) {
    const [instance] = await sql.all<{ status: string }>`SELECT status FROM instances WHERE id = ${instance_id}`;
    if (instance?.status !== "BOOTING") throw new Error("the instance does not answer");
    return { healthy: true };
  },
};
