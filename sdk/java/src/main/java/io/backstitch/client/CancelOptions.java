package io.backstitch.client;

import java.time.Duration;

/**
 * Who cancels, why, and how: {@code CancelOptions.defaults().reason("wrong size").identity("ann")}.
 *
 * @param reason why. Kept in the saga's history
 * @param identity who. Kept in the saga's history
 * @param requestId the idempotency key. Default, empty: a random one, so that the client's own repeats act once
 * @param expectedRevision refuse with REVISION_MISMATCH if the saga has moved on from this revision. Default, 0:
 *     whatever it is
 * @param waitFor how long to wait for the saga to become final. Default: not at all
 * @param view how much of the saga to give
 */
public record CancelOptions(
    String reason, String identity, String requestId, long expectedRevision, Duration waitFor, View view) {

  private static final CancelOptions DEFAULTS = new CancelOptions("", "", "", 0, Duration.ZERO, View.FULL);

  /** Nothing that is not the default. */
  public static CancelOptions defaults() {
    return DEFAULTS;
  }

  /** For this reason. */
  public CancelOptions reason(String reason) {
    return new CancelOptions(reason, identity, requestId, expectedRevision, waitFor, view);
  }

  /** By this person or program. */
  public CancelOptions identity(String identity) {
    return new CancelOptions(reason, identity, requestId, expectedRevision, waitFor, view);
  }

  /** With this idempotency key. */
  public CancelOptions requestId(String requestId) {
    return new CancelOptions(reason, identity, requestId, expectedRevision, waitFor, view);
  }

  /** Only if the saga has not moved on from this revision. */
  public CancelOptions expectedRevision(long revision) {
    return new CancelOptions(reason, identity, requestId, revision, waitFor, view);
  }

  /** Waiting so long for the saga to become final. */
  public CancelOptions waitFor(Duration atMost) {
    return new CancelOptions(reason, identity, requestId, expectedRevision, atMost, view);
  }

  /** Giving so much of the saga. */
  public CancelOptions view(View view) {
    return new CancelOptions(reason, identity, requestId, expectedRevision, waitFor, view);
  }
}
