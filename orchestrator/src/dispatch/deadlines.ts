/**
 * Deadlines of many calls on one timer: a wheel of slots, each a linked list. Setting and clearing cost a few
 * pointer writes, whatever the number of calls; a deadline fires up to TICK_MS late.
 */
const TICK_MS = 10;
const SLOTS = 512;

/** What can have a deadline; the fields belong to the wheel. */
export interface Timed {
  before: Timed | undefined;
  after: Timed | undefined;
  /** The tick at which it fires; -1: none. */
  tick: number;
}

export interface Deadlines<T extends Timed> {
  /** Fires in `ms`, instead of when it was to fire before. */
  set(entry: T, ms: number): void;
  clear(entry: T): void;
  /** Fires what is due. The wheel's own timer does this; tests do it by hand. */
  advance(): void;
  stop(): void;
}

/** The fields of an entry without a deadline. */
export const untimed: Timed = { before: undefined, after: undefined, tick: -1 };

export function createDeadlines<T extends Timed>(
  now: () => number,
  fire: (entry: T) => void,
  ticking = true,
): Deadlines<T> {
  const origin = now();
  const slots: Timed[] = Array.from({ length: SLOTS }, createHead);
  let reached = 0;
  let count = 0;
  let timer: NodeJS.Timeout | undefined;

  function tickAt(ms: number): number {
    return Math.floor((ms - origin) / TICK_MS);
  }

  function clear(entry: T): void {
    if (entry.tick < 0) return;
    entry.tick = -1;
    count--;
    unlink(entry);
  }

  function advance(): void {
    const target = tickAt(now());
    const due: T[] = [];
    for (let tick = Math.max(reached + 1, target - SLOTS + 1); tick <= target; tick++) {
      const head = slots[tick % SLOTS] as Timed;
      for (let entry = head.after as Timed; entry !== head; entry = entry.after as Timed) {
        // Others in the slot are due in a later turn of the wheel.
        if (entry.tick <= target) due.push(entry as T);
      }
    }
    reached = Math.max(reached, target);
    for (const entry of due) {
      // Firing one may clear another.
      if (entry.tick < 0) continue;
      clear(entry);
      fire(entry);
    }
  }

  function onTick(): void {
    if (count > 0) {
      // After a pause of the whole process, answers may lie in the sockets already: they are read first.
      setImmediate(advance);
    } else {
      clearInterval(timer);
      timer = undefined;
    }
  }

  return {
    set(entry, ms) {
      clear(entry);
      const time = now();
      // While nothing had a deadline the wheel stood still.
      if (count === 0) reached = Math.max(reached, tickAt(time));
      entry.tick = Math.max(tickAt(time + ms), reached) + 1;
      link(slots[entry.tick % SLOTS] as Timed, entry);
      count++;
      if (ticking && timer === undefined) timer = setInterval(onTick, TICK_MS);
    },
    clear,
    advance,
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

function createHead(): Timed {
  const head: Timed = { before: undefined, after: undefined, tick: -1 };
  head.before = head;
  head.after = head;
  return head;
}

function link(head: Timed, entry: Timed): void {
  const last = head.before as Timed;
  entry.before = last;
  entry.after = head;
  last.after = entry;
  head.before = entry;
}

function unlink(entry: Timed): void {
  const { before, after } = entry as { before: Timed; after: Timed };
  before.after = after;
  after.before = before;
  entry.before = undefined;
  entry.after = undefined;
}
