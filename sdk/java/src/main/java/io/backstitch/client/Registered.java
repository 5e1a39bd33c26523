package io.backstitch.client;

/**
 * What came of registering a definition.
 *
 * @param version the version that now is the latest
 * @param created false where the same content was there already
 */
public record Registered(DefinitionVersion version, boolean created) {}
