import { mkdirSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./free-port.ts";
import { ensureRedis } from "./install-redis.mjs";
import type { Processes } from "./processes.ts";
import { findRedisServer } from "./redis-server.mjs";

/** Where Redis is, and what is to be told about it. */
export interface LocalRedis {
  url: string;
  about: string;
}

const readyWithinMs = 15_000;

/**
 * Gives the Redis that BACKSTITCH_REDIS_URL names, or starts one with an append-only file in `folder`: the program of
 * this machine, else a container. Throws an Error that says what to install if neither can be had.
 */
export async function startRedis(processes: Processes, folder: string, port?: number): Promise<LocalRedis> {
  const url = process.env.BACKSTITCH_REDIS_URL;
  if (url) return { url, about: "from BACKSTITCH_REDIS_URL" };
  ensureRedis((line) => console.error(line));
  mkdirSync(folder, { recursive: true });
  const chosen = port ?? (await freePort());
  const server = findRedisServer();
  const [program, ...args] =
    server === undefined || server.tooOld ? container(folder, chosen) : [server.path, ...settings(folder, chosen)];
  const redis = await processes.start("redis", program!, args);
  let ended: string | undefined;
  void redis.exited.then((how) => {
    ended = how;
  });
  const deadline = Date.now() + readyWithinMs;
  while (!(await answersPing(chosen))) {
    if (ended !== undefined || Date.now() > deadline) {
      throw new Error(
        `Redis ${ended ? `ended with ${ended}` : "does not answer"}. Its log:\n${processes.tail("redis")}`,
      );
    }
    await delay(20);
  }
  return { url: `redis://127.0.0.1:${chosen}`, about: `append-only file in ${folder}` };
}

function settings(folder: string, port: number): string[] {
  const pairs = {
    port: String(port),
    bind: "127.0.0.1",
    dir: folder,
    save: "",
    appendonly: "yes",
    appendfsync: "everysec",
    "maxmemory-policy": "noeviction",
    "hash-max-listpack-value": "1024",
  };
  return Object.entries(pairs).flatMap(([name, value]) => [`--${name}`, value]);
}

function container(folder: string, port: number): string[] {
  const inside = settings("/data", 6379).map((value) => (value === "127.0.0.1" ? "0.0.0.0" : value));
  const mounts = ["-p", `127.0.0.1:${port}:6379`, "-v", `${folder}:/data`];
  return ["docker", "run", "--rm", ...mounts, "redis:7", "redis-server", "--protected-mode", "no", ...inside];
}

/** Whether a Redis at the port has loaded its data and takes commands. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("PING\r\n"));
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.on("error", () => end(false));
    socket.on("close", () => end(false));
    socket.on("data", (data) => end(data.toString().startsWith("+PONG")));
  });
}
