import { monotonicMs } from "../../clock.ts";
import type { Keys } from "../keys.ts";
import type { Caller } from "./caller.ts";
import type { RedisTime, StoreClock } from "./clock.ts";
import type { Incarnations } from "./incarnations.ts";
import { createPlaces } from "./places.ts";
import { scripts } from "./scripts.ts";
import type { Shift } from "./shift.ts";

interface Due {
  readonly partition: number;
  readonly member: string;
}

/** Moves parked sagas whose time has come to the commands. `groups`: the partitions that one script may span. */
export function createWaker(options: {
  readonly caller: Caller;
  readonly keys: Keys;
  readonly clock: StoreClock;
  readonly shift: Shift;
  readonly incarnations: Incarnations;
  readonly groups: readonly (readonly number[])[];
}): (max: number) => Promise<{ woken: number; nextAt: number | undefined }> {
  const { caller, keys, clock, shift, incarnations, groups } = options;
  let calls = 0;

  const find = async (partitions: readonly number[], max: number): Promise<{ due: Due[]; nextAt: number }> => {
    // Every call begins at another partition: where more is due than a call takes, none is always the last.
    const from = calls % partitions.length;
    const turned = [...partitions.slice(from), ...partitions.slice(0, from)];
    const timers = turned.map((p) => keys.partition(p).timers);
    const sentAt = monotonicMs();
    const reply = (await caller.run(scripts.due, timers, [max, shift.ms()])) as [
      RedisTime,
      string,
      string,
      ...(string | number)[],
    ];
    const [time, next, incarnation, ...found] = reply;
    clock.hear(sentAt, time);
    incarnations.hear(partitions[0]!, incarnation);
    const due: Due[] = [];
    for (let i = 0; i < found.length; i += 2) {
      due.push({ partition: turned[Number(found[i]) - 1]!, member: String(found[i + 1]) });
    }
    return { due, nextAt: next === "" ? Number.POSITIVE_INFINITY : Number(next) };
  };

  const wake = async (due: readonly Due[]): Promise<number> => {
    const places = createPlaces(
      keys,
      due.map(({ partition, member }) => keys.record(partition, member)),
    );
    const args = due.flatMap(({ partition, member }) => [places.placeOfPartition(partition), member]);
    return (await caller.run(scripts.wake, places.keys, [due.length, shift.ms(), ...args])) as number;
  };

  return async (max) => {
    calls++;
    await shift.refresh();
    const found = await Promise.all(groups.map((partitions) => find(partitions, max)));
    const due = found.flatMap((group) => group.due);
    const taken = due.slice(0, max);
    const batches = groups.map((partitions) => taken.filter(({ partition }) => partitions.includes(partition)));
    const woken = await Promise.all(batches.filter((batch) => batch.length > 0).map(wake));
    const nextAt = due.length > max ? clock.now() : Math.min(...found.map((group) => group.nextAt));
    return {
      woken: woken.reduce((sum, count) => sum + count, 0),
      nextAt: Number.isFinite(nextAt) ? nextAt : undefined,
    };
  };
}
