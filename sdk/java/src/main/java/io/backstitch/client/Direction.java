package io.backstitch.client;

/** Which way a saga goes. */
public enum Direction {
  /** Doing. */
  FORWARD,
  /** Undoing. */
  BACKWARD,
  /** One that this SDK does not know. */
  UNRECOGNIZED
}
