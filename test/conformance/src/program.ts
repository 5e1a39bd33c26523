import { type ChildProcess, spawn } from "node:child_process";
import { usageFault } from "./fields.ts";

/** The participant's program, which the kit starts, ends and starts again. */
export interface Program {
  /** Starts it; `listening` says when it is ready. Throws a UsageError with the end of its log if it is not ready in time. */
  start(listening: () => Promise<boolean>): Promise<void>;
  /** Sends it a signal; SIGKILL goes to the programs that it started, too. */
  signal(signal: "SIGKILL" | "SIGTERM"): void;
  /** How it ended, such as "exit status 0" or "SIGKILL"; settles when it has. */
  ended(): Promise<string>;
  /** How it ended the last time. */
  readonly lastEnd: string;
  /** How it ended although nobody had told it to; undefined: it has not. */
  readonly endedByItself: string | undefined;
}

const startWithinMs = 30_000;
const keptLines = 20;

/** Prepares a command line: words with "quotes" around those that contain spaces; no shell is involved. */
export function createProgram(commandLine: readonly string[]): Program {
  const [file, ...args] = commandLine;
  if (file === undefined) throw usageFault("--command", "required", "is empty");
  let child: ChildProcess | undefined;
  let exit: Promise<string> = Promise.resolve("");
  let lines: string[] = [];
  let expectsEnd = false;
  let endedByItself: string | undefined;
  let lastEnd = "";

  const kill = (signal: NodeJS.Signals) => {
    try {
      if (child?.pid !== undefined) process.kill(signal === "SIGKILL" ? -child.pid : child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const killAtExit = () => kill("SIGKILL");

  return {
    async start(listening) {
      expectsEnd = false;
      endedByItself = undefined;
      lines = [];
      const started = spawn(file, args, { detached: true, stdio: ["ignore", "ignore", "pipe"] });
      child = started;
      started.stderr?.setEncoding("utf8").on("data", (text: string) => {
        lines = [...lines, ...text.split("\n")].slice(-keptLines);
      });
      let over: string | undefined;
      exit = new Promise((resolve) => {
        started.once("exit", (code, signal) => resolve(signal ?? `exit status ${code}`));
        started.once("error", (error) => resolve(`"${error.message}"`));
      });
      void exit.then((how) => {
        over = how;
        lastEnd = how;
        process.removeListener("exit", killAtExit);
        if (!expectsEnd) endedByItself = how;
      });
      process.once("exit", killAtExit);
      const until = Date.now() + startWithinMs;
      while (!(await listening())) {
        if (over !== undefined || Date.now() > until) {
          expectsEnd = true;
          kill("SIGKILL");
          const problem = over === undefined ? `does not listen after ${startWithinMs / 1000} s` : `ended with ${over}`;
          const message = `${problem}. Its standard error ends with:\n${lines.join("\n").trim()}`;
          throw usageFault("--command", "starts", message);
        }
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
    signal(signal) {
      expectsEnd = true;
      kill(signal);
    },
    ended: () => exit,
    get lastEnd() {
      return lastEnd;
    },
    get endedByItself() {
      return endedByItself;
    },
  };
}

/** Splits a command line into words. Throws a UsageError for a quote that is not closed. */
export function splitCommand(text: string): string[] {
  const word = /(?:[^\s"']+|"[^"]*"|'[^']*')+/g;
  const words = text.match(word) ?? [];
  if (/["']/.test(text.replace(word, ""))) {
    throw usageFault("--command", "malformed", "has a quote that is not closed");
  }
  return words.map((quoted) => quoted.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
}
