package io.backstitch.client;

import io.backstitch.v1.SagaDefinition;
import java.time.Instant;

/**
 * A registered version of a definition.
 *
 * @param namespace where it is registered
 * @param definition what is registered
 * @param version counts from 1 within the name
 * @param latest whether a start without a version takes this one
 * @param digest SHA-256 of the canonical JSON, in hexadecimal
 * @param registeredAt when it was first registered
 */
public record DefinitionVersion(
    String namespace, SagaDefinition definition, int version, boolean latest, String digest, Instant registeredAt) {}
