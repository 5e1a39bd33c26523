package io.backstitch.definition;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.backstitch.internal.Payloads;
import io.backstitch.v1.SagaDefinition;
import io.backstitch.v1.Sleep;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Builds a definition: {@code saga("order").call("reserve", "inventory.reserve").build()}. It is immutable: every
 * method gives a new builder, so one may be branched. The rules of a definition are checked by the server: see
 * {@link io.backstitch.client.Client#validate}.
 */
public final class SagaBuilder {
  private final SagaDefinition definition;

  private SagaBuilder(SagaDefinition.Builder definition) {
    this.definition = definition.build();
  }

  /** Begins a definition. */
  public static SagaBuilder saga(String name) {
    return new SagaBuilder(SagaDefinition.newBuilder().setName(name));
  }

  /** What this saga does, for people. */
  public SagaBuilder description(String description) {
    return new SagaBuilder(definition.toBuilder().setDescription(description));
  }

  /** How long a saga may take before it is compensated. Default: no limit. */
  public SagaBuilder deadline(Duration limit) {
    return new SagaBuilder(definition.toBuilder().setDeadline(Durations.toProto(limit)));
  }

  /** What every saga of this definition carries, added to what was said before. */
  public SagaBuilder labels(Map<String, String> labels) {
    return new SagaBuilder(definition.toBuilder().putAllLabels(labels));
  }

  /** How long a finished saga is kept. Default: the server's retention. */
  public SagaBuilder retention(Duration time) {
    return new SagaBuilder(definition.toBuilder().setRetention(Durations.toProto(time)));
  }

  /**
   * What only one saga at a time may work on: a CEL expression over the saga's input. Default: sagas do not keep each
   * other out.
   */
  public SagaBuilder lock(String key) {
    return lock(key, lock -> {});
  }

  /** A lock in detail. */
  public SagaBuilder lock(String key, Consumer<LockOptions> options) {
    LockOptions lock = new LockOptions(key);
    options.accept(lock);
    return new SagaBuilder(definition.toBuilder().setLock(lock.lock));
  }

  /** What a completed saga gives, a mapping over the input and all steps. Default: an empty object. */
  public SagaBuilder output(Object mapping) {
    return new SagaBuilder(definition.toBuilder().setOutput(Payloads.toValue("output", mapping)));
  }

  /** Adds a call. */
  public SagaBuilder call(String name, String target) {
    return call(name, target, call -> {});
  }

  /**
   * Adds a call.
   *
   * @param target "participant.action"
   * @throws IllegalArgumentException if the target is not that
   */
  public SagaBuilder call(String name, String target, Consumer<CallOptions> options) {
    return add(new CallOptions(name, target), options);
  }

  /** Adds a call for each item of a list. */
  public SagaBuilder forEach(String name, String items, String target) {
    return forEach(name, items, target, call -> {});
  }

  /**
   * Adds a call for each item of a list. Every item has a Do and an Undo of its own.
   *
   * @param items a CEL expression that gives the list
   * @param target "participant.action"
   * @throws IllegalArgumentException if the target is not that
   */
  public SagaBuilder forEach(String name, String items, String target, Consumer<ForEachOptions> options) {
    return add(new ForEachOptions(name, items, target), options);
  }

  /** Adds a wait of this length. */
  public SagaBuilder sleep(String name, Duration time) {
    return sleep(name, time, sleep -> {});
  }

  /** Adds a wait of this length. */
  public SagaBuilder sleep(String name, Duration time, Consumer<SleepOptions> options) {
    return add(new SleepOptions(name, Sleep.newBuilder().setDuration(Durations.toProto(time))), options);
  }

  /** Adds a wait until the timestamp that a CEL expression gives. */
  public SagaBuilder sleepUntil(String name, String timestamp) {
    return sleepUntil(name, timestamp, sleep -> {});
  }

  /** Adds a wait until the timestamp that a CEL expression gives. */
  public SagaBuilder sleepUntil(String name, String timestamp, Consumer<SleepOptions> options) {
    return add(new SleepOptions(name, Sleep.newBuilder().setTimestamp(timestamp)), options);
  }

  /** Adds a wait for a signal. */
  public SagaBuilder await(String name, String signal) {
    return await(name, signal, await -> {});
  }

  /** Adds a wait for a signal. */
  public SagaBuilder await(String name, String signal, Consumer<AwaitOptions> options) {
    return add(new AwaitOptions(name, signal), options);
  }

  /** Adds a step that runs another saga of this definition and waits for it. */
  public SagaBuilder saga(String name, String definition) {
    return saga(name, definition, saga -> {});
  }

  /** Adds a step that runs another saga of this definition and waits for it. It is undone by compensating that saga. */
  public SagaBuilder saga(String name, String definition, Consumer<ChildSagaOptions> options) {
    return add(new ChildSagaOptions(name, definition), options);
  }

  /** The definition as a message. */
  public SagaDefinition build() {
    return definition;
  }

  /** The definition as JSON text, ready for a JSON or YAML file. */
  public String toJson() {
    try {
      return JsonFormat.printer().print(definition);
    } catch (InvalidProtocolBufferException impossible) {
      // Only messages of type Any can be unprintable.
      throw new IllegalStateException(impossible);
    }
  }

  private <S extends StepOptions<S>> SagaBuilder add(S step, Consumer<S> options) {
    options.accept(step);
    return new SagaBuilder(definition.toBuilder().addSteps(step.build()));
  }
}
