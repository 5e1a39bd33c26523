package io.backstitch.shop;

/** The program was started with arguments that make no sense; its message says which. */
public final class UsageException extends Exception {
  public UsageException(String message) {
    super(message);
  }
}
