package io.backstitch.internal;

import io.grpc.Status;

/** A technical failure with a gRPC status of its own. Its message goes out, so it holds no payload. */
public final class StatusError extends RuntimeException {
  private final Status.Code status;

  public StatusError(Status.Code status, String message) {
    super(message);
    this.status = status;
  }

  public Status.Code status() {
    return status;
  }
}
