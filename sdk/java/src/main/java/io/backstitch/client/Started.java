package io.backstitch.client;

/**
 * What came of a start.
 *
 * @param saga the saga, as it was when the wait was over
 * @param started false where it was there already
 */
public record Started(Saga saga, boolean started) {}
