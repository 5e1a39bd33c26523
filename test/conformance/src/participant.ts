import type { ParticipantAct } from "./case.ts";
import { type UsageError, usageFault } from "./fields.ts";
import { freePort } from "./free-port.ts";
import type { Target } from "./link.ts";
import { Mismatch } from "./mismatch.ts";
import { within } from "./patience.ts";
import { isReachable, isServing } from "./probe.ts";
import { createProgram, splitCommand } from "./program.ts";
import { readCredentials, type TlsFiles } from "./tls.ts";

/** How a participant is found: either a target or a command is needed. */
export interface ParticipantOptions {
  /** "host:port". */
  target?: string;
  /**
   * The participant's program, which is started, ended and started again: a command line, or its words. "{port}" in it
   * becomes a free port, at which it is then looked for unless there is a target.
   */
  command?: string | readonly string[];
  /** Default: plain text. */
  tls?: TlsFiles;
}

/** The participant that the cases are played against. */
export interface Participant {
  readonly target: Target;
  /** Whether it can be ended and started again. */
  readonly restarts: boolean;
  /** Makes sure that it takes calls, starting it where it is a program. Throws a UsageError where it does not. */
  begin(): Promise<void>;
  act(act: ParticipantAct): Promise<void>;
  /** How the program ended the last time. */
  lastEnd(): string;
  /** How the program ended although nobody had told it to; undefined: it has not. */
  endedByItself(): string | undefined;
  /** Ends the program. */
  end(): Promise<void>;
}

const reachableWithinMs = 3_000;
const stopWithinMs = 15_000;

/** Reads the options. Throws a UsageError where they make no sense. */
export async function findParticipant({ target: given, command, tls }: ParticipantOptions): Promise<Participant> {
  let words = typeof command === "string" ? splitCommand(command) : command;
  let address = given;
  if (words?.some((word) => word.includes("{port}"))) {
    const port = await freePort();
    words = words.map((word) => word.replaceAll("{port}", String(port)));
    address ??= `127.0.0.1:${port}`;
  }
  const target = { address: assertAddress(address), credentials: readCredentials(tls) };
  const program = words && createProgram(words);
  const isUp = () => isServing(target, 250);

  return {
    target,
    restarts: program !== undefined,
    async begin() {
      if (program !== undefined) return program.start(isUp);
      if (await isReachable(target, reachableWithinMs)) return;
      throw fault("listening", `nobody serves gRPC at ${target.address}`);
    },
    async act(act) {
      if (program === undefined) throw new Error("a participant without a program cannot be ended");
      if (act === "stop") return program.signal("SIGTERM");
      if (act === "kill") {
        program.signal("SIGKILL");
        await program.ended();
        return;
      }
      if ((await within(stopWithinMs, program.ended())) === undefined) {
        program.signal("SIGKILL");
        throw new Mismatch("that the participant ends after SIGTERM", `it still runs after ${stopWithinMs / 1000} s`);
      }
      await program.start(isUp);
    },
    lastEnd: () => program?.lastEnd ?? "",
    endedByItself: () => program?.endedByItself,
    async end() {
      program?.signal("SIGKILL");
      await program?.ended();
    },
  };
}

function assertAddress(address: string | undefined): string {
  if (address === undefined) throw fault("required", "is needed, or a --command with {port} in it");
  if (!/^.+:\d+$/.test(address)) throw fault("address", `has to be host:port, not "${address}"`);
  return address;
}

function fault(rule: string, message: string): UsageError {
  return usageFault("--target", rule, message);
}
