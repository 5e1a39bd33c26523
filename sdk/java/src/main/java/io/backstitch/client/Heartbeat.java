package io.backstitch.client;

/**
 * The answer to a heartbeat.
 *
 * @param cancelled the saga no longer wants the work: stop
 */
public record Heartbeat(boolean cancelled) {}
