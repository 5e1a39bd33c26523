import type { Outcome, SendRef } from "../../../orchestrator/src/machine/event.ts";
import { done, failed, held, pending, rejected } from "./saga-under-test.ts";

/**
 * Participants with true effects, behind the barrier: an Undo leaves a mark, and a Do that comes after it applies
 * nothing. What the saga is told may be less than what is true: answers get lost and calls arrive late.
 */
export function createWorld(steps: number) {
  const applied = new Array<boolean>(steps).fill(false);
  const undone = new Array<boolean>(steps).fill(false);
  /** Dos whose answer was given or lost, and that may still arrive. */
  let underway: number[] = [];
  /** Accepted for later, neither applied nor refused yet. */
  let accepted: SendRef[] = [];
  let refusedLate = 0;

  function doIt(step: number): boolean {
    if (undone[step]) refusedLate += 1;
    else applied[step] = true;
    return !undone[step];
  }

  function undoIt(step: number): void {
    applied[step] = false;
    undone[step] = true;
  }

  /** A call is over, and this is what its sender hears. A rejection never applies anything by itself. */
  function answerDo(ref: SendRef, how: number): Outcome {
    switch (how % 36) {
      case 8:
        return rejected;
      case 1:
        return failed("none");
      case 2:
        return failed("none", { retry: false });
      case 3:
        doIt(ref.step);
        return failed("unknown");
      case 4:
        underway.push(ref.step);
        return failed("unknown");
      case 5:
        underway.push(ref.step);
        return failed("unknown", { retry: false, retryAfterMs: 300 });
      case 6:
        return held(how % 400);
      case 7:
        accepted.push(ref);
        return pending;
      default:
        return doIt(ref.step) ? done(`{"by":${ref.attempt}}`) : rejected;
    }
  }

  function answerUndo(ref: SendRef, how: number): Outcome {
    switch (how % 20) {
      case 6:
        return how % 3 ? failed("none") : rejected;
      case 1:
        undoIt(ref.step);
        return failed("unknown");
      case 2:
        return failed("unknown");
      case 3:
        return held(how % 400);
      case 4:
        if (how % 3 === 0) {
          accepted.push(ref);
          return pending;
        }
        return failed("none", { retry: false });
      default:
        undoIt(ref.step);
        return done();
    }
  }

  return {
    answer: (ref: SendRef, how: number) => (ref.direction === "forward" ? answerDo(ref, how) : answerUndo(ref, how)),
    /** The best there can be. */
    succeed(ref: SendRef): Outcome {
      if (ref.direction === "forward") return doIt(ref.step) ? done() : rejected;
      undoIt(ref.step);
      return done();
    },
    /** The sender of this call is gone: it was served, or will be, or never. */
    lose(ref: SendRef, how: number): void {
      if (ref.direction === "backward") {
        if (how % 2) undoIt(ref.step);
      } else if (how % 3 === 0) doIt(ref.step);
      else if (how % 3 === 1) underway.push(ref.step);
    },
    /** A Do that everyone had given up arrives. */
    arrive(pick: number): void {
      if (underway.length === 0) return;
      const [step] = underway.splice(pick % underway.length, 1);
      doIt(step!);
    },
    arriveAll(): void {
      for (const step of [...underway, ...accepted.filter(isDo).map((ref) => ref.step)]) doIt(step);
      underway = [];
      accepted = accepted.filter((ref) => !isDo(ref));
    },
    /** A call that was accepted comes to its end. */
    complete(pick: number, how: number): { ref: SendRef; outcome: Outcome } | undefined {
      if (accepted.length === 0) return undefined;
      const [ref] = accepted.splice(pick % accepted.length, 1);
      return { ref: ref!, outcome: how % 4 === 0 && isDo(ref!) ? rejected : this.succeed(ref!) };
    },
    isApplied: (step: number) => applied[step]!,
    /** Whether an effect exists, or may come into being by a call that was sent already. */
    mayHaveEffect: (step: number, live: readonly SendRef[]) =>
      applied[step]! ||
      (!undone[step] &&
        (underway.includes(step) || [...accepted, ...live].some((ref) => isDo(ref) && ref.step === step))),
    get refusedLate() {
      return refusedLate;
    },
  };
}

export type World = ReturnType<typeof createWorld>;

function isDo(ref: SendRef): boolean {
  return ref.direction === "forward";
}
