package io.backstitch.participant;

/**
 * Applies an effect.
 *
 * @param <I> the input: a record, or a map
 */
@FunctionalInterface
public interface DoHandler<I> {
  /**
   * Applies the effect and returns the output, a map or a record, or null for none. Throws {@link
   * io.backstitch.Rejected} to refuse, {@link io.backstitch.Pending} to accept, {@link io.backstitch.RetryAfter} to be
   * tried again later; whatever else it throws is a technical failure, which is tried again. It may block.
   */
  Object apply(I input, DoContext context) throws Exception;
}
