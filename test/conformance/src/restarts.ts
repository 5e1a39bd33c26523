import type { ParticipantAct } from "./case.ts";

/**
 * Cases that end the participant at the same moment, so that one restart serves them all. Nothing happens before each of
 * them wants something; then those go on that wanted to wait for the others (`ready`), or else what all want is done.
 */
export interface RestartGroup {
  /** A case wants this; settles when it has happened. */
  act(act: ParticipantAct): Promise<void>;
  /** A case is over. */
  leave(): void;
}

/** Makes a group of so many cases; `perform` does what all of them want. */
export function createRestartGroup(size: number, perform: (act: ParticipantAct) => Promise<void>): RestartGroup {
  let members = size;
  let waiting: { act: ParticipantAct; resolve(done: Promise<void>): void }[] = [];

  function goOnIfAllAreHere(): void {
    const first = waiting[0];
    if (first === undefined || waiting.length < members) return;
    const ready = waiting.filter(({ act }) => act === "ready");
    const served = ready.length > 0 ? ready : waiting;
    waiting = waiting.filter((one) => !served.includes(one));
    const done = ready.length > 0 ? Promise.resolve() : perform(first.act);
    done.catch(() => {});
    for (const { resolve } of served) resolve(done);
  }

  return {
    act(act) {
      return new Promise((resolve) => {
        waiting.push({ act, resolve });
        goOnIfAllAreHere();
      });
    },
    leave() {
      members--;
      goOnIfAllAreHere();
    },
  };
}
