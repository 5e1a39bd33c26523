import { ExpressionError, type Plan } from "../definition/types.ts";
import { BackstitchError } from "../errors.ts";
import { isFinal } from "../machine/state.ts";
import type { InboxItem, Lock, SagaHeader, SagaKey, SagaRecord, Started, Store } from "../store/store.ts";
import { crashPoint } from "./crash-points.ts";
import type { SagaToStart } from "./start.ts";

/** Locks between sagas: taken before a saga is recorded, given back once it is final. */
export interface Locks {
  /**
   * Starts a saga whose definition has a lock. `record` writes it; `blocked`: it has to wait for its lock. Rejects with
   * LOCKED, naming the holder, where the definition does not let it wait.
   */
  start(saga: LockedStart, record: (header: SagaHeader, blocked: boolean) => Promise<Started>): Promise<Started>;
  /** Whether the lock that a saga waits for is its own now. */
  isHeld(header: SagaHeader): Promise<boolean>;
  /** Gives the lock back, or leaves the line, and tells who has it from now on. */
  release(lock: Lock, saga: SagaKey): Promise<void>;
}

export type LockedStart = Pick<SagaToStart, "header" | "plan" | "input">;

const granted: InboxItem = { requestId: "backstitch:lock", command: { kind: "lockGranted" } };

export function createLocks(store: Pick<Store, "acquireLock" | "releaseLock" | "append" | "get">): Locks {
  async function start(saga: LockedStart, record: Parameters<Locks["start"]>[1]): Promise<Started> {
    const lock = lockOf(saga.plan, saga.input);
    const header = { ...saga.header, lock };
    const wait = saga.plan.definition.lock!.whenHeld === "wait";
    const answer = await store.acquireLock(lock, header, wait);
    crashPoint("after-lock", header.sagaId);
    if (!answer.held && !wait) return repeated(header, answer.holder);
    const started = await record(header, !answer.held);
    if (started.kind !== "started") await keepOrLeave(started, lock, header);
    // Its turn may have come when it was not recorded yet, and nobody could tell it.
    else if (!answer.held && (await isHeld(header))) await store.append(header, granted);
    return started;
  }

  /** A start that the lock refuses may be the repeat of one that it did not. */
  async function repeated(header: SagaHeader, holder: SagaKey): Promise<Started> {
    const record = await store.get(header);
    if (record === undefined) {
      throw new BackstitchError("LOCKED", `saga '${holder.sagaId}' holds the lock '${header.lock!.name}'`, {
        faults: [
          { field: "input", rule: "locked", message: `is locked by saga '${holder.sagaId}' until that is final` },
        ],
      });
    }
    return record.header.contentDigest === header.contentDigest ? { kind: "existing", record } : { kind: "conflict" };
  }

  /** Nothing was started: the place is given up, unless it is that of the saga which was there already. */
  async function keepOrLeave(started: Started, lock: Lock, saga: SagaKey): Promise<void> {
    const record = started.kind === "existing" ? started.record : await store.get(saga);
    if (record === undefined || !occupies(record, lock)) await release(lock, saga);
  }

  async function isHeld(header: SagaHeader): Promise<boolean> {
    return header.lock === undefined || (await store.acquireLock(header.lock, header, true)).held;
  }

  async function release(lock: Lock, saga: SagaKey): Promise<void> {
    const next = await store.releaseLock(lock, saga);
    // It may not be recorded yet: then its starter looks once more.
    const record = next && (await store.get(next));
    if (record?.state.blocked) await store.append(record.header, granted);
  }

  return { start, isHeld, release };
}

/** The lock that a saga of this input takes, where its definition has one. Throws INVALID_REQUEST where the input gives no key. */
function lockOf({ definition, lockKey }: Plan, input: string): Lock {
  try {
    return { name: definition.lock!.name, key: lockKey!({ input, output: () => undefined }) };
  } catch (thrown) {
    if (!(thrown instanceof ExpressionError)) throw thrown;
    throw new BackstitchError("INVALID_REQUEST", `the input gives no key for the lock: ${thrown.message}`, {
      faults: [{ field: "input", rule: "lock_key", message: thrown.message }],
      cause: thrown,
    });
  }
}

function occupies({ header, state }: SagaRecord, lock: Lock): boolean {
  return !isFinal(state.status) && header.lock?.name === lock.name && header.lock.key === lock.key;
}
