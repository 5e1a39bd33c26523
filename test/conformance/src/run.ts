import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { ownActions, readActions } from "./actions.ts";
import type { Transport } from "./case.ts";
import { readCases } from "./parse-case.ts";
import { findParticipant, type ParticipantOptions } from "./participant.ts";
import { type Failure, play } from "./play.ts";
import { offersServe } from "./probe.ts";
import { createRestartGroup } from "./restarts.ts";
import type { Stage } from "./scene.ts";
import { endOf, type Run, selectRuns, whyNot } from "./selection.ts";

/** What to play against what. */
export interface ConformanceOptions extends ParticipantOptions {
  /** The file that says which actions play the roles of the cases. Default: those of a conformance participant. */
  actions?: string;
  /** Ids of cases, or the beginnings of ids. Default: all. */
  only?: readonly string[];
  /** Default: both. */
  transports?: readonly Transport[];
  /** How long an answer may take, in milliseconds. Default 10,000. */
  patienceMs?: number;
}

/** What became of one case over one transport. */
export interface CaseResult {
  id: string;
  topic: string;
  name: string;
  transport: Transport;
  verdict: "holds" | "fails" | "not_run";
  /** Why it was not run. */
  reason?: string;
  failure?: Failure;
  /** What was not looked at although the case was run. */
  leftOut?: readonly string[];
  /** How long it took, in milliseconds. */
  ms: number;
}

/** What became of all. */
export interface ConformanceReport {
  target: string;
  results: CaseResult[];
  /** How the participant's program ended although nobody had told it to. */
  endedByItself?: string;
  ms: number;
}

const casesFolder = fileURLToPath(new URL("../cases", import.meta.url));
/** More would only wait for each other. */
const sideBySide = 12;
const defaultPatienceMs = 10_000;

/**
 * Plays the cases against a participant, over unary calls and over Serve. Throws a UsageError where that cannot begin:
 * files or options that make no sense, or nobody who listens.
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const begun = performance.now();
  const runs = selectRuns(readCases(casesFolder), options.only, options.transports);
  const actions = options.actions === undefined ? ownActions : readActions(options.actions);
  const participant = await findParticipant(options);
  const { target, restarts } = participant;
  const patienceMs = options.patienceMs ?? defaultPatienceMs;
  const stage: Stage = { target, actions, patienceMs, act: participant.act, lastEnd: participant.lastEnd };
  const results = new Map<Run, CaseResult>();
  try {
    await participant.begin();
    const serve = await offersServe(target, patienceMs);
    const playable = runs.filter((run) => {
      const reason = whyNot(run, { actions, serve, restarts });
      if (reason !== undefined) results.set(run, { ...head(run), verdict: "not_run", reason, ms: 0 });
      return reason === undefined;
    });
    const thatEndWith = (end: string | undefined) => playable.filter(({ one }) => endOf(one) === end);
    await eachSideBySide(thatEndWith(undefined), async (run) => void results.set(run, await playRun(run, stage)));
    const endedByItself = participant.endedByItself();
    for (const end of ["kill", "stop"]) {
      if (participant.endedByItself() !== undefined) await participant.begin();
      const group = thatEndWith(end);
      const together = createRestartGroup(group.length, participant.act);
      await Promise.all(
        group.map(async (run) => {
          results.set(run, await playRun(run, { ...stage, act: together.act }));
          together.leave();
        }),
      );
    }
    return {
      target: target.address,
      results: runs.map((run) => results.get(run) as CaseResult),
      ...(endedByItself !== undefined && { endedByItself }),
      ms: Math.round(performance.now() - begun),
    };
  } finally {
    await participant.end();
  }
}

const head = ({ one: { id, topic, name }, transport }: Run) => ({ id, topic, name, transport });

async function playRun(run: Run, stage: Stage): Promise<CaseResult> {
  const begun = performance.now();
  const sagaId = `conformance-${randomUUID().slice(0, 8)}-${run.one.id}`;
  const { failure, leftOut } = await play(run.one, run.transport, sagaId, stage);
  return {
    ...head(run),
    verdict: failure === undefined ? "holds" : "fails",
    ...(failure && { failure }),
    ...(leftOut.length > 0 && { leftOut }),
    ms: Math.round(performance.now() - begun),
  };
}

/** Does the work for all, a few at a time. */
async function eachSideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: sideBySide }, lane));
}
