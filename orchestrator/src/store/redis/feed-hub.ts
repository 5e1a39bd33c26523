import type { FeedEntry } from "../store.ts";
import { memberOfLine, parseFeedLine } from "./feed-line.ts";
import type { FeedTail } from "./feed-tail.ts";

/** So many changes wait for one watcher; a slower one is left to catch up by reading for itself. */
const QUEUE_LIMIT = 1024;
/** A watcher to whom nothing came gets a new cursor so often: an old one falls behind what is kept. */
const CURSOR_MS = 60_000;

/** The changes of one namespace in an entry of the feed. */
export interface Told {
  readonly partition: number;
  readonly id: string;
  readonly changes: readonly FeedEntry[];
}

/** Someone who follows a namespace live. */
export interface Watcher {
  /** From now on it is told what comes. */
  begin(): void;
  /** It was too slow, or the feed broke: it is told no more, and must read what came. */
  readonly isBehind: boolean;
  /** It is time for a page, be it empty. */
  isDue: boolean;
  /** What it was told since. */
  take(): readonly Told[];
  /** Resolves when there is something to be done for it. */
  woken(): Promise<void>;
  wake(): void;
  leave(): void;
}

interface Member extends Watcher {
  tell(told: Told): void;
  fallBehind(): void;
}

/** Hands what the feed tells to the watchers of each namespace, of whom those who wait cost nothing. */
export function createHub(tail: FeedTail) {
  const namespaces = new Map<string, Set<Member>>();
  let size = 0;
  let unfollow = () => {};
  let timer: NodeJS.Timeout | undefined;

  const each = (how: (member: Member) => void) => {
    for (const members of namespaces.values()) for (const member of members) how(member);
  };
  const onEntry = (partition: number, id: string, lines: readonly string[]) => {
    for (const [namespace, some] of Map.groupBy(lines, namespaceOf)) {
      const members = namespaces.get(namespace);
      if (members === undefined) continue;
      const told = { partition, id, changes: some.map(parseFeedLine) };
      for (const member of members) member.tell(told);
    }
  };
  const remind = () =>
    each((member) => {
      member.isDue = true;
      member.wake();
    });
  const follow = () => {
    unfollow = tail.follow({ onEntry, onLost: () => each((member) => member.fallBehind()) });
    timer = setInterval(remind, CURSOR_MS).unref();
  };

  return {
    join(namespace: string): Watcher {
      const members = namespaces.get(namespace) ?? new Set();
      namespaces.set(namespace, members);
      const member = createMember(() => {
        members.delete(member);
        if (members.size === 0 && namespaces.get(namespace) === members) namespaces.delete(namespace);
        if (--size > 0) return;
        unfollow();
        clearInterval(timer);
      });
      members.add(member);
      if (size++ === 0) follow();
      return member;
    },
  };
}

function createMember(leave: () => void): Member {
  let queue: Told[] = [];
  let queued = 0;
  let onWake = () => {};
  let isBehind = true;

  const clear = () => {
    queue = [];
    queued = 0;
  };
  const fallBehind = () => {
    isBehind = true;
    clear();
    onWake();
  };

  return {
    isDue: true,
    begin() {
      isBehind = false;
      clear();
    },
    get isBehind() {
      return isBehind;
    },
    take() {
      const taken = queue;
      clear();
      return taken;
    },
    woken: () =>
      new Promise((resolve) => {
        onWake = resolve;
      }),
    wake: () => onWake(),
    leave,
    tell(told) {
      if (isBehind) return;
      if (queued + told.changes.length > QUEUE_LIMIT) return fallBehind();
      queue.push(told);
      queued += told.changes.length;
      onWake();
    },
    fallBehind,
  };
}

/** A namespace has no slash. */
export function namespaceOf(line: string): string {
  const member = memberOfLine(line);
  return member.slice(0, member.indexOf("/"));
}
