import type { Outcome } from "../../../sdk/typescript/src/answers.ts";
import type { Command } from "../../../sdk/typescript/src/context.ts";
import type { CommandContext } from "../../../sdk/typescript/src/gen/backstitch/v1/participant_service_pb.js";

/** A rule that a server breaks around actions which are right. */
export interface Flaw {
  /** What the handlers get in place of what came. */
  command?(command: Command): Command;
  /** What goes out in place of what they answered; undefined: nothing does. */
  outcome?(outcome: Outcome, command: Command): Outcome | undefined;
  /** Forgets to pass on that nobody wants the answer any more. */
  swallowsCancel?: boolean;
  /** Answers each command on the stream twice. */
  answersTwice?: boolean;
  /** Takes only messages up to this size. */
  maxMessageBytes?: number;
  health?: "NOT_SERVING";
  /** Runs one command at a time. */
  oneAtATime?: boolean;
}

const context = (change: Partial<CommandContext>) => (command: Command) => ({
  ...command,
  context: { ...command.context, ...change },
});

const contextOf = (change: (context: CommandContext) => Partial<CommandContext>) => (command: Command) =>
  context(change(command.context))(command);

const onError = (change: (error: Extract<Outcome, { kind: "error" }>) => Outcome) => (outcome: Outcome) =>
  outcome.kind === "error" ? change(outcome) : outcome;

let anyKey = 0;

/** Flaws of the server, by what they are. */
export const flaws: Readonly<Record<string, Flaw>> = {
  "never answers": { outcome: () => undefined },
  "never answers a second attempt": { outcome: (outcome, { context }) => (context.attempt > 1 ? undefined : outcome) },
  "swallows cancellation": { swallowsCancel: true },
  "answers twice": { answersTwice: true },
  "ignores deadlines": { command: (command) => ({ ...command, deadlineMs: Number.POSITIVE_INFINITY }) },
  "prefers the deadline to the timeout": {
    command: (command) => {
      const { deadline } = command.context;
      return deadline === undefined ? command : { ...command, deadlineMs: Number(deadline.seconds) * 1000 };
    },
  },
  "joins no duplicates": { command: contextOf(() => ({ idempotencyKey: `any-${++anyKey}` })) },
  "takes the step for the saga": { command: contextOf(({ step }) => ({ sagaId: step })) },
  "renames metadata": {
    command: contextOf(({ metadata }) => ({
      metadata: Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key.toLowerCase(), value])),
    })),
  },
  "loses metadata": { command: contextOf(() => ({ metadata: {} })) },
  "loses the completion token": { command: contextOf(() => ({ completionToken: "" })) },
  "loses the attempt": { command: contextOf(() => ({ attempt: 1 })) },
  "loses the namespace": { command: contextOf(() => ({ namespace: "default" })) },
  "loses the item": { command: contextOf(({ effectId }) => ({ effectId: effectId.replace("#", "-") })) },
  "loses the retry delay": { outcome: onError(({ status, message }) => ({ kind: "error", status, message })) },
  "loses the details of a refusal": {
    outcome: (outcome) => (outcome.kind === "rejected" ? { ...outcome, details: undefined } : outcome),
  },
  "says UNKNOWN for every error": { outcome: onError((error) => ({ ...error, status: 2 })) },
  "does not name the known actions": { outcome: onError((error) => ({ ...error, message: "no" })) },
  "sends stacks": { outcome: onError((error) => ({ ...error, message: `${error.message}\n    at handler.ts:1` })) },
  "repeats unreadable payloads": {
    outcome: (outcome, { input }) => {
      if (outcome.kind !== "error" || !(input instanceof Uint8Array)) return outcome;
      return { ...outcome, message: `cannot read ${Buffer.from(input)}` };
    },
  },
  "answers a refusal as an error": {
    outcome: (outcome) => (outcome.kind === "rejected" ? { kind: "error", status: 9, message: outcome.code } : outcome),
  },
  "answers pending as done": {
    outcome: (outcome) => (outcome.kind === "pending" ? { kind: "done", output: "{}" } : outcome),
  },
  "gives an Undo's output": {
    outcome: (outcome, { direction }) => {
      return outcome.kind === "done" && direction === "undo" ? { kind: "done", output: '{"undone":true}' } : outcome;
    },
  },
  "mangles characters": {
    outcome: (outcome) => {
      return outcome.kind === "done" ? { ...outcome, output: outcome.output.replaceAll("\\u0000", "") } : outcome;
    },
  },
  "takes small messages only": { maxMessageBytes: 1024 * 1024 },
  "is never healthy": { health: "NOT_SERVING" },
  "does one thing at a time": { oneAtATime: true },
};
