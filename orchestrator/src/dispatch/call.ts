import type { Admission } from "./breaker.ts";
import type { Timed } from "./deadlines.ts";
import type { Command } from "./dispatcher.ts";
import type { Reply } from "./outcome.ts";

/** A command on its way through the dispatcher. */
export interface Call extends Timed {
  readonly command: Command;
  readonly admission: Admission;
  /** When it was let in; monotonic ms. */
  readonly startedAt: number;
  /** Who has it now, and is told when its deadline passes. */
  holder: CallHolder;
  /** Its number on a stream. */
  id: number;
  /** Written to a connected transport: from here on its effect is unknown until it is answered. */
  handed: boolean;
  settled: boolean;
}

export interface CallHolder {
  expired(call: Call): void;
}

/** Ends a call with its one outcome; a second ending is ignored. */
export type Settle = (call: Call, reply: Reply) => void;
