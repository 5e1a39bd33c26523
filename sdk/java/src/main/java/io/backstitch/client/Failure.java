package io.backstitch.client;

import java.util.Map;

/**
 * Why something failed.
 *
 * @param kind null where the server said none
 * @param code a business code such as "CARD_DECLINED", a gRPC status name, or an error code of the orchestrator
 * @param message for people
 * @param details what the participant added; null where there are none
 * @param step empty where it happened in no step
 */
public record Failure(FailureKind kind, String code, String message, Map<String, Object> details, String step) {}
