/**
 * What a name, a definition and a payload may be at most. The API, the configuration and the definition layer all
 * check against these, so that a value accepted at one place is accepted at every other.
 */
export const limits = {
  /** Bytes of a definition's YAML or JSON text. */
  definitionBytes: 256 * 1024,
  /** Bytes of a payload as JSON text in UTF-8. */
  payloadBytes: 256 * 1024,
  /** Objects and lists inside one another, the payload itself included; for payloads and mappings. */
  depth: 32,
  /** Bytes of a mapping as JSON text. */
  mappingBytes: 64 * 1024,
  steps: 100,
  /** Sagas above one another: a definition that runs itself ends here. */
  sagaDepth: 10,
  labels: 16,
  /** Characters. */
  description: 2_000,
  /** Characters of one CEL expression. */
  expression: 2_000,
  /** Comprehensions (`all`, `exists`, `map`, …) inside one another. */
  comprehensions: 2,
  /** Units of work that one expression may do: an element of a list it runs over, or 64 characters of a string it searches. */
  expressionCost: 100_000,
  retryAttempts: 1_000,
  scheduleDelays: 100,
  /** Items of a for_each step, and how many of them at the same time. */
  items: 500,
  concurrency: 100,
  /** How often a step may go back, and the codes it may name. */
  goBackTimes: 100,
  goBackCodes: 100,
  /** Bytes of a lock's key in UTF-8. */
  lockKeyBytes: 256,
  /** Faults that are reported at once: more help nobody. */
  faults: 200,
  /** The longest deadline, timeout, retention or delay: one year, in milliseconds. */
  durationMs: 365 * 24 * 60 * 60 * 1_000,
} as const;

/** What a name must look like: the rule as a pattern, and in words. */
export interface NamePattern {
  readonly regex: RegExp;
  readonly says: string;
}

/** The names of the contracts. */
export const names = {
  namespace: {
    regex: /^[a-z][a-z0-9-]{0,62}$/,
    says: "1 to 63 characters of a-z, 0-9 and '-', starting with a letter",
  },
  sagaId: {
    regex: /^[A-Za-z0-9._:-]{1,128}$/,
    says: "1 to 128 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'",
  },
  definition: {
    regex: /^[a-z][a-z0-9._-]{0,99}$/,
    says: "1 to 100 characters of a-z, 0-9, '.', '_' and '-', starting with a letter",
  },
  step: {
    regex: /^[a-z][a-z0-9_]{0,63}$/,
    says: "1 to 64 characters of a-z, 0-9 and '_', starting with a letter",
  },
  signal: {
    regex: /^[a-z][a-z0-9_]{0,63}$/,
    says: "1 to 64 characters of a-z, 0-9 and '_', starting with a letter",
  },
  /** Of a failure, such as CARD_DECLINED. */
  code: {
    regex: /^[^\p{Cc}\p{Cs}]{1,100}$/u,
    says: "1 to 100 characters, none of them control characters",
  },
  participant: {
    regex: /^[A-Za-z][A-Za-z0-9._-]{0,63}$/,
    says: "1 to 64 characters of A-Z, a-z, 0-9, '.', '_' and '-', starting with a letter",
  },
  action: {
    regex: /^[A-Za-z][A-Za-z0-9._-]{0,63}$/,
    says: "1 to 64 characters of A-Z, a-z, 0-9, '.', '_' and '-', starting with a letter",
  },
  labelKey: {
    regex: /^[A-Za-z][A-Za-z0-9._/-]{0,62}$/,
    says: "1 to 63 characters of A-Z, a-z, 0-9, '.', '_', '/' and '-', starting with a letter",
  },
  labelValue: {
    regex: /^[^\p{Cc}\p{Cs}]{1,128}$/u,
    says: "1 to 128 characters, none of them control characters",
  },
} as const satisfies Record<string, NamePattern>;
