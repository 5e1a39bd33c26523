import { createClient } from "@backstitch/sdk";
import type { Persistence } from "./options.ts";
import { withProgram } from "./program.ts";
import { startRig } from "./rig.ts";

/** How long the timer that is measured is set for. */
const TIMER_MS = 1000;
const TIMERS = 5;
const PAGE = 50;

/**
 * Parks sagas, then starts the orchestrator anew and measures, with all of them there: how long it takes to start, to
 * list a page, and by how much a timer that is due is late; and what a parked saga takes of Redis' memory.
 */
export async function measureParked(sagas: number, persistence: Persistence): Promise<void> {
  const rig = await startRig("serve", persistence);
  try {
    const before = await rig.memoryWithoutFeed();
    const from = performance.now();
    await rig.host.ask({ kind: "park", sagas });
    const seconds = (performance.now() - from) / 1000;
    const bytes = Math.round(((await rig.memoryWithoutFeed()) - before) / sagas);
    console.log(`${sagas} sagas parked in ${seconds.toFixed(0)} s (${(sagas / seconds).toFixed(0)}/s)`);
    console.log(`memory per parked saga   ${bytes} bytes of Redis`);
    await rig.host.stop();
    await withProgram({ redisUrl: rig.redisUrl, keyPrefix: "bs" }, async ({ grpcPort, startMs }) => {
      console.log(`start-up                 ${startMs.toFixed(0)} ms`);
      const client = createClient({ address: `127.0.0.1:${grpcPort}` });
      const listed = performance.now();
      let count = 0;
      for await (const _ of client.list({ statuses: ["RUNNING"], pageSize: PAGE })) if (++count === PAGE) break;
      console.log(`listing ${count} of them         ${(performance.now() - listed).toFixed(0)} ms`);
      const late: number[] = [];
      for (let i = 0; i < TIMERS; i++) late.push(await timerLateness());
      console.log(`a timer goes off late by ${late.map((ms) => ms.toFixed(0)).join(", ")} ms`);
      client.close();

      async function timerLateness(): Promise<number> {
        const until = new Date(Date.now() + TIMER_MS);
        await client.start("bench-parked", { until: until.toISOString() }, { wait: 30_000 });
        return Date.now() - until.getTime();
      }
    });
  } finally {
    await rig.stop();
  }
}
