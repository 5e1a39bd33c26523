/**
 * The barrier makes a handler's work happen once: it records its answer in the transaction in which the work is done.
 * Begin with {@link io.backstitch.barrier.Barrier}.
 */
package io.backstitch.barrier;
