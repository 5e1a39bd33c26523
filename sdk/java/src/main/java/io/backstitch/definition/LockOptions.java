package io.backstitch.definition;

import io.backstitch.v1.Lock;

/** What a lock can say beside its key. */
public final class LockOptions {
  final Lock.Builder lock;

  LockOptions(String key) {
    lock = Lock.newBuilder().setKey(key);
  }

  /** Sagas exclude each other where name and key are the same. Default: the definition's name. */
  public LockOptions name(String name) {
    lock.setName(name);
    return this;
  }

  /** Whether a saga whose lock another one holds is refused (default) or waits its turn. */
  public LockOptions whenHeld(WhenHeld what) {
    lock.setWhenHeld(io.backstitch.v1.WhenHeld.valueOf("WHEN_HELD_" + what.name()));
    return this;
  }
}
