import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "ioredis";
import { monotonicMs } from "../../clock.ts";
import { BackstitchError } from "../../errors.ts";
import type { Connections } from "./connections.ts";
import type { Script } from "./scripts.ts";

/** How long a call is repeated before it rejects with STORE_UNAVAILABLE. */
const PATIENCE_MS = 5000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;
/** Answers of a Redis that is starting, failing over or out of disk or memory. */
const PASSING = /^(READONLY|LOADING|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|BUSY|NOREPLICAS|MISCONF|OOM|UNBLOCKED) /;

export type Reply = string | number | null | readonly Reply[];
export type Arguments = readonly (string | number)[];

/**
 * Calls Redis. Whatever fails because Redis cannot be reached is repeated for a while with the same arguments, since
 * nobody knows whether it happened: so everything called through here is safe to repeat.
 */
export interface Caller {
  run(script: Script, keys: Arguments, args: Arguments): Promise<Reply>;
  call(name: string, ...args: Arguments): Promise<Reply>;
}

export function createCaller(connections: Connections, isClosed: () => boolean): Caller {
  const send = (name: string, args: Arguments): Promise<Reply> =>
    connections.main.sendCommand(new Command(name, args as string[], { replyEncoding: "utf8" })) as Promise<Reply>;

  const patiently = async (attempt: () => Promise<Reply>): Promise<Reply> => {
    const deadline = monotonicMs() + PATIENCE_MS;
    let pause = FIRST_PAUSE_MS;
    while (true) {
      try {
        return await attempt();
      } catch (thrown) {
        if (!isPassing(thrown)) throw withoutArguments(thrown);
        if (isClosed() || monotonicMs() + pause > deadline) throw unavailable(thrown);
      }
      await sleep(pause);
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    }
  };

  return {
    call: (name, ...args) => patiently(() => send(name, args)),
    run: (script, keys, args) =>
      patiently(async () => {
        try {
          return await send("evalsha", [script.sha, keys.length, ...keys, ...args]);
        } catch (thrown) {
          if (!(thrown instanceof Error) || !thrown.message.startsWith("NOSCRIPT")) throw thrown;
          return send("eval", [script.text, keys.length, ...keys, ...args]);
        }
      }),
  };
}

/** Whether the same call may succeed later: everything but a definite answer of Redis. */
export function isPassing(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return thrown.name !== "ReplyError" || PASSING.test(thrown.message);
}

export function unavailable(thrown: unknown): BackstitchError {
  return new BackstitchError("STORE_UNAVAILABLE", "the store cannot be reached", { cause: plain(thrown) });
}

/** The errors of ioredis hold the arguments of their command, which are payloads of users. */
function withoutArguments(thrown: unknown): BackstitchError {
  return new BackstitchError("INTERNAL", "the store refused a command", { cause: plain(thrown) });
}

function plain(thrown: unknown): Error {
  return new Error(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : "unknown failure");
}
