import type { Caller, Case, ParticipantLanguage, Persistence, Transport } from "./options.ts";

/** CPU microseconds per saga, by process; `participants` is their sum. */
export interface CpuPerSaga {
  readonly orchestrator: number;
  readonly participants: number;
  readonly redis: number;
  readonly load: number;
}

/** The figures of one case, as they stand in the JSON report. */
export interface CaseFigures {
  readonly case: Case;
  readonly caller: Caller;
  readonly transport: Transport;
  /** What the participants are written in. */
  readonly language: ParticipantLanguage;
  readonly persistence: Persistence;
  readonly concurrency: number;
  readonly sagas_per_s: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly cpu_us_per_saga: CpuPerSaga;
  /** neighbour only: the median latency without the hung sagas, measured in turns with the one beside them. */
  readonly alone_p50_ms?: number;
}

export interface Report {
  readonly idle_rss_mb: number;
  readonly redis_bytes_per_saga: number;
  readonly cases: readonly CaseFigures[];
}

const COLUMNS = [
  "case",
  "caller",
  "transport",
  "partic. in",
  "conc.",
  "sagas/s",
  "p50 ms",
  "p99 ms",
  "µs orch.",
  "partic.",
  "redis",
  "load",
];
const WIDTHS = [12, 8, 10, 11, 6, 9, 8, 8, 9, 8, 7, 7];

export function headline(): string {
  return row(COLUMNS);
}

export function describeCase(figures: CaseFigures): string {
  const { cpu_us_per_saga: cpu } = figures;
  const beside = figures.alone_p50_ms === undefined ? "" : `   alone p50 ${figures.alone_p50_ms.toFixed(2)} ms`;
  return (
    row([
      figures.case,
      figures.caller,
      figures.transport,
      figures.language,
      String(figures.concurrency),
      figures.sagas_per_s.toFixed(0),
      figures.p50_ms.toFixed(2),
      figures.p99_ms.toFixed(2),
      cpu.orchestrator.toFixed(0),
      cpu.participants.toFixed(0),
      cpu.redis.toFixed(0),
      cpu.load.toFixed(0),
    ]) + beside
  );
}

/** How the callers and transports compare, as ratios of one run: they say more on a noisy machine than rates do. */
export function describeRatios(cases: readonly CaseFigures[]): string[] {
  const rate = (name: Case, caller: Caller, transport: Transport, language: ParticipantLanguage = "typescript") =>
    cases.find(
      (c) =>
        c.case === name &&
        c.caller === caller &&
        c.transport === transport &&
        c.language === language &&
        c.concurrency === 50,
    )?.sagas_per_s;
  const pairs: [string, number | undefined, number | undefined][] = [
    ["engine compensated : happy", rate("compensated", "engine", "serve"), rate("happy", "engine", "serve")],
    ["engine unary : serve", rate("happy", "engine", "unary"), rate("happy", "engine", "serve")],
    ["stream : engine", rate("happy", "stream", "serve"), rate("happy", "engine", "serve")],
    ["grpc : engine", rate("happy", "grpc", "serve"), rate("happy", "engine", "serve")],
    ["connect : engine", rate("happy", "connect", "serve"), rate("happy", "engine", "serve")],
    ["go : typescript, serve", rate("happy", "engine", "serve", "go"), rate("happy", "engine", "serve")],
    ["go : typescript, unary", rate("happy", "engine", "unary", "go"), rate("happy", "engine", "unary")],
  ];
  return pairs.flatMap(([name, a, b]) => (a && b ? [`${name}  ${(a / b).toFixed(2)}`] : []));
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => (i < 3 ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!))).join("");
}
