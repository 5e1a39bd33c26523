package io.backstitch.client;

import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import io.backstitch.internal.Payloads;
import java.time.Instant;
import java.util.Map;

/** Turns messages into records: short enum names, Instants, Maps; what is unset or unspecified is null. */
final class Plain {
  private Plain() {}

  static Saga saga(io.backstitch.v1.Saga saga) {
    return new Saga(
        saga.getNamespace(),
        saga.getSagaId(),
        saga.getDefinition(),
        saga.getVersion(),
        named(SagaStatus.class, saga.getStatus(), "SAGA_STATUS_"),
        named(Direction.class, saga.getDirection(), "DIRECTION_"),
        saga.hasInput() ? payload(saga.getInput()) : null,
        saga.getStepsList().stream().map(Plain::step).toList(),
        Map.copyOf(saga.getLabelsMap()),
        saga.hasCreatedAt() ? instant(saga.getCreatedAt()) : null,
        saga.hasUpdatedAt() ? instant(saga.getUpdatedAt()) : null,
        saga.hasFinishedAt() ? instant(saga.getFinishedAt()) : null,
        saga.hasDeadline() ? instant(saga.getDeadline()) : null,
        saga.getOverdue(),
        saga.hasFailure() ? failure(saga.getFailure()) : null,
        saga.getRevision(),
        saga.hasWakeAt() ? instant(saga.getWakeAt()) : null,
        saga.hasOutput() ? payload(saga.getOutput()) : null,
        saga.hasLock() ? lock(saga.getLock()) : null,
        saga.hasParent() ? new Saga.Parent(saga.getParent().getSagaId(), saga.getParent().getStep()) : null,
        saga.hasSuspension() ? suspension(saga.getSuspension()) : null,
        saga.getSignalsList().stream().map(Plain::signal).toList());
  }

  static DefinitionVersion version(io.backstitch.v1.DefinitionVersion version) {
    return new DefinitionVersion(
        version.getNamespace(),
        version.getDefinition(),
        version.getVersion(),
        version.getLatest(),
        version.getDigest(),
        version.hasRegisteredAt() ? instant(version.getRegisteredAt()) : null);
  }

  private static SagaStep step(io.backstitch.v1.SagaStep step) {
    return new SagaStep(
        step.getName(),
        named(StepStatus.class, step.getStatus(), "STEP_STATUS_"),
        named(WaitReason.class, step.getWaitReason(), "WAIT_REASON_"),
        step.getAttempt(),
        step.getRound(),
        step.getReturns(),
        step.getReverting(),
        step.getArmed(),
        step.hasInput() ? payload(step.getInput()) : null,
        step.hasOutput() ? payload(step.getOutput()) : null,
        step.hasFailure() ? failure(step.getFailure()) : null,
        step.hasStartedAt() ? instant(step.getStartedAt()) : null,
        step.hasFinishedAt() ? instant(step.getFinishedAt()) : null,
        step.hasNextAttemptAt() ? instant(step.getNextAttemptAt()) : null,
        step.getItemsList().stream().map(Plain::item).toList(),
        said(step.getChildSagaId()),
        said(step.getSignal()));
  }

  private static StepItem item(io.backstitch.v1.StepItem item) {
    return new StepItem(
        named(StepStatus.class, item.getStatus(), "STEP_STATUS_"),
        named(WaitReason.class, item.getWaitReason(), "WAIT_REASON_"),
        item.getAttempt(),
        item.getArmed(),
        item.hasInput() ? payload(item.getInput()) : null,
        item.hasOutput() ? payload(item.getOutput()) : null,
        item.hasFailure() ? failure(item.getFailure()) : null,
        item.hasStartedAt() ? instant(item.getStartedAt()) : null,
        item.hasFinishedAt() ? instant(item.getFinishedAt()) : null,
        item.hasNextAttemptAt() ? instant(item.getNextAttemptAt()) : null);
  }

  private static Failure failure(io.backstitch.v1.Failure failure) {
    return new Failure(
        named(FailureKind.class, failure.getKind(), "FAILURE_KIND_"),
        failure.getCode(),
        failure.getMessage(),
        failure.hasDetails() ? payload(failure.getDetails()) : null,
        failure.getStep());
  }

  private static Saga.Lock lock(io.backstitch.v1.SagaLock lock) {
    return new Saga.Lock(lock.getName(), lock.getKey(), lock.getHeld());
  }

  private static Saga.Suspension suspension(io.backstitch.v1.Suspension suspension) {
    return new Saga.Suspension(
        suspension.hasFailure() ? failure(suspension.getFailure()) : null,
        suspension.hasSince() ? instant(suspension.getSince()) : null);
  }

  private static Saga.Signal signal(io.backstitch.v1.KeptSignal signal) {
    return new Saga.Signal(
        signal.getName(),
        signal.hasPayload() ? payload(signal.getPayload()) : null,
        signal.hasReceivedAt() ? instant(signal.getReceivedAt()) : null);
  }

  /** The constant of the same name; null for unspecified, UNRECOGNIZED for one that is newer than this SDK. */
  private static <E extends Enum<E>> E named(Class<E> type, Enum<?> wire, String prefix) {
    String name = wire.name();
    if (name.equals(prefix + "UNSPECIFIED")) return null;
    return Enum.valueOf(type, name.startsWith(prefix) ? name.substring(prefix.length()) : "UNRECOGNIZED");
  }

  private static Map<String, Object> payload(Struct struct) {
    return Payloads.toMap(struct);
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  private static String said(String text) {
    return text.isEmpty() ? null : text;
  }
}
