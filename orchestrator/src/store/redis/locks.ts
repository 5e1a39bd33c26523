import { BackstitchError } from "../../errors.ts";
import { type Keys, keyOf, memberOf } from "../keys.ts";
import type { Lock, LockAnswer, SagaKey, Store } from "../store.ts";
import type { Caller } from "./caller.ts";
import { scripts } from "./scripts.ts";
import type { Shift } from "./shift.ts";

/** The most sagas that stand in line for one lock. */
const LINE_LIMIT = 10_000;
/** Who took a lock is recorded within this time, or was lost on the way. */
const RECORDED_WITHIN_MS = 60_000;
/** So many holders that do not count are dropped per call; a further call goes on. */
const DROPPED = 100;

/** Who holds a lock, as a script gave it. */
interface Holder {
  readonly member: string;
  readonly cameAt: string;
  readonly now: string;
}

/** Locks stand in a partition of their own, and so apart from the records of the sagas that hold them. */
export function createLocks(caller: Caller, keys: Keys, shift: Shift): Pick<Store, "acquireLock" | "releaseLock"> {
  const lineOf = (lock: Lock, { namespace }: SagaKey) => {
    const name = `${namespace}/${lock.name}/${lock.key}`;
    return keys.lock(keys.partitionOf(name), name);
  };

  /** Whether a holder is final, or was never recorded. */
  const isGone = async ({ member, cameAt, now }: Holder): Promise<boolean> => {
    const entry = await caller.call("hget", keys.record(keys.partitionOf(member), member), "e");
    return entry === null ? Number(now) - Number(cameAt) > RECORDED_WITHIN_MS : entry === "f";
  };

  /** Drops holders that do not count until one does, or it is the saga's own turn. */
  const firstThatCounts = async <H extends Holder | undefined>(
    found: H,
    self: string | undefined,
    without: (gone: Holder) => Promise<H>,
  ): Promise<H> => {
    let first = found;
    for (let dropped = 0; first && first.member !== self && dropped < DROPPED && (await isGone(first)); dropped++) {
      first = await without(first);
    }
    return first;
  };

  const ask = async (line: string, member: string, wait: boolean, gone?: Holder): Promise<Holder> => {
    const args = [member, wait ? 1 : 0, LINE_LIMIT, shift.ms(), gone?.member ?? "", gone?.cameAt ?? ""];
    const reply = await caller.run(scripts.lock, [line], args);
    if (reply === 0) throw new BackstitchError("OVERLOADED", `${LINE_LIMIT} sagas already wait for this lock`);
    return holderOf(reply as readonly string[])!;
  };

  return {
    async acquireLock(lock, saga, wait): Promise<LockAnswer> {
      const line = lineOf(lock, saga);
      const member = memberOf(saga);
      const first = await ask(line, member, wait);
      const holder = await firstThatCounts(first, member, (gone) => ask(line, member, wait, gone));
      return holder.member === member ? { held: true } : { held: false, holder: keyOf(holder.member) };
    },
    async releaseLock(lock, saga) {
      const line = lineOf(lock, saga);
      const leave = async (member: string, cameAt: string) =>
        holderOf((await caller.run(scripts.unlock, [line], [member, shift.ms(), cameAt])) as readonly string[]);
      const next = await leave(memberOf(saga), "");
      const holder = await firstThatCounts(next, undefined, (gone) => leave(gone.member, gone.cameAt));
      return holder && keyOf(holder.member);
    },
  };
}

function holderOf([member, cameAt, now]: readonly string[]): Holder | undefined {
  return member === undefined ? undefined : { member, cameAt: cameAt!, now: now! };
}
