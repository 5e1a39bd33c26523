import { type ActionMap, missingFor } from "./actions.ts";
import { type Case, type CommandStep, type ParticipantAct, type Step, type Transport, transports } from "./case.ts";
import { usageFault } from "./fields.ts";

/** A case over one transport. */
export interface Run {
  one: Case;
  transport: Transport;
}

/** The runs of the cases whose id begins with one of `only`. Throws a UsageError where there is none. */
export function selectRuns(
  cases: readonly Case[],
  only: readonly string[] = [],
  over: readonly Transport[] = transports,
): Run[] {
  for (const id of only) {
    if (!cases.some((one) => one.id.startsWith(id))) {
      throw usageFault("--only", "unknown_case", `no case's id begins with "${id}"`);
    }
  }
  const chosen = only.length === 0 ? cases : cases.filter((one) => only.some((id) => one.id.startsWith(id)));
  return chosen.flatMap((one) =>
    one.over.filter((transport) => over.includes(transport)).map((transport) => ({ one, transport })),
  );
}

/** What a participant and its surroundings allow. */
export interface Offered {
  actions: ActionMap;
  serve: boolean;
  /** Whether it can be ended and started again. */
  restarts: boolean;
}

/** Why a case cannot be played; undefined: it can. */
export function whyNot({ one, transport }: Run, { actions, serve, restarts }: Offered): string | undefined {
  const commands = commandsOf(one.steps);
  const needsServe = transport === "serve" || commands.some(({ over }) => over === "serve");
  if (needsServe && !serve) return "this participant does not offer Serve, which is optional";
  if (endOf(one) !== undefined && !restarts) return "needs --command, to end the participant and start it again";
  if (one.exact && !actions.own) return "looks at texts that only a conformance participant gives";
  for (const role of one.needs) {
    const call = actions.resolve(role, undefined, undefined);
    if ("missing" in call) return call.missing;
  }
  return missingFor(commands, actions);
}

/** How a case ends the participant, if it does. */
export function endOf({ steps }: Case): ParticipantAct | undefined {
  const acts = steps.flatMap((step) => (step.kind === "participant" ? step.act : []));
  return acts.find((act) => act !== "ready");
}

function commandsOf(steps: readonly Step[]): CommandStep[] {
  return steps.flatMap((step) => (step.kind === "command" ? step : step.kind === "at_once" ? step.commands : []));
}
