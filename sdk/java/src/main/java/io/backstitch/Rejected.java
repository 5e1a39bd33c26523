package io.backstitch;

/**
 * Refuses a Do for a business reason, or says that an Undo cannot be undone: throw it. Whatever the handler did must
 * not stay; behind a barrier it is rolled back.
 */
public final class Rejected extends RuntimeException {
  private static final int MAX_CODE_LENGTH = 100;

  private final String code;
  private final transient Object details;

  /** A refusal without a message. */
  public Rejected(String code) {
    this(code, "", null);
  }

  /** A refusal without details. */
  public Rejected(String code, String message) {
    this(code, message, null);
  }

  /**
   * A refusal.
   *
   * @param code a stable name such as {@code CARD_DECLINED}, 1 to 100 characters
   * @param message for people
   * @param details kept with the saga's failure: a map or a record that makes a JSON object; null: none
   * @throws IllegalArgumentException if the code is empty or too long
   */
  public Rejected(String code, String message, Object details) {
    // An answer, not an accident: nobody reads its stack.
    super(message, null, false, false);
    if (code == null || code.isEmpty() || code.length() > MAX_CODE_LENGTH) {
      throw new IllegalArgumentException("the code of a refusal has 1 to 100 characters");
    }
    this.code = code;
    this.details = details;
  }

  /** The stable name of the reason. */
  public String code() {
    return code;
  }

  /** What was given as details; null: none. */
  public Object details() {
    return details;
  }
}
