package io.backstitch.client;

/**
 * A rule that a request or a definition breaks.
 *
 * @param field where: a path such as "definition.steps[2].call.input.amount"
 * @param rule the rule's stable name, such as "unknown_step"
 * @param message what is wrong and what would be right, for people
 */
public record Fault(String field, String rule, String message) {}
