import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A program that was started. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** How it ended: "exit status 1" or "SIGKILL". */
  readonly exited: Promise<string>;
  /** SIGTERM, and SIGKILL if it takes too long. Settles when the process is gone. */
  stop(): Promise<void>;
  /** SIGKILL. Settles when the process is gone. */
  kill9(): Promise<void>;
}

/** A program of ours, with what it reported when it was ready. */
export type ReportingProcess<Ready> = RunningProcess & { readonly ready: Ready };

/** Starts programs and makes sure that none of them outlives us, however we end. */
export interface Processes {
  /** Where the programs' logs are: `<name>.log` each. */
  readonly logs: string;
  /** Starts a program. */
  start(name: string, program: string, args: readonly string[], env?: Environment): Promise<RunningProcess>;
  /**
   * Starts a TypeScript program that reports `{ready: true, ...}` over its IPC channel, and waits for that.
   * Throws an error with the end of its log if it ends before.
   */
  startNode<Ready>(
    name: string,
    script: string,
    args: readonly string[],
    env?: Environment,
  ): Promise<ReportingProcess<Ready>>;
  /** Starts a program that reports `{"ready":true,...}` as the first line of its standard output, and waits for that in the same way. */
  startReporting<Ready>(
    name: string,
    program: string,
    args: readonly string[],
    env?: Environment,
  ): Promise<ReportingProcess<Ready>>;
  /** The last lines of a program's log. */
  tail(name: string): string;
  /** Stops all of them, the youngest first. */
  stopAll(): Promise<void>;
}

/** Added to our own; undefined removes. */
export type Environment = Readonly<Record<string, string | undefined>>;

const startWithinMs = 20_000;
const stopWithinMs = 12_000;
const tailLines = 20;

export function createProcesses(logs: string): Processes {
  mkdirSync(logs, { recursive: true });
  const running: RunningProcess[] = [];
  let stopping = false;

  async function launch(
    name: string,
    program: string,
    args: readonly string[],
    env: Environment = {},
    reports?: "ipc" | "stdout",
  ): Promise<{ child: ChildProcess; self: RunningProcess }> {
    if (stopping) throw new Error(`${name} is not started any more: everything is being stopped`);
    const log = openSync(join(logs, `${name}.log`), "a");
    // A group of their own: Ctrl-C reaches us alone, and we end them in order.
    const child = spawn(program, args, {
      detached: true,
      env: { ...process.env, ...env },
      stdio: ["ignore", reports === "stdout" ? "pipe" : log, log, ...(reports === "ipc" ? (["ipc"] as const) : [])],
    });
    closeSync(log);
    if (child.pid === undefined) await failureOf(name, child);
    return { child, self: adopt(name, child, child.pid!) };
  }

  function adopt(name: string, child: ChildProcess, pid: number): RunningProcess {
    const endGuard = guard(pid);
    const exited = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? `exit status ${code}`));
    });
    const self: RunningProcess = {
      name,
      pid,
      exited,
      async stop() {
        const late = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
        child.kill("SIGTERM");
        await exited;
        clearTimeout(late);
      },
      async kill9() {
        child.kill("SIGKILL");
        await exited;
      },
    };
    running.push(self);
    void exited.then(() => {
      endGuard();
      running.splice(running.indexOf(self), 1);
    });
    return self;
  }

  function tail(name: string): string {
    return readFileSync(join(logs, `${name}.log`), "utf8")
      .trimEnd()
      .split("\n")
      .slice(-tailLines)
      .join("\n");
  }

  /** Gives a program with its report. Throws an Error with the end of its log if that does not come. */
  async function reporting<Ready>(self: RunningProcess, report: Promise<Ready>): Promise<ReportingProcess<Ready>> {
    const ended = self.exited.then((how) => fail(`${self.name} ended at its start with ${how}`));
    try {
      return { ...self, ready: await within(startWithinMs, Promise.race([report, ended])) };
    } catch (error) {
      await self.kill9();
      throw new Error(`${(error as Error).message}. Its log in ${logs} ends with:\n${tail(self.name)}`);
    }
  }

  return {
    logs,
    tail,
    start: async (name, program, args, env) => (await launch(name, program, args, env)).self,
    async startNode<Ready>(name: string, script: string, args: readonly string[], env?: Environment) {
      const { child, self } = await launch(name, process.execPath, [script, ...args], env, "ipc");
      const report = new Promise<Ready>((resolve) => child.once("message", (message) => resolve(message as Ready)));
      return reporting(self, report);
    },
    async startReporting<Ready>(name: string, program: string, args: readonly string[], env?: Environment) {
      const { child, self } = await launch(name, program, args, env, "stdout");
      const lines = createInterface({ input: child.stdout! });
      const report = once(lines, "line").then(([line]) => JSON.parse(line as string) as Ready);
      return reporting(self, report);
    },
    async stopAll() {
      stopping = true;
      for (let last = running.at(-1); last !== undefined; last = running.at(-1)) await last.stop();
    },
  };
}

/**
 * Ends a process when we die without having ended it, by SIGKILL for instance: a shell waits for its standard input,
 * which closes with us. Gives a function that lets the shell go.
 */
function guard(pid: number): () => void {
  const wait = `for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 ${pid} || exit; sleep 0.5; done`;
  const script = `exec 2>/dev/null; read -r _ && exit; kill ${pid}; ${wait}; kill -9 ${pid}`;
  const shell = spawn("sh", ["-c", script], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.stdin.on("error", () => {});
  shell.unref();
  return () => shell.stdin.end("\n");
}

async function failureOf(name: string, child: ChildProcess): Promise<never> {
  const [error] = (await once(child, "error")) as [Error];
  throw new Error(`${name} could not be started: ${error.message}`);
}

function fail(message: string): never {
  throw new Error(message);
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing was heard within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
