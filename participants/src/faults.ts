/**
 * The switchboard of faults: everything that can go wrong between a participant and its orchestrator, for
 * demonstrations and tests. It wraps finished actions from outside the barrier, so that business code knows nothing of
 * it. Faults come from `--faults` for every call, and from a saga's metadata for that saga alone:
 *
 *   {"create_label": {"hang": 9}, "charge.undo": {"fail": 3}, "charge": {"slow_answer_ms": 1500}}
 *
 * A key is an action, meant in its Do, or `<action>.undo`. What comes as a number of attempts hits the first so many
 * attempts of a call; counting by the attempt's number, it means the same after the participant was killed.
 */
import type { Action, DoContext, UndoContext } from "@backstitch/sdk";
import { rejected } from "@backstitch/sdk";
import { now } from "./clock.ts";

/** What goes wrong in one direction of one action. */
export interface Fault {
  /** So many attempts fail before anything is done. */
  fail?: number;
  /** Until this time of the shop's clock (RFC 3339) every attempt fails before anything is done. */
  fail_until?: string;
  /** The call is refused with this code before anything is done. */
  reject?: string;
  /** Waits so many milliseconds before it begins, even past the deadline. */
  delay_ms?: number;
  /** So many attempts commit their work and then never answer. */
  hang?: number;
  /** In so many attempts the process kills itself between commit and answer. */
  die?: number;
  /** Commits, then waits so many milliseconds with the answer. */
  slow_answer_ms?: number;
  /** Carries out the call a second time after the first, and gives the second answer. */
  twice?: boolean;
}

export type Faults = Readonly<Record<string, Fault>>;

/** The metadata key under which a saga brings faults of its own, as JSON. */
export const faultsKey = "shop-faults";

/** The metadata with which a saga is started to suffer these faults. */
export function faultMetadata(faults: Faults): Record<string, string> {
  return { [faultsKey]: JSON.stringify(faults) };
}

/** Wraps each action so that it suffers the faults named for it. */
export function withFaults(actions: Readonly<Record<string, Action>>, always: Faults): Record<string, Action> {
  const wrapped = Object.entries(actions).map(([name, action]): [string, Action] => {
    const undo = action.undo?.bind(action);
    const faulty: Action = {
      do: (input, context) => suffer(faultOf(name, always, context), context, () => action.do(input, context)),
      undo:
        undo &&
        ((input, context: UndoContext) =>
          suffer(faultOf(`${name}.undo`, always, context), context, () => undo(input, context))),
    };
    return [name, faulty];
  });
  return Object.fromEntries(wrapped);
}

/** Reads faults from JSON; throws a TypeError for what is not an object. */
export function parseFaults(text: string | undefined): Faults {
  if (text === undefined || text === "") return {};
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("faults are an object");
  return value as Faults;
}

function faultOf(key: string, always: Faults, context: DoContext): Fault {
  return { ...always[key], ...parseFaults(context.metadata[faultsKey])[key] };
}

async function suffer<T>(fault: Fault, context: DoContext, work: () => T | Promise<T>): Promise<T> {
  const hits = (attempts: number | undefined) => attempts !== undefined && context.attempt <= attempts;
  if (fault.delay_ms !== undefined) await wait(fault.delay_ms);
  if (fault.reject !== undefined) throw rejected(fault.reject, "refused by a fault switch");
  if (hits(fault.fail)) throw new Error("failed by a fault switch");
  if (fault.fail_until !== undefined && now() < new Date(fault.fail_until)) throw new Error("down by a fault switch");
  let result = await work();
  if (fault.twice) result = await work();
  if (hits(fault.die)) process.kill(process.pid, "SIGKILL");
  if (fault.slow_answer_ms !== undefined) await wait(fault.slow_answer_ms);
  if (hits(fault.hang)) await untilGivenUp(context.signal);
  return result;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Longer than an orchestrator may take to notice that a deadline has passed, in milliseconds. */
const noticed = 100;

/** Waits until nobody expects the answer any more, then fails. */
function untilGivenUp(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => setTimeout(() => reject(new Error("the answer was held back by a fault switch")), noticed);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });
}
