package io.backstitch.client;

import java.time.Instant;
import java.util.Map;

/**
 * An item of a forEach step.
 *
 * @param status where it stands
 * @param waitReason set while the status is WAITING, else null
 * @param attempt attempts made in the present direction
 * @param armed whether an effect may exist that has not been undone
 * @param input null where there is none yet, and in a BRIEF view
 * @param output null where there is none yet, and in a BRIEF view
 * @param failure the last failure, or the refusal, or null
 * @param startedAt null where it has not begun
 * @param finishedAt null where it is not over
 * @param nextAttemptAt when it goes on by itself: the next attempt, a timer, the end of a wait; or null
 */
public record StepItem(
    StepStatus status,
    WaitReason waitReason,
    int attempt,
    boolean armed,
    Map<String, Object> input,
    Map<String, Object> output,
    Failure failure,
    Instant startedAt,
    Instant finishedAt,
    Instant nextAttemptAt) {}
