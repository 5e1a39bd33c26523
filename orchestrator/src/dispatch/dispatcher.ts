import type { Outcome } from "../machine/event.ts";
import type { Direction } from "../machine/state.ts";

/** One call of a participant. Payloads are JSON text of objects. */
export interface Command {
  readonly participant: string;
  readonly direction: Direction;
  readonly namespace: string;
  readonly sagaId: string;
  readonly definition: string;
  readonly version: number;
  /** The step's name. */
  readonly step: string;
  readonly action: string;
  readonly effectId: string;
  /** What CompleteStep and HeartbeatStep must show. */
  readonly completionToken: string;
  readonly attempt: number;
  /** How long this attempt may take from when it is sent. */
  readonly timeoutMs: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** The Do's input; for an Undo its own input, if any. */
  readonly input: string | undefined;
  /** Undo only. */
  readonly doInput: string | undefined;
  /** Undo only; undefined where it is not known. */
  readonly doOutput: string | undefined;
}

/** Calls participants. Never throws; every command gets exactly one outcome. */
export interface Dispatcher {
  send(command: Command, done: (outcome: Outcome) => void): void;
  participants(): readonly ParticipantState[];
  /** Stops sending (further sends are `held`), waits for calls in flight up to `graceMs`, then ends all connections. */
  stop(graceMs: number): Promise<void>;
}

/** A participant as this process sees it. */
export interface ParticipantState {
  readonly name: string;
  readonly address: string;
  readonly transport: "unknown" | "unary" | "serve";
  readonly breakers: Readonly<
    Record<Direction, { readonly state: "closed" | "open" | "half-open"; readonly openedAt: number | undefined }>
  >;
  readonly inFlight: number;
  readonly maxInFlight: number;
}
