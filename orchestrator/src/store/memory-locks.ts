import { isFinal } from "../machine/state.ts";
import type { MemoryBackend } from "./memory-backend.ts";
import type { Lock, SagaKey, Store } from "./store.ts";

/** Who took a lock is recorded within this time, or was lost on the way. */
const RECORDED_WITHIN_MS = 60_000;

interface Place {
  readonly saga: SagaKey;
  readonly cameAt: number;
}

/** The lines for locks: the first of each holds it. */
export function createMemoryLines() {
  let lines = new Map<string, readonly Place[]>();
  return {
    of: (name: string): readonly Place[] => lines.get(name) ?? [],
    set: (name: string, line: readonly Place[]) => void lines.set(name, line),
    snapshot() {
      const kept = new Map(lines);
      return () => {
        lines = new Map(kept);
      };
    },
  };
}

export function createMemoryLocks(
  { sagas, lines }: MemoryBackend,
  now: () => number,
): Pick<Store, "acquireLock" | "releaseLock"> {
  const nameOf = (lock: Lock, { namespace }: SagaKey) => `${namespace}/${lock.name}/${lock.key}`;
  const isSame = (a: SagaKey, b: SagaKey) => a.sagaId === b.sagaId;
  const counts = ({ saga, cameAt }: Place) => {
    const entry = sagas.get(`${saga.namespace}/${saga.sagaId}`);
    return entry ? !isFinal(entry.record.state.status) : now() - cameAt <= RECORDED_WITHIN_MS;
  };
  /** The line from its first member that counts on; `self` counts in any case. */
  const lineOf = (name: string, self: SagaKey) => {
    const line = lines.of(name);
    const first = line.findIndex((place) => isSame(place.saga, self) || counts(place));
    return first < 0 ? [] : line.slice(first);
  };

  return {
    async acquireLock(lock, saga, wait) {
      const name = nameOf(lock, saga);
      let line = lineOf(name, saga);
      const isIn = line.some((place) => isSame(place.saga, saga));
      if (line.length === 0 || (wait && !isIn)) line = [...line, { saga, cameAt: now() }];
      lines.set(name, line);
      const holder = line[0]!.saga;
      return isSame(holder, saga) ? { held: true } : { held: false, holder };
    },
    async releaseLock(lock, saga) {
      const name = nameOf(lock, saga);
      lines.set(
        name,
        lines.of(name).filter((place) => !isSame(place.saga, saga)),
      );
      const line = lineOf(name, { ...saga, sagaId: "" });
      lines.set(name, line);
      return line[0]?.saga;
    },
  };
}
