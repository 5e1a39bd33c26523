import { writeFileSync } from "node:fs";
import { buildSamples } from "../deploy/local/samples.ts";
import { measureIdleRss } from "./idle.ts";
import { hangBeside, measureCase, measureFootprint, measureNeighbour } from "./measure.ts";
import { type BenchOptions, ENGINE_CASES, parseOptions, USAGE } from "./options.ts";
import { measureParked } from "./parked.ts";
import { type CaseFigures, describeCase, describeRatios, headline, type Report } from "./report.ts";
import { type Rig, startRig } from "./rig.ts";

async function bench(options: BenchOptions): Promise<Report> {
  const cases: CaseFigures[] = [];
  const note = (figures: CaseFigures) => {
    cases.push(figures);
    console.log(describeCase(figures));
  };
  let idleRss = 0;
  let footprint = 0;
  for (const transport of options.transports) {
    const rigs: Rig[] = [];
    try {
      for (const language of options.participants) rigs.push(await startRig(transport, options.persistence, language));
      const rig = rigs[0]!;
      if (idleRss === 0) {
        idleRss = await measureIdleRss(rig.redisUrl);
        footprint = await measureFootprint(rig);
        console.log(
          `idle orchestrator ${idleRss} MiB; finished saga ${footprint} bytes in Redis (no payloads, no feed)\n`,
        );
        console.log(headline());
      }
      await plainCases(rigs, note);
      if (options.cases.includes("neighbour") && !(options.quick && transport === "unary"))
        await neighbourCase(rig, note);
    } finally {
      for (const rig of rigs) await rig.stop();
    }

    async function plainCases(rigs: readonly Rig[], note: (figures: CaseFigures) => void): Promise<void> {
      for (const name of options.cases) {
        if (name === "neighbour" || (options.quick && transport === "unary" && name !== "happy")) continue;
        for (const caller of ENGINE_CASES.includes(name) ? (["engine"] as const) : options.callers) {
          for (const concurrency of options.concurrencies) {
            const figures = await measureCase(rigs, { case: name, caller, concurrency }, transport, options);
            for (const each of figures) note(each);
          }
        }
      }
    }

    /** Needs a second rig: hung sagas do not go away. One caller says enough. */
    async function neighbourCase(alone: Rig, note: (figures: CaseFigures) => void): Promise<void> {
      const beside = await startRig(transport, options.persistence);
      try {
        const caller = options.callers[0]!;
        await hangBeside(beside);
        for (const concurrency of options.concurrencies) {
          note(
            await measureNeighbour({ alone, beside }, { case: "neighbour", caller, concurrency }, transport, options),
          );
        }
      } finally {
        await beside.stop();
      }
    }
  }
  return { idle_rss_mb: idleRss, redis_bytes_per_saga: footprint, cases };
}

async function main(): Promise<void> {
  let options: ReturnType<typeof parseOptions>;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (thrown) {
    console.error(`${(thrown as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
  if (options === "help") return void console.log(USAGE);
  if (options.parked !== undefined) return measureParked(options.parked, options.persistence);
  for (const language of options.participants) if (language !== "typescript") await buildSamples(language);
  const report = await bench(options);
  for (const line of describeRatios(report.cases)) console.log(line);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
}

await main();
process.exit(0);
