import { Redis } from "ioredis";
import { startRedis } from "../test/support/redis.ts";
import { type Child, startChild } from "./child.ts";
import type { HostRequest } from "./host.ts";
import type { LoadRequest } from "./load.ts";
import type { ParticipantLanguage, Persistence, Transport } from "./options.ts";
import { type BenchParticipant, startParticipant } from "./participants.ts";
import type { CpuPerSaga } from "./report.ts";

/** Everything a benchmark runs on: Redis, one orchestrator, three participants (and one that hangs), a load process. */
export interface Rig {
  readonly language: ParticipantLanguage;
  readonly redisUrl: string;
  readonly host: Child<HostRequest, never>;
  readonly load: Child<LoadRequest, never>;
  /** CPU used so far by each kind of process, in microseconds. */
  cpuUs(): Promise<CpuPerSaga>;
  /** Redis' memory without what the change feed takes, in bytes. */
  memoryWithoutFeed(): Promise<number>;
  stop(): Promise<void>;
}

const PARTICIPANTS = ["alpha", "beta", "gamma"];

export async function startRig(
  transport: Transport,
  persistence: Persistence,
  language: ParticipantLanguage = "typescript",
): Promise<Rig> {
  const redis = await startRedis({ aof: persistence === "none" ? "no" : persistence });
  const admin = new Redis(redis.url);
  const names = [...PARTICIPANTS, "hung"];
  const participants = await Promise.all(names.map((name) => startParticipant(language, name, transport)));
  const host = await startChild<HostRequest, never>("host.ts", [
    JSON.stringify({
      redis: { url: redis.url },
      grpc: { port: 0 },
      connect: { port: 0 },
      ops: { port: 0 },
      log_level: "warn",
      participants: names.map((name, i) => ({ name, address: `127.0.0.1:${participants[i]!.port}` })),
    }),
  ]);
  const load = await startChild<LoadRequest, never>("load.ts", [JSON.stringify(await host.ask({ kind: "ports" }))]);

  return {
    language,
    redisUrl: redis.url,
    host,
    load,
    async cpuUs() {
      const used = await Promise.all(participants.map((each: BenchParticipant) => each.cpuUs()));
      return {
        orchestrator: await host.cpuUs(),
        participants: used.reduce((a, b) => a + b, 0),
        redis: await redisCpuUs(admin),
        load: await load.cpuUs(),
      };
    },
    async memoryWithoutFeed() {
      const used = Number(/used_memory:(\d+)/.exec(await admin.info("memory"))?.[1]);
      let feed = 0;
      for (const key of await admin.keys("*:feed")) feed += Number(await admin.memory("USAGE", key, "SAMPLES", 0));
      return used - feed;
    },
    async stop() {
      await load.stop();
      await host.stop();
      await Promise.all(participants.map((each) => each.stop()));
      admin.disconnect();
      await redis.stop();
    },
  };
}

async function redisCpuUs(admin: Redis): Promise<number> {
  const info = await admin.info("cpu");
  const seconds = (name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return (seconds("used_cpu_user") + seconds("used_cpu_sys")) * 1e6;
}
