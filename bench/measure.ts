import { type LoopResult, median } from "./closed-loop.ts";
import type { BenchOptions, Caller, Case, Transport } from "./options.ts";
import type { CaseFigures, CpuPerSaga } from "./report.ts";
import type { Rig } from "./rig.ts";

const HUNG_SAGAS = 100;
const FOOTPRINT_SAGAS = 5000;
const NEIGHBOUR_TURNS = 5;

type Spec = { readonly case: Case; readonly caller: Caller; readonly concurrency: number };

/** Measures a case `repeat` times with each rig, in turns, and gives for each the run with the median rate. */
export async function measureCase(
  rigs: readonly Rig[],
  spec: Spec,
  transport: Transport,
  options: BenchOptions,
): Promise<CaseFigures[]> {
  for (const rig of rigs) await run(rig, spec, options.seconds / 3);
  const runs = rigs.map((rig) => ({ rig, figures: [] as CaseFigures[] }));
  for (let i = 0; i < options.repeat; i++) {
    for (const { rig, figures } of runs) figures.push(await measureOnce(rig, spec, transport, options));
  }
  return runs.map(({ figures }) => {
    figures.sort((a, b) => a.sagas_per_s - b.sagas_per_s);
    return figures[Math.floor(figures.length / 2)]!;
  });
}

async function measureOnce(rig: Rig, spec: Spec, transport: Transport, options: BenchOptions): Promise<CaseFigures> {
  const before = await rig.cpuUs();
  const result = await run(rig, spec, options.seconds);
  const after = await rig.cpuUs();
  return figuresOf(rig, spec, transport, options, result, perSaga(before, after, result, spec.caller));
}

/**
 * Sagas of their own beside hung ones: the same load alone and beside them, in turns, so that the machine's moods hit
 * both alike. `hangBeside` has to come first; hung sagas stay, so it takes a rig of its own.
 */
export async function measureNeighbour(
  rigs: { readonly alone: Rig; readonly beside: Rig },
  spec: Spec,
  transport: Transport,
  options: BenchOptions,
): Promise<CaseFigures> {
  const seconds = Math.max(0.5, options.seconds / NEIGHBOUR_TURNS);
  const alone: number[] = [];
  const beside: CaseFigures[] = [];
  await Promise.all([run(rigs.alone, spec, seconds), run(rigs.beside, spec, seconds)]);
  for (let turn = 0; turn < NEIGHBOUR_TURNS; turn++) {
    alone.push((await run(rigs.alone, spec, seconds)).p50Ms);
    beside.push(await measureOnce(rigs.beside, spec, transport, { ...options, seconds }));
  }
  const middle = median(beside.map((figures) => figures.p50_ms));
  return { ...beside.find((figures) => figures.p50_ms === middle)!, alone_p50_ms: round(median(alone)) };
}

export async function hangBeside(rig: Rig): Promise<void> {
  await rig.host.ask({ kind: "hang", sagas: HUNG_SAGAS });
}

/** Redis bytes that a finished 3-step saga without payloads takes, the change feed excluded. */
export async function measureFootprint(rig: Rig): Promise<number> {
  await rig.host.ask({ kind: "empty", sagas: 1000 });
  const before = await rig.memoryWithoutFeed();
  await rig.host.ask({ kind: "empty", sagas: FOOTPRINT_SAGAS });
  return Math.round(((await rig.memoryWithoutFeed()) - before) / FOOTPRINT_SAGAS);
}

function run(rig: Rig, spec: Spec, seconds: number): Promise<LoopResult> {
  const request = { kind: "run", case: spec.case, concurrency: spec.concurrency, seconds } as const;
  return spec.caller === "engine" ? rig.host.ask(request) : rig.load.ask({ ...request, caller: spec.caller });
}

function perSaga(before: CpuPerSaga, after: CpuPerSaga, result: LoopResult, caller: Caller): CpuPerSaga {
  const of = (name: keyof CpuPerSaga) => Math.round((after[name] - before[name]) / result.sagas);
  return {
    orchestrator: of("orchestrator"),
    participants: of("participants"),
    redis: of("redis"),
    load: caller === "engine" ? 0 : of("load"),
  };
}

function figuresOf(
  rig: Rig,
  spec: Spec,
  transport: Transport,
  options: BenchOptions,
  result: LoopResult,
  cpu: CpuPerSaga,
): CaseFigures {
  return {
    case: spec.case,
    caller: spec.caller,
    transport,
    language: rig.language,
    persistence: options.persistence,
    concurrency: spec.concurrency,
    sagas_per_s: Math.round(result.sagas / result.seconds),
    p50_ms: round(result.p50Ms),
    p99_ms: round(result.p99Ms),
    cpu_us_per_saga: cpu,
  };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
