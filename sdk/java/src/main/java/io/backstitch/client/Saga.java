package io.backstitch.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * A saga.
 *
 * @param namespace where it lives
 * @param sagaId unique in its namespace
 * @param definition the definition's name
 * @param version the definition's version, on which it runs to its end
 * @param status where it stands
 * @param direction which way it goes
 * @param input null in a BRIEF view
 * @param steps in the order of the definition
 * @param labels its own and its definition's
 * @param createdAt when it was started
 * @param updatedAt when it last changed
 * @param finishedAt null until it is final
 * @param deadline when it is compensated if it is not past its pivot; null without one
 * @param overdue it is past its deadline but past its pivot too: it goes on, late
 * @param failure why it is compensated or suspended, or null
 * @param revision counts its changes
 * @param wakeAt when it next wakes by itself, while it waits; or null
 * @param output what it gave, once it is COMPLETED; else null, as in a BRIEF view
 * @param lock the lock that it asked for, or null
 * @param parent what runs it, if it is a child; or null
 * @param suspension set while it is SUSPENDED, else null
 * @param signals that came and no step has taken yet
 */
public record Saga(
    String namespace,
    String sagaId,
    String definition,
    int version,
    SagaStatus status,
    Direction direction,
    Map<String, Object> input,
    List<SagaStep> steps,
    Map<String, String> labels,
    Instant createdAt,
    Instant updatedAt,
    Instant finishedAt,
    Instant deadline,
    boolean overdue,
    Failure failure,
    long revision,
    Instant wakeAt,
    Map<String, Object> output,
    Lock lock,
    Parent parent,
    Suspension suspension,
    List<Signal> signals) {

  /** Whether it has come to its end. */
  public boolean isFinal() {
    return status.isFinal();
  }

  /**
   * The step of this name.
   *
   * @throws NoSuchElementException if there is none
   */
  public SagaStep step(String name) {
    for (SagaStep step : steps) if (step.name().equals(name)) return step;
    throw new NoSuchElementException("the saga " + sagaId + " has no step \"" + name + "\"");
  }

  /**
   * A lock.
   *
   * @param name sagas exclude each other where name and key are the same
   * @param key what is locked
   * @param held false while another saga has it: the first step waits
   */
  public record Lock(String name, String key, boolean held) {}

  /**
   * The saga that runs a child saga, and the step that does.
   *
   * @param sagaId the saga
   * @param step the step
   */
  public record Parent(String sagaId, String step) {}

  /**
   * Why a saga is SUSPENDED.
   *
   * @param failure or null
   * @param since when its clocks began to stand still
   */
  public record Suspension(Failure failure, Instant since) {}

  /**
   * A signal that came and that no step has taken yet.
   *
   * @param name what the step awaits
   * @param payload null in a BRIEF view
   * @param receivedAt when it came
   */
  public record Signal(String name, Map<String, Object> payload, Instant receivedAt) {}
}
