package io.backstitch.shop.conformance;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What is counted of each effect, in memory: a restart forgets it. */
final class Counts {
  private final ConcurrentHashMap<String, OfEffect> all = new ConcurrentHashMap<>();

  /** How often the Do and the Undo of {@code bare} were begun, and how many handlers saw that they were cancelled. */
  static final class OfEffect {
    final AtomicInteger runs = new AtomicInteger();
    final AtomicInteger undoRuns = new AtomicInteger();
    final AtomicInteger aborted = new AtomicInteger();
  }

  OfEffect of(String effectId) {
    return all.computeIfAbsent(effectId, key -> new OfEffect());
  }
}
