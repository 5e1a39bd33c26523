package io.backstitch.client;

/**
 * Who asks, and under which idempotency key.
 *
 * @param identity who, kept where it is audited. Default: empty
 * @param requestId the idempotency key. Default, empty: a random one, so that the client's own repeats count once
 */
public record RequestOptions(String identity, String requestId) {

  private static final RequestOptions DEFAULTS = new RequestOptions("", "");

  /** Nothing that is not the default. */
  public static RequestOptions defaults() {
    return DEFAULTS;
  }

  /** With this idempotency key. */
  public RequestOptions requestId(String requestId) {
    return new RequestOptions(identity, requestId);
  }

  /** By this person or program. */
  public RequestOptions identity(String identity) {
    return new RequestOptions(identity, requestId);
  }
}
