import { pause } from "../clock.ts";
import type { Plan } from "../definition/types.ts";
import type { Logger } from "../logger.ts";
import type { SagaEvent } from "../machine/event.ts";
import { refOf } from "../machine/query.ts";
import { isFinal } from "../machine/state.ts";
import { inFlight } from "../machine/transition.ts";
import type { Claimed, Lease, SagaHeader, SagaKey, SagaRecord } from "../store/store.ts";
import type { Children } from "./children.ts";
import type { Driven } from "./drive.ts";
import type { Locks } from "./locks.ts";

/** Sagas that come in: received, or taken over from an owner that died. */
export interface Claims {
  take(claims: readonly Claimed[]): Promise<void>;
  /** How many have come in and are not driven yet. */
  arriving(): number;
}

export function createClaims(deps: {
  readonly planOf: (namespace: string, definition: string, version: number) => Plan | Promise<Plan>;
  readonly ownerOf: (key: SagaKey) => Driven | undefined;
  readonly adopt: (lease: Lease, header: SagaHeader, plan: Plan, record: SagaRecord) => Driven;
  readonly drive: { advance(saga: Driven): void; lose(saga: Driven): void };
  readonly locks: Pick<Locks, "isHeld">;
  readonly children: Pick<Children, "look">;
  readonly renew: (sagas: readonly Driven[]) => Promise<void>;
  readonly logger: Logger;
  readonly leaseMs: number;
  readonly maxCrashes: number;
  readonly stopping: AbortSignal;
}): Claims {
  const { drive, locks, logger } = deps;
  let arriving = 0;

  /**
   * One that lost several owners in a row may have killed them: it is tried alone, when all others are known to be
   * harmless, so that no other is blamed if it kills this process too.
   */
  async function takeInTurn(claims: readonly Claimed[]): Promise<void> {
    const suspects = claims.filter(({ crashes }) => crashes > 1);
    const others = claims.filter(({ crashes }) => crashes <= 1);
    for (const together of [others, ...suspects.map((suspect) => [suspect])]) {
      const taken = await Promise.all(together.map(takeOne));
      if (suspects.length > 0) await survive(taken.filter((saga) => saga !== undefined));
    }
  }

  /**
   * Waits until this process has survived these sagas: until each has made progress or left, or for so long that a
   * participant that hangs does not keep other suspects waiting. The renewal then clears their crashes.
   */
  async function survive(sagas: readonly Driven[]): Promise<void> {
    const early = new AbortController();
    const longEnough = pause(deps.leaseMs / 4, AbortSignal.any([early.signal, deps.stopping]));
    await Promise.race([longEnough, Promise.all(sagas.map((saga) => saga.survived.promise))]);
    early.abort();
    // Failing that, the regular renewals do it: the sagas that follow must not be lost over it.
    await deps.renew(sagas.filter((saga) => !saga.gone)).catch(() => undefined);
  }

  async function takeOne(claimed: Claimed): Promise<Driven | undefined> {
    const { header } = claimed.record;
    // A lease taken from ourselves (the store lost sight of it): the old one is fenced, and what it sent is unknown.
    const stale = deps.ownerOf(header);
    if (stale) drive.lose(stale);
    try {
      const plan = await deps.planOf(header.namespace, header.definition, header.version);
      const found = [...(await findOut(claimed)), ...(await lookAtChildren(claimed, plan))];
      const saga = deps.adopt(claimed.lease, header, plan, claimed.record);
      saga.inbox = [...claimed.inbox];
      saga.events.push(...found, { kind: "woken" });
      drive.advance(saga);
      return saga;
    } catch (thrown) {
      logger.error({ saga_id: header.sagaId, definition: header.definition, err: thrown }, "saga cannot be driven");
      return undefined;
    }
  }

  /** What happened to a saga while nobody had it. */
  async function findOut({ record, inbox, crashes, rolledBackAt }: Claimed): Promise<SagaEvent[]> {
    const { header, state } = record;
    const found: SagaEvent[] = [];
    if (rolledBackAt !== undefined) found.push({ kind: "rolledBack", since: rolledBackAt });
    if (crashes >= deps.maxCrashes) found.push({ kind: "quarantined", crashes });
    if (inFlight(state).length > 0) found.push({ kind: "recovered" });
    const isTold = inbox.some(({ command }) => command.kind === "lockGranted");
    if (state.blocked && !isTold && (await hasLock(header))) found.push({ kind: "lockGranted" });
    // In a Cluster the line for its lock may have lost it where its record did not.
    else if (rolledBackAt !== undefined && header.lock && !isFinal(state.status)) await hasLock(header);
    return found;
  }

  /** Who waits for a child looks at it whenever it wakes for something else: that it ended may have been told, and lost. */
  async function lookAtChildren({ record, inbox }: Claimed, plan: Plan): Promise<SagaEvent[]> {
    const { header, state } = record;
    const found: SagaEvent[] = [];
    for (const [step, call] of state.steps.entries()) {
      if (call.wait?.reason !== "CHILD") continue;
      if (inbox.some(({ command }) => command.kind === "complete" && command.step === step)) continue;
      const ref = refOf(call, step, undefined);
      const outcome = await deps.children.look({ header, plan, state }, ref);
      if (outcome) found.push({ kind: "answered", ref, outcome });
    }
    return found;
  }

  /** Stands in line for it, too. Where the store does not say, it is asked again when the saga wakes the next time. */
  async function hasLock(header: SagaHeader): Promise<boolean> {
    return locks.isHeld(header).catch((thrown) => {
      logger.warn({ saga_id: header.sagaId, err: thrown }, "lock not asked for");
      return false;
    });
  }

  return {
    async take(claims) {
      arriving += claims.length;
      try {
        await takeInTurn(claims);
      } finally {
        arriving -= claims.length;
      }
    },
    arriving: () => arriving,
  };
}
