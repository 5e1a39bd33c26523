import { randomUUID } from "node:crypto";
import { type BarrierHandlers, rejected } from "@backstitch/sdk";
import type { Sql } from "../database/database.ts";

/** The cores of each type of instance. */
const types: Readonly<Record<string, number>> = { small: 1, medium: 4, large: 16 };
const images = ["debian-13", "ubuntu-24.04"];
const mostVolumes = 8;

interface LaunchRequest {
  instance_id: string;
  type: string;
  image: string;
  volumes: { name: string; gib: number }[];
}

/** Looks whether a request makes sense before anything is set aside for it. Only reads. */
export const validateRequest: BarrierHandlers<Sql> = {
  do(_sql, { type, image, volumes }: LaunchRequest) {
    const cores = types[type];
    if (cores === undefined)
      throw rejected("UNKNOWN_TYPE", `there is no type "${type}"`, { types: Object.keys(types) });
    if (!images.includes(image)) throw rejected("UNKNOWN_IMAGE", `there is no image "${image}"`, { images });
    if (volumes.length > mostVolumes) throw rejected("TOO_MANY_VOLUMES", `an instance has at most ${mostVolumes}`);
    return { cores };
  },
};

/** Takes cores of a zone for an instance. */
export const allocateCapacity: BarrierHandlers<Sql> = {
  async do(sql, { instance_id, zone, cores }: { instance_id: string; zone: string; cores: number }) {
    const taken = await sql.run`UPDATE zones SET free_cores = free_cores - ${cores}
      WHERE name = ${zone} AND free_cores >= ${cores}`;
    if (taken !== 1) throw rejected("INSUFFICIENT_CAPACITY", `${zone} has no ${cores} cores left`, { zone });
    await hold(sql, "capacity", instance_id, `${cores} cores in ${zone}`);
    return { host: `${zone}-host-1` };
  },
  async undo(sql, _input, { doInput }) {
    await sql.run`UPDATE zones SET free_cores = free_cores + ${Number(doInput.cores)} WHERE name = ${String(doInput.zone)}`;
    await release(sql, "capacity", doInput.instance_id);
  },
};

const largestVolume = 16_384;

/** Makes one volume. */
export const createVolume: BarrierHandlers<Sql> = {
  async do(sql, { instance_id, name, gib }: { instance_id: string; name: string; gib: number }) {
    if (!(gib >= 1 && gib <= largestVolume))
      throw rejected("BAD_SIZE", `a volume has 1 to ${largestVolume} GiB`, { name });
    return { volume_id: await hold(sql, "volume", instance_id, `${name}, ${gib} GiB`) };
  },
  async undo(sql, _input, { doOutput }) {
    await sql.run`UPDATE resources SET status = 'RELEASED' WHERE id = ${String(doOutput?.volume_id)}`;
  },
};

/** Notes that an instance has something, and gives it an id. */
export async function hold(sql: Sql, kind: string, instanceId: string, about: string): Promise<string> {
  const id = `${kind}_${randomUUID()}`;
  await sql.run`INSERT INTO resources (id, kind, instance_id, about, status)
    VALUES (${id}, ${kind}, ${instanceId}, ${about}, 'HELD')`;
  return id;
}

/** Takes everything of a kind from an instance. */
export async function release(sql: Sql, kind: string, instanceId: unknown): Promise<void> {
  await sql.run`UPDATE resources SET status = 'RELEASED' WHERE kind = ${kind} AND instance_id = ${String(instanceId)}`;
}
