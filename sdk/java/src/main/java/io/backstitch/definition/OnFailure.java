package io.backstitch.definition;

/** What happens when a step fails for good. */
public enum OnFailure {
  /** What was done is undone, in reverse. The default before the pivot. */
  COMPENSATE,
  /** Best effort: the failure is noted, and the saga goes on. */
  CONTINUE,
  /** The saga stops until a person decides. */
  SUSPEND,
  /** It is tried again for ever. The default after the pivot. */
  RETRY
}
