package io.backstitch.participant;

import com.google.protobuf.ByteString;
import io.backstitch.internal.Outcome;
import io.backstitch.v1.CommandError;
import io.backstitch.v1.CommandRejected;
import io.backstitch.v1.CommandResult;
import io.backstitch.v1.Pending;

/** Answers in the form of the Serve stream. */
final class Results {
  private Results() {}

  static CommandResult of(long correlationId, Outcome outcome) {
    CommandResult.Builder result = CommandResult.newBuilder().setCorrelationId(correlationId);
    if (outcome instanceof Outcome.Done done) {
      result.setDone(ByteString.copyFromUtf8(done.output()));
    } else if (outcome instanceof Outcome.Refused refused) {
      CommandRejected.Builder rejected = CommandRejected.newBuilder();
      rejected.setCode(refused.code()).setMessage(refused.message());
      if (refused.details() != null) rejected.setDetails(ByteString.copyFromUtf8(refused.details()));
      result.setRejected(rejected);
    } else if (outcome instanceof Outcome.Accepted) {
      result.setPending(Pending.getDefaultInstance());
    } else if (outcome instanceof Outcome.Failed failed) {
      CommandError.Builder error = CommandError.newBuilder();
      error.setStatus(failed.status()).setMessage(failed.message()).setRetryAfterMs(Math.max(0, failed.retryAfterMs()));
      result.setError(error);
    }
    return result.build();
  }
}
