import type { ActionMap } from "./actions.ts";
import type { Answer } from "./answer.ts";
import type { CommandStep, Expectation, ParticipantAct, Transport } from "./case.ts";
import { type Commands, createCommands, type PreparedCommand } from "./commands.ts";
import { type Connections, createConnections } from "./connections.ts";
import { describeAnswer, describeExpectation } from "./describe.ts";
import type { Sent, Target } from "./link.ts";
import { matches } from "./match.ts";
import { Mismatch } from "./mismatch.ts";
import { within } from "./patience.ts";

/** What a case is played against. */
export interface Stage {
  target: Target;
  actions: ActionMap;
  /** How long an answer may take, in milliseconds. */
  patienceMs: number;
  /** Ends or starts the participant; settles when that is done. */
  act(act: ParticipantAct): Promise<void>;
  /** How the participant ended the last time. */
  lastEnd(): string;
}

/** A command that was sent and is not waited for. */
export interface Background {
  prepared: PreparedCommand;
  sent: Sent;
  settled: Answer | undefined;
}

/** What one case knows while it is played over one transport. */
export interface Scene {
  readonly stage: Stage;
  readonly transport: Transport;
  readonly connections: Connections;
  readonly commands: Commands;
  /** Answers that were given a name. */
  readonly named: Map<string, Answer>;
  readonly background: Map<string, Background>;
  /** What was not looked at, and why. */
  readonly leftOut: Set<string>;
  send(step: CommandStep, prepared: PreparedCommand): Sent;
  /** The answer, or that there is none. */
  patiently(answer: Promise<Answer>): Promise<Answer>;
  /** Throws a Mismatch where the answer is not what was expected. */
  check(expected: Expectation, answer: Answer, prepared: PreparedCommand): void;
}

export function createScene(sagaId: string, transport: Transport, stage: Stage): Scene {
  const { actions, patienceMs } = stage;
  const connections = createConnections(stage.target);
  const named = new Map<string, Answer>();
  const background = new Map<string, Background>();
  return {
    stage,
    transport,
    connections,
    commands: createCommands(sagaId, actions),
    named,
    background,
    leftOut: new Set(),
    send({ through, correlation, cancels, over = transport }, { command }) {
      if (over === "unary") return connections.unary(through).send(command);
      const cancelled = cancels === undefined ? undefined : background.get(cancels)?.sent;
      return connections.serve(through).sendAll([command], { correlation, cancelled })[0] as Sent;
    },
    async patiently(answer) {
      return (await within(patienceMs, answer)) ?? { kind: "none", withinMs: patienceMs };
    },
    check(expected, answer, prepared) {
      prepared.learn(answer);
      if (matches(expected, answer, { sent: prepared.command, named, actions: actions.names })) return;
      const before = expected.kind === "same_as" ? named.get(expected.name) : undefined;
      throw new Mismatch(
        before === undefined ? describeExpectation(expected) : `the same answer as before, ${describeAnswer(before)}`,
        describeAnswer(answer),
      );
    },
  };
}
