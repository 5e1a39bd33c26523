/**
 * What every SDK has, by the ids that the tests of all languages share. The parity table of sdk/README.md has a line for
 * each, with the title given here.
 */
export const features = {
  "participant.typed_handlers": "typed handlers",
  "participant.unary": "unary calls",
  "participant.serve": "the `Serve` stream",
  "participant.health": "health service",
  "participant.graceful_stop": "graceful stop",
  "participant.keepalive": "keepalive",
  "participant.tls": "TLS, mutual TLS",
  "participant.joins_duplicates": "a duplicate joins the call that runs",
  "participant.deadline": "calls past their deadline are refused",
  "participant.cancellation": "handlers hear that nobody waits any more",
  "participant.unknown_action": "an unknown action is UNIMPLEMENTED, with the known ones",
  "participant.failing_handler": "a handler that fails or panics fails its call alone",
  "participant.bad_output": "output that is not JSON, or too much, fails its call alone",
  "participant.blocking_handler": "a handler that blocks its thread ends no other call",
  "participant.logging": "failures are logged, payloads are not",
  "answers.rejected": "`rejected`",
  "answers.retry_after": "`retry after`",
  "answers.pending": "`pending`",
  "context.metadata": "metadata and trace context are passed through",
  "context.fields": "what a handler knows about its call",
  "barrier.postgres.rules": "PostgreSQL: the rules",
  "barrier.postgres.concurrency": "PostgreSQL: many at once",
  "barrier.postgres.clean": "PostgreSQL: clean-up",
  "barrier.sqlite.rules": "SQLite: the rules",
  "barrier.sqlite.concurrency": "SQLite: many at once",
  "barrier.sqlite.clean": "SQLite: clean-up",
  "definition.builder": "builder",
  "client.start": "start",
  "client.repeat": "calls repeated after transient failures take effect once",
  "client.get": "get",
  "client.wait": "wait",
  "client.watch": "watch",
  "client.signal": "signal",
  "client.cancel": "cancel",
  "client.complete": "complete",
  "client.heartbeat": "heartbeat",
  "client.register": "register, validate",
  "client.errors": "errors with code, status and faults",
  "client.tls": "TLS, mutual TLS, tokens",
} as const;

/** What TypeScript's SDK alone has. */
export const extras = {
  "client.lists": "list, history",
  "client.events": "the events of all sagas",
  "client.work": "work that was accepted, with heartbeats",
  "client.operator": "what people do: retry, skip, resolve, suspend, resume, abandon",
  "outbox.relay": "starts in the transaction of your own that wants them",
  "testing.kit": "an orchestrator for tests, whose clock they move",
} as const;

export type Feature = keyof typeof features | keyof typeof extras;

/** The languages of the SDKs, in the order of the table. */
export const sdkLanguages = ["typescript", "go", "python", "java"] as const;
export type SdkLanguage = (typeof sdkLanguages)[number];

/** The databases on which the conformance cases are run. */
export const conformanceRows = ["SQLite", "PostgreSQL"] as const;

/** What a test shows about an SDK. */
export type Evidence =
  | { language: SdkLanguage; features: readonly Feature[] }
  | { language: SdkLanguage; conformance: (typeof conformanceRows)[number]; cases: number };

declare module "vitest" {
  interface TaskMeta {
    evidence?: Evidence;
  }
}

/** The options of a test of the TypeScript SDK that shows these features. */
export function shows(...features: Feature[]): { meta: { evidence: Evidence } } {
  return { meta: { evidence: { language: "typescript", features } } };
}
