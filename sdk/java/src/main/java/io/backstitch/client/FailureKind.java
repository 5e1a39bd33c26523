package io.backstitch.client;

/** What kind of failure it is. */
public enum FailureKind {
  /** The participant refused: a business decision. */
  REJECTED,
  /** The call failed: transport, server, or an unreadable answer. */
  TECHNICAL,
  /** The attempt ran out of time. */
  TIMEOUT,
  /** An expression of the definition could not be evaluated. */
  EXPRESSION,
  /** A person asked for it. */
  CANCELLED,
  /** The saga's deadline passed. */
  DEADLINE,
  /** The saga crashed its orchestrator several times in a row. */
  QUARANTINED,
  /** A person stopped it. */
  SUSPENDED,
  /** One that this SDK does not know. */
  UNRECOGNIZED
}
