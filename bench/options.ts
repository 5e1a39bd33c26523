import { parseArgs } from "node:util";
import type { Language } from "../deploy/local/toolchains.ts";

export const CASES = ["happy", "compensated", "items", "child", "neighbour"] as const;
/** Cases that one caller says enough about: what they cost is behind the door. */
export const ENGINE_CASES: readonly string[] = ["items", "child"] satisfies Case[];
export const CALLERS = ["engine", "stream", "grpc", "connect"] as const;
export const TRANSPORTS = ["serve", "unary"] as const;
/** The languages that there is a participant for the benchmark in. */
export const LANGUAGES = ["typescript", "go"] as const satisfies Language[];
export const PERSISTENCES = ["everysec", "always", "none"] as const;

export type Case = (typeof CASES)[number];
export type Caller = (typeof CALLERS)[number];
export type Transport = (typeof TRANSPORTS)[number];
export type ParticipantLanguage = (typeof LANGUAGES)[number];
export type Persistence = (typeof PERSISTENCES)[number];

export interface BenchOptions {
  readonly cases: readonly Case[];
  readonly callers: readonly Caller[];
  readonly transports: readonly Transport[];
  /** What the participants are written in: each case is measured with all of them in turn. */
  readonly participants: readonly ParticipantLanguage[];
  readonly concurrencies: readonly number[];
  readonly persistence: Persistence;
  /** How long each case is measured, after a warm-up of a third of it. */
  readonly seconds: number;
  /** How often each case is measured; the median by rate is reported. */
  readonly repeat: number;
  readonly json: string | undefined;
  /** Unary dispatch is measured on the happy path alone. */
  readonly quick: boolean;
  /** In place of all else: so many parked sagas. */
  readonly parked: number | undefined;
}

export const USAGE = `Usage: npm run bench -- [options]

  --quick              concurrency 50 alone, one short run of each: under a minute
  --case LIST          of ${CASES.join(",")}
  --caller LIST        of ${CALLERS.join(",")}
  --transport LIST     of ${TRANSPORTS.join(",")}
  --participants LIST  of ${LANGUAGES.join(",")}: what they are written in (default typescript)
  --concurrency LIST   default 1,50,256
  --persistence P      ${PERSISTENCES.join(", ")}: Redis' append-only file (default everysec)
  --seconds N          how long each case is measured (default 5)
  --repeat N           how often; the median is reported (default 1)
  --json FILE          write the figures as JSON too
  --parked N           in place of all this: park N sagas, then measure start-up, listing, a timer and memory`;

/** Throws an Error whose message is for people. */
export function parseOptions(args: readonly string[]): BenchOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean" },
      help: { type: "boolean" },
      case: { type: "string" },
      caller: { type: "string" },
      transport: { type: "string" },
      participants: { type: "string" },
      concurrency: { type: "string" },
      persistence: { type: "string" },
      seconds: { type: "string" },
      repeat: { type: "string" },
      json: { type: "string" },
      parked: { type: "string" },
    },
  });
  if (values.help) return "help";
  const [persistence] = listOf("persistence", values.persistence ?? "everysec", PERSISTENCES);
  return {
    cases: listOf("case", values.case ?? CASES.join(), CASES),
    callers: listOf("caller", values.caller ?? CALLERS.join(), CALLERS),
    transports: listOf("transport", values.transport ?? TRANSPORTS.join(), TRANSPORTS),
    participants: listOf("participants", values.participants ?? "typescript", LANGUAGES),
    concurrencies: (values.concurrency ?? (values.quick ? "50" : "1,50,256"))
      .split(",")
      .map((n) => positive("concurrency", n)),
    persistence: persistence!,
    seconds: positive("seconds", values.seconds ?? (values.quick ? "1" : "5")),
    repeat: positive("repeat", values.repeat ?? "1"),
    json: values.json,
    quick: values.quick ?? false,
    parked: values.parked === undefined ? undefined : positive("parked", values.parked),
  };
}

function listOf<T extends string>(name: string, text: string, known: readonly T[]): T[] {
  return text.split(",").map((word) => {
    const found = known.find((value) => value === word);
    if (!found) throw new Error(`--${name}: "${word}" is none of ${known.join(", ")}`);
    return found;
  });
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name}: "${text}" is not a positive number`);
  return number;
}
