package io.backstitch.participant;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.backstitch.v1.CommandContext;
import java.util.Map;
import java.util.UUID;

/** A command to send: a Do of "charge" for a saga of its own, unless told otherwise. */
final class Sending {
  String action = "charge";
  String saga = UUID.randomUUID().toString();
  String input = "{}";
  String doInput = "";
  String doOutput = "";
  boolean undo;
  int attempt = 1;
  Long deadlineMs;
  Long timeoutMs;
  String idempotencyKey;
  Map<String, String> metadata = Map.of("traceparent", "00-1-2-01");

  static Sending to(String action) {
    return new Sending().action(action);
  }

  Sending action(String action) {
    this.action = action;
    return this;
  }

  Sending saga(String saga) {
    this.saga = saga;
    return this;
  }

  Sending input(String json) {
    this.input = json;
    return this;
  }

  Sending undo(String doInput, String doOutput) {
    this.undo = true;
    this.doInput = doInput;
    this.doOutput = doOutput;
    return this;
  }

  Sending attempt(int attempt) {
    this.attempt = attempt;
    return this;
  }

  Sending deadline(long ms) {
    this.deadlineMs = ms;
    return this;
  }

  Sending timeout(long ms) {
    this.timeoutMs = ms;
    return this;
  }

  Sending idempotencyKey(String key) {
    this.idempotencyKey = key;
    return this;
  }

  CommandContext context() {
    String effectId = saga + "/" + action;
    CommandContext.Builder context = CommandContext.newBuilder();
    context.setNamespace("default").setSagaId(saga).setDefinition("order").setVersion(3).setStep("pay");
    context.setAction(action).setEffectId(effectId).setAttempt(attempt).setCompletionToken("token");
    context.setIdempotencyKey(idempotencyKey == null ? effectId + (undo ? "/undo" : "/do") : idempotencyKey);
    context.putAllMetadata(metadata);
    if (deadlineMs != null) {
      int nanos = (int) (deadlineMs % 1000) * 1_000_000;
      context.setDeadline(Timestamp.newBuilder().setSeconds(deadlineMs / 1000).setNanos(nanos));
    }
    if (timeoutMs != null) {
      int nanos = (int) (timeoutMs % 1000) * 1_000_000;
      context.setTimeout(Duration.newBuilder().setSeconds(timeoutMs / 1000).setNanos(nanos));
    }
    return context.build();
  }
}
