import { spawn } from "node:child_process";
import { repository } from "./toolchains.ts";

/** How much of a program's output is told when it fails, in characters. */
const told = 4_000;

/** Runs a program in the repository's folder and gives its standard output. Throws an Error with the end of its output if it fails. */
export function succeed(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: repository,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let output = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.once("error", (error) => reject(new Error(`${program} could not be started: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${[program, ...args].join(" ")} ended with ${signal ?? code}:\n${output.slice(-told)}`));
    });
  });
}
