import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** The two ways in which a participant is called. */
export const transports = ["unary", "serve"] as const;
export type Transport = (typeof transports)[number];

/** What the cases call; which actions play them is for the user to say. */
export const roles = ["effect", "bare", "echo", "count"] as const;
export type Role = (typeof roles)[number];

/** One thing that must hold. The grammar of the files is in README.md. */
export interface Case {
  /** Unique among all files. */
  id: string;
  /** A sentence that says what holds. */
  name: string;
  /** Of the file. */
  topic: string;
  over: readonly Transport[];
  /** Roles without which it makes no sense, beside those that its commands name. */
  needs: readonly Role[];
  /** Whether it looks at texts that only a conformance participant gives. */
  exact: boolean;
  steps: readonly Step[];
}

export type Step =
  | CommandStep
  | { kind: "at_once"; commands: readonly CommandStep[]; inOneMessage: boolean }
  | { kind: "count"; on: string; effects: number | undefined; want: Readonly<Record<string, number>>; withinMs: number }
  | { kind: "answer"; name: string; expect: Expectation }
  | { kind: "silent"; name: string }
  | { kind: "cancel"; name: string }
  | { kind: "health"; want: HealthStatus; service: string; withinMs: number }
  | { kind: "participant"; act: ParticipantAct }
  | { kind: "connection"; act: ConnectionAct; through: string }
  | { kind: "ended_with"; how: string }
  | { kind: "ends"; status: string; through: string }
  | { kind: "wait"; ms: number };

export const participantActs = ["ready", "kill", "stop", "start"] as const;
/** Wait for the other cases that end it too; SIGKILL; SIGTERM; wait for its end and start it again. */
export type ParticipantAct = (typeof participantActs)[number];

export const connectionActs = ["close_sending", "break", "garbage", "says_draining"] as const;
export type ConnectionAct = (typeof connectionActs)[number];

export const healthStatuses = ["SERVING", "NOT_SERVING", "UNREACHABLE"] as const;
export type HealthStatus = (typeof healthStatuses)[number];

/** One Do or Undo, or many alike. */
export interface CommandStep {
  kind: "command";
  direction: "do" | "undo";
  /** A role, or "unknown" for an action that nobody has. */
  role: Role | "unknown";
  /** Names the effect within the case. */
  on: string;
  /** How the handler behaves, such as "reject" or "undo fail once"; undefined: it succeeds. */
  as: string | undefined;
  ms: number | undefined;
  input: JsonObject | undefined;
  doInput: JsonObject | undefined;
  /** "unknown": the Undo is not told. Undefined: what the Do answered. */
  doOutput: JsonObject | "unknown" | undefined;
  attempt: number;
  item: number | undefined;
  round: number | undefined;
  context: ContextFields;
  timeoutMs: number | undefined;
  /** From now, by the clock of this machine; may be negative. */
  deadlineMs: number | undefined;
  callDeadlineMs: number | undefined;
  times: number;
  /** So many effects in place of one. */
  effects: number | undefined;
  /** Names the connection. */
  through: string;
  /** Undefined: the transport that the case runs over. */
  over: Transport | undefined;
  /** Text in place of the input, as it is. Serve only. */
  payload: string | undefined;
  without: readonly Omitted[];
  /** Commands with the same name share a correlation id. Serve only. */
  correlation: string | undefined;
  /** The name of a command in the background that the same message cancels. Serve only. */
  cancels: string | undefined;
  name: string | undefined;
  inBackground: boolean;
  allSame: boolean;
  withinMs: number;
  expect: Expectation;
}

export const omittable = ["context", "direction", "effect_id", "idempotency_key", "timeout"] as const;
export type Omitted = (typeof omittable)[number];

/** What a command says of its saga; what is not given has a default. */
export interface ContextFields {
  namespace?: string;
  definition?: string;
  version?: number;
  metadata?: Record<string, string>;
  completion_token?: string;
}

/** What an answer must be. */
export type Expectation =
  | { kind: "any" }
  | { kind: "done"; output: JsonValue | undefined }
  | { kind: "pending" }
  | { kind: "rejected"; rejection: JsonObject | undefined }
  | { kind: "error"; status: string; message: JsonValue | undefined; retryAfterMs: JsonValue | undefined }
  | { kind: "same_as"; name: string }
  | { kind: "one_of"; choices: readonly Expectation[] };
