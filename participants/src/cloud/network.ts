import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";
import { send } from "../messages.ts";
import { hold, release } from "./resources.ts";

/** Gives an instance an interface in a network. */
export const attachInterface: BarrierHandlers<Sql> = {
  async do(sql, { instance_id, network }: { instance_id: string; network: string }) {
    return { interface_id: await hold(sql, "interface", instance_id, network) };
  },
  async undo(sql, _input, { doInput }) {
    await release(sql, "interface", doInput.instance_id);
  },
};

/** Puts an instance behind rules. */
export const applySecurityGroups: BarrierHandlers<Sql> = {
  async do(sql, { instance_id, groups }: { instance_id: string; groups: string[] }) {
    if (groups.length === 0) throw rejected("NO_SECURITY_GROUP", "an instance has at least one security group");
    for (const group of groups) await hold(sql, "rules", instance_id, group);
    return { groups };
  },
  async undo(sql, _input, { doInput }) {
    await release(sql, "rules", doInput.instance_id);
  },
};

/** Gives an interface an address. */
export const assignAddress: BarrierHandlers<Sql> = {
  async do(sql, { instance_id, interface_id }: { instance_id: string; interface_id: string }) {
    const [used] = await sql.all<{ count: number }>`SELECT COUNT(*) AS count FROM resources WHERE kind = 'address'`;
    const address = `198.51.100.${(Number(used?.count) % 254) + 1}`;
    await hold(sql, "address", instance_id, `${address} at ${interface_id}`);
    return { address };
  },
  async undo(sql, _input, { doInput }) {
    await release(sql, "address", doInput.instance_id);
  },
};

/** Gives an address a name in DNS. */
export const registerName: BarrierHandlers<Sql> = {
  async do(sql, { instance_id, name, address }: { instance_id: string; name: string; address: string }) {
    await hold(sql, "name", instance_id, `${name} A ${address}`);
    return { name };
  },
  async undo(sql, _input, { doInput }) {
    await release(sql, "name", doInput.instance_id);
  },
};

/** Tells the owner that the instance is there. What was said cannot be unsaid: the Undo is a second message. */
export const notifyOwner: BarrierHandlers<Sql> = {
  async do(sql, { owner, address }: { owner: string; address: string }) {
    await send(sql, owner, `your instance answers at ${address}`);
    return {};
  },
  async undo(sql, _input, { doInput }) {
    await send(sql, String(doInput.owner), "your instance is gone");
  },
};
