package io.backstitch.client;

import io.backstitch.Rejected;
import java.util.Objects;

/** What work that was accepted with {@code pending} came to. */
public sealed interface StepOutcome {

  /** It is done, without output. */
  static StepOutcome done() {
    return new Done(null);
  }

  /** It is done, with this output: a Map, a record or another object. Of an Undo it is ignored. */
  static StepOutcome done(Object output) {
    return new Done(output);
  }

  /** It was refused for a business reason, nothing is applied; an Undo: it cannot be undone. */
  static StepOutcome rejected(String code, String message) {
    return new Refused(new Rejected(code, message));
  }

  /** It was refused for a business reason, with details: a Map, a record or another object. */
  static StepOutcome rejected(String code, String message, Object details) {
    return new Refused(new Rejected(code, message, details));
  }

  /** It was refused as a handler would refuse it. */
  static StepOutcome rejected(Rejected refusal) {
    return new Refused(refusal);
  }

  /** It failed technically and may be tried again. */
  static StepOutcome failed(String message) {
    return new Failed(message);
  }

  /**
   * The work is done.
   *
   * @param output null: none
   */
  record Done(Object output) implements StepOutcome {}

  /**
   * The work was refused.
   *
   * @param refusal its code, message and details
   */
  record Refused(Rejected refusal) implements StepOutcome {
    /** What a refusal needs. */
    public Refused {
      Objects.requireNonNull(refusal);
    }
  }

  /**
   * The work failed technically.
   *
   * @param message for people
   */
  record Failed(String message) implements StepOutcome {
    /** What an exception does not say is empty. */
    public Failed {
      message = Objects.requireNonNullElse(message, "");
    }
  }
}
