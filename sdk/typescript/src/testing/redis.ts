import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";

/** A Redis server of a test's own, which keeps nothing. */
export interface TestRedis {
  url: string;
  stop(): Promise<void>;
}

const programs = ["redis-server", "valkey-server"];
const readyWithinMs = 10_000;

/** Starts the `redis-server` or `valkey-server` of this machine. Throws an Error that says what to do where it has none. */
export async function startRedis(): Promise<TestRedis> {
  for (const program of programs) {
    const started = await start(program);
    if (started !== undefined) return started;
  }
  throw new Error(`neither ${programs.join(" nor ")} is installed: install one (7.0 or later), or give a redisUrl`);
}

/** Gives undefined where the program is not there. */
async function start(program: string): Promise<TestRedis | undefined> {
  const port = await freePort();
  const settings = { port, bind: "127.0.0.1", dir: tmpdir(), save: "", appendonly: "no" };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(program, [...flags, "--hash-max-listpack-value", "1024"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  // A test run that is over takes it along.
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async () => {
    process.removeListener("exit", kill);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  try {
    if (await ready(child)) return { url: `redis://127.0.0.1:${port}`, stop };
    process.removeListener("exit", kill);
    return undefined;
  } catch (error) {
    await stop();
    throw error;
  }
}

function ready(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (what: string) => reject(new Error(`redis-server ${what}:\n${output}`));
    const timer = setTimeout(() => fail("was not ready in time"), readyWithinMs);
    child.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (error.code === "ENOENT") resolve(false);
      else reject(error);
    });
    child.once("exit", () => {
      clearTimeout(timer);
      fail("ended at once");
    });
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      if (!output.includes("Ready to accept connections")) return;
      clearTimeout(timer);
      // Kept flowing, or the server would block on a full pipe.
      child.stdout?.removeAllListeners("data").resume();
      resolve(true);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
