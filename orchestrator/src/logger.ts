import { type Logger, pino } from "pino";

export type { Logger } from "pino";

/** JSON lines on standard output. Payloads are never logged; errors of clients lose the arguments they carry. */
export function createLogger(options: { level: string; replica: string }): Logger {
  return pino({
    level: options.level,
    base: { replica: options.replica },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
  });
}

/** A name, a message and a stack: not the other properties, which in ioredis' errors hold command arguments. */
function describeError(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return { message: String(thrown) };
  const cause = thrown.cause === undefined ? undefined : describeError(thrown.cause);
  return { type: thrown.name, message: thrown.message, stack: thrown.stack, cause };
}
